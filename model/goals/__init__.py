"""Goal files and what a goal asks."""
