"""What a run takes as given: world, flows, national need."""
