"""The town and how it lives through a year."""
