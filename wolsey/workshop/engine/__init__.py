"""Runs behind the workshop page: workers, jobs, what is kept."""
