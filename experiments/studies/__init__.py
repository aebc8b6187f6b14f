"""Studies in files: design, folder, outcomes, summary, reproduce."""
