"""Lab: all runs, the queue, the workers, the digits and the disk."""

from mnistlab.ui.frame import begin_page
from mnistlab.ui.lab import draw_lab

begin_page("pages/lab.py")
draw_lab()
