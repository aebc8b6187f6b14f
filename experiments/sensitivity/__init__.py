"""Sensitivity analysis of a sweep: methods, samples, tables, figures."""
