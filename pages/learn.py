"""Learn: lessons in which one predicts, looks, and finds out why."""

from mnistlab.ui.pages.learn.page import draw_learn
from mnistlab.ui.shell.frame import begin_page

begin_page("pages/learn.py")
draw_learn()
