"""What the road taught, kept over a switch-off: the file, and when it is written."""
