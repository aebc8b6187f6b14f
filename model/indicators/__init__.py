"""Indicators: the registry, how each is computed, and the record of a run."""
