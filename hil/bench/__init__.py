"""Measurements of the edge on this machine."""
