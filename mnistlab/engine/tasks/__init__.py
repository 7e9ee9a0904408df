"""What workers are asked to do: importable functions of plain values, the store's folder first.

`runs`: carry out a recipe in a run folder. `patterns`: recipes that take no longer than a question, and questions about patterns.
`digits`: what a network makes of digits. `kept`: questions over whole sets, whose answers are kept in the store.

Whether a task steps aside for shorter ones is said by who asks (`Engine.ask`), never by the task.
"""
