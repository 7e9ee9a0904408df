"""The tasks of workers: importable functions of plain values, the first of which is the store's folder.

`runs`: carry out a recipe in a run folder. `patterns`: recipes that take no longer than a question, and questions about patterns.
`digits`: outputs of a network for a few digits. `surveys`: questions over whole data sets, whose answers are kept in the store.

Whether a task runs aside to let shorter ones pass is decided by the caller (`Engine.ask`), never by the task.
"""
