"""What lies between the radar and the things: road, rain, other radars."""
