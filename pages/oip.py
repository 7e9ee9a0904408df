"""OIP: grow the pattern in the input that a map, node or layer reacts to most."""

from mnistlab.ui.pages.oip.page import draw_oip
from mnistlab.ui.shell.frame import begin_page

begin_page("pages/oip.py")
draw_oip()
