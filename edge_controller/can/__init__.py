"""Two buses: the vehicle's, which the edge only hears, and the private one to the gateway."""
