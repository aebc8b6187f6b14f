"""Published trials run again inside the model."""
