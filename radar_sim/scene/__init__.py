"""What the radars look at: things made of point scatterers, boxes and mirrors."""
