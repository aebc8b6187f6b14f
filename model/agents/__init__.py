"""The agents and their columns: children, families, schools, employers, the alliance."""
