"""The verbs `discover` and `portfolio`."""
