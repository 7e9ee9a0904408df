"""Activations: what every layer makes of a digit."""

from mnistlab.ui.activations import draw_activations
from mnistlab.ui.frame import begin_page

begin_page("pages/activations.py")
draw_activations()
