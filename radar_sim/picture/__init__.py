"""A scene and what a radar makes of it, drawn."""
