"""What the workshop page shows, as data."""
