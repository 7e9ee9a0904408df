"""Atlas: the patterns of all maps of a layer."""

from mnistlab.ui.pages.atlas.page import draw_atlas
from mnistlab.ui.shell.frame import begin_page

begin_page("pages/atlas.py")
draw_atlas()
