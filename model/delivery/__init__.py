"""How programmes act: who is eligible and served, schools trained, pilots, acts, doses."""
