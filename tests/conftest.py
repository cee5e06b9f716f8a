"""For all tests."""

from hypothesis import settings

# Machines are noisy: how long an example takes is for the benchmarks to judge.
settings.register_profile("nearside", deadline=None)
settings.load_profile("nearside")
