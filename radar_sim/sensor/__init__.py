"""One radar from its antennas to its filter, as it truly is."""
