"""One synthetic child's life in two scenarios, and why it differs."""
