"""What is wrong with an identifier, told in both languages."""

from typing import NamedTuple


class Problem(NamedTuple):
    """One thing wrong; `code` is stable, the texts are for people."""

    code: str
    text: str
    text_zh: str
