"""OIP: grow the pattern in the input that a map, node or layer reacts to most."""

from mnistlab.ui.frame import begin_page
from mnistlab.ui.oip import draw_oip

begin_page("pages/oip.py")
draw_oip()
