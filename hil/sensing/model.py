"""What the statistical level draws from: errors, misses and false tracks as the raw chain showed them."""

import json
import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any, Literal, get_args

from edge_controller.errors import InputError
from hil.sensing.matching import MOVES_MPS, STILL_MPS, Company, Who
from hil.sensing.surroundings import Around, Setting

SHIPPED = Path(__file__).parent / "models"
Zone = Literal["off", "ahead", "corner", "flank", "behind", "far"]
Age = Literal["young", "settled", "still", "breathes", "left"]
ZONES: tuple[Zone, ...] = get_args(Zone)
SETTLED_S = 1.0  # a younger track's velocity still forms
CLOSE_M = 1.7  # outside the near flank; so near his echo is strong, if ours does not lie over it
OFF_M = -0.5  # outside the near flank; further in he is before or behind the truck, or on its far side
RESTS_MPS = 1.0  # slower than that the speed of a false track no longer goes with its carrier's
# As far as errors go: echoes come a second way, or leaves are taken for him.
BESIDE: Mapping[Around, str] = {
    "metal": "metal",
    "leaves": "leaves",
    "wall": "walled",
    "parked": "walled",
    "rail": "walled",
    "low": "free",
    "street": "free",
    "open": "free",
}
WAITS_S = (0.0, 0.25, 0.3, 0.35, 0.4, 0.5, 0.7, 1.0, 2.0)
RESTS_S = (0.0, 0.6, 0.75, 0.9, 1.2, 2.0, 3.5)  # likewise of who stands by a truck at rest
COMPONENTS = (
    "x_m",
    "near_m",
    "vx_mps",
    "vnear_mps",
    "along_mps2",
    "across_mps2",
    "place_sigma_m",
    "velocity_sigma_mps",
)
PROBABILITIES = (0.005, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.995)
SCORES = tuple(NormalDist().inv_cdf(probability) for probability in PROBABILITIES)


def zone_of(x_m: float, near_m: float, width_m: float) -> Zone:
    """Where a road user is, truck axes with the near side positive; `width_m` is the truck's."""
    if x_m > 2.0:
        return "ahead"
    if near_m - width_m / 2 < OFF_M:
        return "off"
    if x_m > -4.0:
        return "corner"
    if x_m > -12.0:
        return "flank"
    return "behind" if x_m > -20.0 else "far"


def age_of(since_born_s: float, speed_mps: float, *, moving: bool) -> Age:
    """Of a track, `moving` where it is proven to, and how fast the one it is of truly is."""
    if not moving:  # stays where he stood, also when he has set off
        return "breathes" if speed_mps <= MOVES_MPS else "left"
    if speed_mps <= MOVES_MPS:
        return "still"
    return "settled" if since_born_s >= SETTLED_S else "young"


def kind_of(who: Who, *, moving: bool) -> str:
    """Of a track: how old it is when it is first told of."""
    return who if moving else "breathes"


def cells_of(who: Who, zone: Zone, age: Age, around: Around) -> tuple[str, ...]:
    """Names of what errors are drawn from, the narrowest first."""
    own = f"{who}/{zone}/{age}"
    return f"{own}/{BESIDE[around]}", own, f"{who}/{age}", f"any/{age}", "all"


def false_cell(around: Around, truck_mps: float, company: Company) -> tuple[str, ...]:
    """What makes false tracks: what stands there, our own motion, who is in view."""
    return around, "rolls" if truck_mps >= STILL_MPS else "rests", company


def breathing_cell(around: Around, company: Company) -> tuple[str, ...]:
    """What makes tracks of nobody that seem to breathe: people have more than one echo, the wind moves."""
    return "breathes", around, company


def found_cell(zone: Zone, out_m: float, around: Around, who: Who) -> tuple[str, ...]:
    """Where somebody's breath is seen alike; `out_m` is from the near flank."""
    reach = "close" if out_m < CLOSE_M else "wide"
    return zone, reach, "street" if around == "street" else "elsewhere", who


