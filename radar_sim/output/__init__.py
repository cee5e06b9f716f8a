"""Files and packets that other people's tools read."""
