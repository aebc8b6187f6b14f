"""Tables of columns, and the agents that Mesa's users see of them."""
