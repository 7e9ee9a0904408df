"""Classes: what tells one class of digits from another, and which digits are confused."""

from mnistlab.ui.pages.classes.page import draw_classes
from mnistlab.ui.shell.frame import begin_page

begin_page("pages/classes.py")
draw_classes()
