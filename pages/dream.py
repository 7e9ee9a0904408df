"""Dream: let the network carve its patterns into a picture."""

from mnistlab.ui.dream import draw_dream
from mnistlab.ui.frame import begin_page

begin_page("pages/dream.py")
draw_dream()
