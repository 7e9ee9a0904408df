"""Atlas: the patterns of all maps of a layer."""

from mnistlab.ui.atlas import draw_atlas
from mnistlab.ui.frame import begin_page

begin_page("pages/atlas.py")
draw_atlas()
