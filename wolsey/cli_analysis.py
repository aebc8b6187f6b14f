"""The verbs that read a sweep: `sensitivity`, `discover`, `portfolio`."""
