"""England's districts from published tables, and the place folder that is built of one."""
