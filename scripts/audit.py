"""Look up known holes of everything installed here, and say how much of it could be looked up.

pip-audit passes over what its service does not know, and ends well: behind a mirror without advisories it would find nothing and look
like good news. So this counts, and fails where most could not be looked up.

    python scripts/audit.py             # 0: looked up, no hole; 1: holes; 2: could not be looked up
    python scripts/audit.py --unknown   # 0 as well where they could not be looked up, with a warning
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

CLEAN, HOLES, UNKNOWN = 0, 1, 2


def judge(report: dict) -> tuple[list[str], int, int]:
    """Return the holes, one sentence each, how many packages were looked up, and how many could not be."""
    packages = report["dependencies"]
    holes = [
        f"{package['name']} {package['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version yet'}"
        for package in packages
        for hole in package.get("vulns", [])
    ]
    skipped = sum("skip_reason" in package for package in packages)
    return holes, len(packages) - skipped, skipped


def verdict(holes: list[str], known: int, skipped: int, may_be_unknown: bool) -> tuple[list[str], int]:
    """Return what is said, a line each, and the exit status. What is true of a few of many packages is said, but counts for nothing."""
    lines = [*holes, f"{len(holes)} known holes in {known} packages; {skipped} could not be looked up."]
    if holes:
        return lines, HOLES
    if known > skipped:
        return lines, CLEAN
    nothing = "NOT CHECKED: this index has no advisories for most packages here. Run it where they can be looked up."
    return [*lines, f"{'WARNING' if may_be_unknown else 'FAILED'}: {nothing}"], CLEAN if may_be_unknown else UNKNOWN


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--unknown", action="store_true", help="pass, with a warning, where advisories cannot be looked up"
    )
    may_be_unknown = parser.parse_args().unknown
    command = [sys.executable, "-m", "pip_audit", "--local", "--format", "json", "--progress-spinner", "off"]
    shown = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(sys.executable).parent)
    try:
        holes, known, skipped = judge(json.loads(shown.stdout))
    except (ValueError, KeyError):
        print(f"pip-audit did not come to an end: {shown.stderr.strip()[-500:]}")
        holes, known, skipped = [], 0, 0
    lines, status = verdict(holes, known, skipped, may_be_unknown)
    print("\n".join(lines))
    return status


if __name__ == "__main__":
    sys.exit(main())
