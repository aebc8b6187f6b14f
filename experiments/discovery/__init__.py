"""Scenario discovery: under which conditions a goal is reached."""
