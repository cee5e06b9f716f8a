"""For all tests."""

from pathlib import Path

import pytest
from hypothesis import settings

# Machines are noisy: how long an example takes is for the benchmarks to judge.
settings.register_profile("nearside", deadline=None)
settings.load_profile("nearside")

FOLDER = Path(__file__).parent
WHOLE_DRIVES = ("system", "docs", "hil", "radar_sim")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files whose tests drive begin first: one that begins last keeps a single worker busy to the end."""
    items.sort(key=lambda item: item.path.relative_to(FOLDER).parts[0] not in WHOLE_DRIVES)
