"""The engine: carries runs and short questions to Dask workers, from a process that never imports TensorFlow."""

from mnistlab.engine.client import Engine, Outlook, WorkerRow

__all__ = ["Engine", "Outlook", "WorkerRow"]
