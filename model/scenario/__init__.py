"""Scenarios, programmes, cards and levers, and their checks."""
