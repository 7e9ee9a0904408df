"""Look up known holes of everything installed here, and say how much of it could be looked up.

pip-audit passes over what its service does not know, and ends well: behind a mirror without advisories it would find nothing and look
like good news. So this counts.

    python scripts/audit.py
"""

import json
import subprocess
import sys
from pathlib import Path


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


def main() -> int:
    command = [sys.executable, "-m", "pip_audit", "--local", "--format", "json", "--progress-spinner", "off"]
    shown = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(sys.executable).parent)
    try:
        holes, known, skipped = judge(json.loads(shown.stdout))
    except (ValueError, KeyError):
        print(f"pip-audit did not come to an end: {shown.stderr.strip()[-500:]}")
        return 2
    print("\n".join([*holes, f"{len(holes)} known holes in {known} packages; {skipped} could not be looked up."]))
    if not known:
        print(
            "No package was found: this index has no advisories, so this says nothing. Run it where advisories can be looked up."
        )
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
