"""Several places at once: what made their results, and what they say side by side."""
