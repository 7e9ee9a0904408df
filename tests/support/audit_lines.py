"""The audit lines that were written, and the table of docs/deploy.md that names them all."""

import re
from pathlib import Path
from typing import Any

from mnistlab.logs import AUDIT, FIELDS

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (?P<events>`[^|]*`) \|(?P<fields>[^|]*)\| [^|]+ \|$", re.MULTILINE)
BEGIN, END = "Every audit line is one of these:", "So `journalctl"


def documented() -> dict[str, set[str]]:
    """Return the fields of each event that the document names."""
    table = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    return {
        event: set(re.findall("`(.+?)`", row["fields"]))
        for row in ROW.finditer(table)
        for event in re.findall("`(.+?)`", row["events"])
    }


def audited(caplog: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return the audit lines since this was asked last, each with its fields, all of them documented; without the states of runs."""
    lines = [
        (record.getMessage(), {name: getattr(record, name) for name in FIELDS if hasattr(record, name)})
        for record in caplog.records
        if record.name == AUDIT
    ]
    caplog.clear()
    for event, fields in lines:
        assert set(fields) <= documented()[event], f"docs/deploy.md does not name all fields of “{event}”"
    return [line for line in lines if line[0] != "run state"]
