"""Who reads a log file hears how far it is, without a thousand lines."""

from io import StringIO

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from hil.sweep.progress import progress_of

MOST_LINES = 20


@given(st.integers(1, 3000))
def test_a_log_gets_a_few_lines_of_which_the_last_says_all(of: int) -> None:
    log = StringIO()
    with progress_of("encounters", Console(file=log)) as told:
        for done in range(of + 1):
            told(done, of)
    lines = log.getvalue().splitlines()
    assert 1 <= len(lines) <= MOST_LINES
    assert lines[-1] == f"encounters: {of} of {of}"


def test_a_terminal_gets_a_bar() -> None:
    screen = StringIO()
    with progress_of("encounters", Console(file=screen, force_terminal=True, width=80)) as told:
        told(1, 2)
    assert "encounters" in screen.getvalue()
    assert "1/2" in screen.getvalue()
