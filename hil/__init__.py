"""The bench: plant, buses, the gateway in its interpreter, verdicts and reports."""