def beside_cell(who: Who, around: Around) -> tuple[str, ...]:
    """What makes further tracks beside somebody; a vehicle makes its own."""
    return (who,) if who == "vehicle" else (who, BESIDE[around])


def beside_share(who: Who, setting: Setting, share: float) -> float:
    """How much there is of what makes them; people are mirrored by what stands there."""
    return share if who == "vehicle" else share * setting.share


def names_of(cell: tuple[str, ...]) -> tuple[str, ...]:
    """Of a cell and the wider ones: the last word is left out first."""
    return tuple("/".join(cell[:n]) for n in range(len(cell), 0, -1))


@dataclass(frozen=True, slots=True)
class Breath:
    """Of who stands and is told of for his breath; rates per second, pairs by a truck at rest and rolling."""

    lost_per_s: tuple[float, float]
    hidden_per_s: tuple[float, float]  # still told of, but no radar sees him now
    shown_per_s: tuple[float, float]  # seen again
    proven_per_s: tuple[float, ...]  # to move, since he set off; one for each of WAITS_S


@dataclass(frozen=True, slots=True)
class Chances:
    """Being told of and being lost; rates per second."""

    still_per_s: tuple[float, float]  # who stands is taken to move, by a truck at rest and rolling
    gained_per_s: tuple[float, ...]  # while he moves in view; one for each of WAITS_S, until the next
    regained_per_s: tuple[float, ...]  # likewise since a loss
    lost_per_s: float  # who is proven to move
    breath: Breath


def chance_of(
    rates_per_s: Sequence[float], from_s: float, to_s: float, stretches_s: Sequence[float] = WAITS_S
) -> float:
    """That a wait ends between the two, if it has lasted until the first."""
    edges_s = (*stretches_s[1:], math.inf)
    bounds_s = zip(stretches_s, edges_s, strict=True)
    spans_s = (max(0.0, min(to_s, up) - max(from_s, low)) for low, up in bounds_s)
    return 1 - math.exp(-sum(rate * span for rate, span in zip(rates_per_s, spans_s, strict=True)))


@dataclass(frozen=True, slots=True)
class FalseTrack:
    """One that was seen, to be shown again beside what carries it, the truck or somebody told of.

    Places are seen from the carrier along its course, beside a vehicle in half its lengths and widths;
    differences of speed grow with its speed. Near side positive.
    """

    at_first: tuple[float, float]
    at_last: tuple[float, float]
    way_s: float  # from there to there
    lasts_s: float  # at least; then it stays
    age_s: float  # when it was first told of
    carrier_mps: float  # then
    faster_mps: tuple[float, float]  # in its course and to the near side, than the carrier
    velocity_sigma_mps: float
    breathes: bool  # stands where it is first shown, and is none that moves


