"""Where this checkout lies: the app runs from its folder, and finds there what is not Python."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ASSETS = ROOT / "assets"
