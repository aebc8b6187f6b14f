"""Paired comparison of two scenarios: differences, costs, what is shown of them."""
