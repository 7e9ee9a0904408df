"""Dream: let the network carve its patterns into a picture."""

from mnistlab.ui.pages.dream.page import draw_dream
from mnistlab.ui.shell.frame import begin_page

begin_page("pages/dream.py")
draw_dream()
