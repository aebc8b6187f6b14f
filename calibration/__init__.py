"""What was observed, how the model is fitted to it, and how it did on what was held out."""
