"""Imported by a process from which others are forked: what a town needs is loaded once, and shared."""

import model.town  # noqa: F401
from model.compiled import load_all

load_all()
