"""Scenarios as YAML files: read strictly, run on the bench, judged by the limits they state."""
