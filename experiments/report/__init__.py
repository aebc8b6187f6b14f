"""The report to hand round, as one HTML page and its tables."""
