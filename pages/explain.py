"""Explain: what an answer rests on."""

from mnistlab.ui.pages.explain.page import draw_explain
from mnistlab.ui.shell.frame import begin_page

begin_page("pages/explain.py")
draw_explain()
