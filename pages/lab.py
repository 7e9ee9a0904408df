"""Lab: all runs, the queue, the workers, the digits and the disk."""

from mnistlab.ui.pages.lab.page import draw_lab
from mnistlab.ui.shell.frame import begin_page

begin_page("pages/lab.py")
draw_lab()
