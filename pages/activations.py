"""Activations: what every layer makes of a digit."""

from mnistlab.ui.pages.activations.page import draw_activations
from mnistlab.ui.shell.frame import begin_page

begin_page("pages/activations.py")
draw_activations()
