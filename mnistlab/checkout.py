"""The path of this checkout: the app runs from its folder and finds its non-Python files there."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ASSETS = ROOT / "assets"
