"""The score card of the model as text, pictures and a page."""
