"""The simulated truck: body, brakes, driver, and what it says on its bus."""
