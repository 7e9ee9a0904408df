"""Home: what this is, what the network makes of ten digits, and where to go."""

from mnistlab.ui.frame import begin_page
from mnistlab.ui.home import draw_home

begin_page("app.py")
draw_home()
