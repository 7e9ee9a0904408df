"""Home: what this is, what the network makes of ten digits, and where to go."""

from mnistlab.ui.pages.home.page import draw_home
from mnistlab.ui.shell.frame import begin_page

begin_page("app.py")
draw_home()
