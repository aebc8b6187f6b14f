"""The verb `reach`."""
