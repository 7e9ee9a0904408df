"""Train: choose a network and how it learns, and watch it learn."""

from mnistlab.ui.pages.train.page import draw_train
from mnistlab.ui.shell.frame import begin_page

begin_page("pages/train.py")
draw_train()
