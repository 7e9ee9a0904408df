"""The commands of `python -m mnistlab`, one module each; each returns its summary."""

from typing import Any

# The last line of a command's output: a JSON object.
Printed = dict[str, Any]
