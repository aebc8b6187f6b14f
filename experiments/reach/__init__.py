"""Are the goals within reach: stages, findings, what it would take."""
