"""From one page of a folder to another below it."""

from pathlib import Path
from urllib.parse import quote


def href(page: Path | None, folder: Path) -> str | None:
    """As a link of a page in `folder` has it; None: there is no such page."""
    return None if page is None else quote(page.relative_to(folder).as_posix())
