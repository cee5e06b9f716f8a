"""Capture in: whatever a sensor or a file delivers becomes a `RadarFrame`."""
