"""The file that keeps what the road taught over a switch-off: whole, of this fit and program, and not old.

The harm of each choice: docs/explanation/decisions/0146-what-is-learned-outlives-a-switch-off.md.
"""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

from edge_controller.config import Fit
from edge_controller.own_motion.plain import Plain, number
from edge_controller.own_motion.statics import Statics
from edge_controller.registration.disk import READABLE, replace_whole
from edge_controller.registration.times import LAST_S, utc_text

FORMAT = 1
DAY_S = 86_400
MAX_AGE_S = 30 * DAY_S  # a truck that stood for longer may have been in a workshop
CLOCK_SLACK_S = DAY_S  # a clock without a battery is years behind, not hours
ANEW = "what is usual is learned anew in the first minute of driving"


class Refused(Exception):  # noqa: N818 - says what it is
    """Why a file is not used."""


class KeptFile:
    """One file of one unit; times are UTC in seconds, by the unit's own clock."""

    def __init__(self, path: Path, fit: Fit, program: str | None = None) -> None:
        self.path = path
        self._fit = fit
        program = program or version("nearside")
        self._bound: Plain = {"format": FORMAT, "program": program, "fit": digest_of(fit)}

    def write(self, learned: Plain, now_s: float) -> None:
        """On the disk when this returns, what was before until then; OSError where the disk will not."""
        content = {**self._bound, "written_s": round(now_s), "learned": learned}
        text = json.dumps({**content, "sha256": _digest(content)}, allow_nan=False, indent=1)
        replace_whole(self.path, text.encode(), READABLE)

    def recall(self, now_s: float) -> tuple[Statics, str]:
        """Memory to start with, and one sentence that says what of the file is in it."""
        statics = Statics(self._fit.radars, self._fit.truck)
        try:
            content = self._content()
            note = self._judged(content, now_s)
            statics.recall(content["learned"])
        except FileNotFoundError:
            if self.path.parent.is_dir():
                return statics, f"{self.path}: not there yet; {ANEW}"
            note = "nothing can be kept there, its folder is missing"
        except OSError as error:
            note = f"cannot be read ({error.strerror})"
        except Refused as refused:
            note = str(refused)
        except (KeyError, TypeError, ValueError) as error:
            note = f"holds what this program never wrote ({error})"
        else:
            return statics, f"{self.path}: {note}"
        # Anew: of a refused file nothing may be left in it.
        return Statics(self._fit.radars, self._fit.truck), f"{self.path}: {note}; {ANEW}"

    def _content(self) -> Plain:
        """As it was written, to the byte."""
        try:
            content = json.loads(self.path.read_bytes())
            digest = content.pop("sha256")
            whole = digest == _digest(content)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Refused("is torn or not ours") from error
        if not whole:
            raise Refused("was changed after it was written")
        return dict(content)

    def _judged(self, content: Plain, now_s: float) -> str:
        """How it may be used."""
        for name, differs in (
            ("format", "is of another form"),
            ("program", "is of another version of the program"),
            ("fit", "is of another fit"),
        ):
            if content[name] != self._bound[name]:
                raise Refused(differs)
        written_s = min(int(number(content, "written_s", 0)), LAST_S)
        age_s = now_s - written_s
        if age_s > MAX_AGE_S:
            raise Refused(f"is {age_s / DAY_S:.1f} days old, more than {MAX_AGE_S // DAY_S}")
        behind = ", which is yet to come by this unit's clock" if age_s < -CLOCK_SLACK_S else ""
        return f"what was usual until {utc_text(written_s)}{behind} is the measure"


def digest_of(fit: Fit) -> str:
    """Of what the levels depend on, the body and the radars, and not of the comments beside it."""
    return hashlib.sha256(repr((fit.truck, fit.radars)).encode()).hexdigest()


def _digest(content: Plain) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, allow_nan=False).encode()).hexdigest()
