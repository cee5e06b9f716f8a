"""Which stages a detector runs: those of NumPy and SciPy, or the compiled ones of the extra `fast`.

The compiled ones come with FFTW's transforms or with SciPy's. FFTW's are sooner, but their last bits depend
on what was planned in that process; SciPy's make the compiled stages give the same bits in each. Imports
`edge_controller.detection.fast`, as else only `warm_up` does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal

from edge_controller.config import Radar
from edge_controller.detection.beside import BesideOwn, beside_own
from edge_controller.detection.cfar import Cfar
from edge_controller.detection.found import Finder, finder
from edge_controller.detection.spectrum import Spectrum
from edge_controller.errors import InputError

EXTRA = {"numba": "numba", "pyfftw": "pyFFTW"}  # module: name
REPRODUCIBLE: Literal["reproducible"] = "reproducible"
Fast = bool | Literal["reproducible"] | None


@dataclass(frozen=True, slots=True)
class Stages:
    """The stages of which there are two; `note` says in a sentence which these are, and why."""

    fast: bool
    note: str
    spectrum: Callable[[Radar], Spectrum]
    finder: Callable[[Radar, Cfar], Finder]
    beside: BesideOwn


def stages(radar: Radar, fast: Fast) -> Stages:
    """The compiled ones where `fast` asks for them, compiling if need be; where None, if they are ready.

    `REPRODUCIBLE` asks for what gives the same bits each time: compiled where numba is, else the base.
    """
    if fast is False:
        return _base("as asked")
    if fast == REPRODUCIBLE:
        why_not = reproducible_lacks()
        return _base(why_not) if why_not else _compiled_on_scipy()
    if fast:
        require_extra()
        return _compiled()
    why_not = _missing(EXTRA) or _refused()
    return _base(why_not) if why_not else _compiled_if_warm(radar)


def require_extra() -> None:
    """InputError where the extra `fast` is not all there, or cannot run here."""
    if missing := _missing(EXTRA):
        raise InputError(f"{missing}: pip install 'nearside[fast]'")
    if refused := _refused():
        raise InputError(refused)


def reproducible_lacks() -> str | None:
    """Why the compiled stages cannot run here, on SciPy's transforms, as a sentence."""
    return _missing({"numba": "numba"}) or _refused()


def _missing(extra: dict[str, str]) -> str | None:
    """What is missing of the extra, as a sentence."""
    names = [name for module, name in extra.items() if find_spec(module) is None]
    return f"the extra `fast` is not installed ({', '.join(names)})" if names else None


def _refused() -> str | None:
    """Why what is installed cannot be used, as a sentence: no start of a unit may fail for it."""
    try:
        import edge_controller.detection.fast.warmth  # noqa: F401, PLC0415 - numba takes half a second
    except (ImportError, RuntimeError) as error:  # a NumPy that numba does not know; no folder for its cache
        why = " ".join(str(error).split())
        folder = ", NUMBA_CACHE_DIR may name a folder it can be kept in" if "cannot cache" in why else ""
        return f"the extra `fast` cannot be used here ({why}){folder}"
    return None


def _base(why: str) -> Stages:
    return Stages(
        fast=False,
        note=f"detection runs on NumPy and SciPy: {why}",
        spectrum=Spectrum,
        finder=finder,
        beside=beside_own,
    )


def _compiled_if_warm(radar: Radar) -> Stages:
    """Never compiles: on a fitted unit that would take half a minute of the first frames."""
    from edge_controller.detection.fast.fftw import recall  # noqa: PLC0415 - numba takes half a second
    from edge_controller.detection.fast.warmth import is_warm  # noqa: PLC0415

    if is_warm(radar, "fftw"):
        recall()
        return _compiled()
    return _base("the extra `fast` is not warmed up for this radar, `nearside fit warm` does it")


def _compiled() -> Stages:
    from edge_controller.detection.fast.fftw import FftwSpectrum  # noqa: PLC0415

    return _compiled_with(FftwSpectrum, "detection runs on the compiled stages of the extra `fast`")


def _compiled_on_scipy() -> Stages:
    from edge_controller.detection.fast.spectrum import CompiledSpectrum  # noqa: PLC0415

    return _compiled_with(CompiledSpectrum, "detection runs on the compiled stages, on SciPy's transforms")


def _compiled_with(spectrum: Callable[[Radar], Spectrum], note: str) -> Stages:
    from edge_controller.detection.fast.beside import beside_own as compiled_beside  # noqa: PLC0415
    from edge_controller.detection.fast.found import finder as compiled  # noqa: PLC0415

    return Stages(fast=True, note=note, spectrum=spectrum, finder=compiled, beside=compiled_beside)
