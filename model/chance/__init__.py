"""Chance keyed by seed, decision, year and id."""
