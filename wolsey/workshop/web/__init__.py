"""The server of the workshop page."""
