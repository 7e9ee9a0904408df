"""What pages are drawn with: text, charts, tiles, uploads. Knows no page, no run and no visitor."""
