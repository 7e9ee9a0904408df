"""The engine: hands runs and short questions to Dask workers, from a process that never imports TensorFlow."""

from mnistlab.engine.client import Engine
from mnistlab.engine.connection import WorkerRow
from mnistlab.engine.outlooks import Outlook

__all__ = ["Engine", "Outlook", "WorkerRow"]
