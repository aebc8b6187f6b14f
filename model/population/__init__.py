"""People as they enter, and their chances after 16."""
