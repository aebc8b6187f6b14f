"""Inputs: parameters, priors, places, England, districts, series."""
