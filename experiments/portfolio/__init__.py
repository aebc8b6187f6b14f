"""Which programmes, at which reach, under a budget."""
