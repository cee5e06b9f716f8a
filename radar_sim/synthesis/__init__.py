"""Paths become samples: `beat` adds them up, `Converter` adds noise and makes words of int16."""

from radar_sim.synthesis.beat import Complexes, beat, chirp_times_s
from radar_sim.synthesis.faint import audible
from radar_sim.synthesis.noise import Converter, Noise

__all__ = ["Complexes", "Converter", "Noise", "audible", "beat", "chirp_times_s"]
