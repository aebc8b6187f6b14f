"""The verb `workshop`."""
