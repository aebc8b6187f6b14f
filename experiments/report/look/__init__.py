"""How pages look: HTML, styles for screen and print, palette, script."""
