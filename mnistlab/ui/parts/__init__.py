"""Parts that pages are drawn with: text, charts, tiles, uploads. They know no pages, runs or visitors."""
