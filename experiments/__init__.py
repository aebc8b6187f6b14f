"""Runs of the model and comparisons of them."""
