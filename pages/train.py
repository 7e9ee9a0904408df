"""Train: choose a network and how it learns, and watch it learn."""

from mnistlab.ui.frame import begin_page
from mnistlab.ui.train import draw_train

begin_page("pages/train.py")
draw_train()
