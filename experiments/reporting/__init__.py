"""What a report is made of: markup, looks, charts, sections. `experiments/report.py` puts them together."""
