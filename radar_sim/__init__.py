"""The truth: a scene becomes raw int16 radar samples. Imports nothing of ours."""