@dataclass(frozen=True, slots=True)
class FalseTracks:
    """How often one begins, and what they are like."""

    begun_per_s: float
    seen: tuple[FalseTrack, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """Fitted; `provenance` says on what."""

    provenance: Mapping[str, Any]
    correlation: Sequence[Sequence[float]]  # of the normal scores of COMPONENTS
    memory_s: Sequence[float]  # of each
    quantiles: Mapping[str, Sequence[Sequence[float]]]  # cell -> component -> at PROBABILITIES
    chances: Mapping[str, Chances]  # by who/zone, and by who
    found_per_s: Mapping[str, Sequence[float]]  # to breathe; by `found_cell`, for each of RESTS_S
    age_s: Mapping[str, Sequence[float]]  # of a track when first told of, by `kind_of`; at PROBABILITIES
    size_m: tuple[float, float]  # as the tracker tells it
    false_per_s: Mapping[str, float]  # begun, where all of it is within reach; by `false_cell` and the others
    false_seen: Mapping[str, Sequence[FalseTrack]]  # likewise and by wider cells
    ends_at_rest_per_s: float  # false tracks of a truck that rolled, once it stands

    def errors_of(self, who: Who, zone: Zone, age: Age, around: Around) -> Sequence[Sequence[float]]:
        """Of that cell; where too little was seen of it, of the next wider one."""
        names = cells_of(who, zone, age, around)
        return next(self.quantiles[name] for name in names if name in self.quantiles)

    def chances_of(self, who: Who, zone: Zone) -> Chances:
        """Likewise."""
        return next(self.chances[name] for name in (f"{who}/{zone}", who, "all") if name in self.chances)

    def found_of(self, zone: Zone, out_m: float, around: Around, who: Who) -> Sequence[float]:
        """Likewise: how soon somebody there is found to breathe."""
        names = *names_of(found_cell(zone, out_m, around, who)), "all"
        return next(self.found_per_s[name] for name in names if name in self.found_per_s)

    def false_at(self, setting: Setting, truck_mps: float, company: Company) -> FalseTracks:
        """As many as are shown by so much of what stands there."""
        return self._false(false_cell(setting.around, truck_mps, company), setting.share)

    def false_breathing(self, setting: Setting, company: Company) -> FalseTracks:
        """Likewise, that only breathe; they begin while the truck rests."""
        return self._false(breathing_cell(setting.around, company), setting.share)

    def false_beside(self, who: Who, setting: Setting, share: float) -> FalseTracks:
        """Of somebody who shows that share of himself; of a vehicle all tracks there are."""
        return self._false(beside_cell(who, setting.around), beside_share(who, setting, share))

    def _false(self, cell: tuple[str, ...], share: float) -> FalseTracks:
        names = names_of(cell)
        seen = next((self.false_seen[name] for name in names if name in self.false_seen), ())
        return FalseTracks(share * self.false_per_s.get(names[0], 0.0) if seen else 0.0, tuple(seen))


def at_score(quantiles: Sequence[float], score: float) -> float:
    """The value of that normal score; beyond the outermost quantiles there is nothing."""
    n = bisect_right(SCORES, score)
    if n == 0:
        return quantiles[0]
    if n == len(SCORES):
        return quantiles[-1]
    share = (score - SCORES[n - 1]) / (SCORES[n] - SCORES[n - 1])
    return quantiles[n - 1] + share * (quantiles[n] - quantiles[n - 1])


def write_model(path: Path, model: Model) -> None:
    """As JSON that a person can compare line by line."""
    content = asdict(model)
    lines = [f"  {json.dumps(key)}: {_told(value)}" for key, value in content.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _told(value: Any) -> str:
    if not isinstance(value, dict):
        return json.dumps(value)
    rows = [f"    {json.dumps(key)}: {json.dumps(row)}" for key, row in value.items()]
    return "{\n" + ",\n".join(rows) + "\n  }"


def read_model(path: Path) -> Model:
    """What `write_model` wrote; raises InputError where it is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Model(
            **{
                **content,
                "size_m": tuple(content["size_m"]),
                "chances": {name: _chances(one) for name, one in content["chances"].items()},
                "found_per_s": {name: tuple(rates) for name, rates in content["found_per_s"].items()},
                "false_seen": {
                    name: tuple(_shown(one) for one in seen) for name, seen in content["false_seen"].items()
                },
            }
        )
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(
            f"{path}: is no model of the statistical level as it is now ({error}); "
            "`nearside hil fit-statistics` makes one"
        ) from error


def _chances(content: dict[str, Any]) -> Chances:
    breath = Breath(**{name: tuple(rates) for name, rates in content["breath"].items()})
    names = "still_per_s", "gained_per_s", "regained_per_s"
    return Chances(**{**content, **{name: tuple(content[name]) for name in names}, "breath": breath})


def _shown(content: dict[str, Any]) -> FalseTrack:
    pairs = {name: tuple(content[name]) for name in ("at_first", "at_last", "faster_mps")}
    return FalseTrack(**{**content, **pairs})
