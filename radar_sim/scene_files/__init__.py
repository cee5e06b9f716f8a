"""Scenes written in YAML: how they are read, and what moves in them."""
