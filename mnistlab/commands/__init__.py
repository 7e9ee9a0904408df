"""The commands of `python -m mnistlab`, one module each; each returns the summary it ends with."""

from typing import Any

# What a command says as its last line: an object of JSON.
Printed = dict[str, Any]
