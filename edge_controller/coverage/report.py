"""What `nearside fit show` says of a fit, as plain values, as JSON and as tables."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from edge_controller.config import Fit, Radar
from edge_controller.coverage.budget import (
    beamwidth_rad,
    best_snr_db,
    first_range_m,
    has_two_rows,
    max_closing_mps,
    reach_m,
)
from edge_controller.coverage.capability import (
    DETECTED_DB,
    SMALLEST_RIDER_DB,
    Shortcoming,
    Sight,
    row_snr_db,
    sees_case,
    sees_row,
    shortcomings,
    sights,
    tenths,
)
from edge_controller.coverage.zones import (
    ADULT,
    CHILD,
    CYCLIST,
    OFF_SIDE_M,
    Points,
    TestPoint,
    Zone,
    off_side,
    r151_points,
    r151_zone,
    r159_points,
    r159_zone,
)

Verdict = Literal["seen", "given up", "lacking", "not needed"]
CELL_M = 0.25
COLOURS = {"seen": "green", "given up": "yellow", "lacking": "red", "not needed": "dim"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One test point and the radar that has it best."""

    point: TestPoint
    sight: Sight
    counted_snr_db: float  # for the target the rule asks for
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ZoneView:
    """A zone cell by cell, for the weakest target the rule names."""

    zone: Zone
    cells: Points
    seen: tuple[bool, ...]

    @property
    def share(self) -> float:
        """Part of the cells seen."""
        return sum(self.seen) / len(self.seen)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything shown of a fit."""

    fit: Fit
    findings: tuple[Finding, ...]
    zones: tuple[ZoneView, ...]
    off_side: ZoneView  # for an adult; no rule asks for it
    shortcomings: tuple[Shortcoming, ...]

    @property
    def open_shortcomings(self) -> tuple[Shortcoming, ...]:
        """Those that are not openly given up: with any, the fit is refused."""
        return tuple(lack for lack in self.shortcomings if lack.name not in self.fit.policy.gives_up)


def report(fit: Fit) -> Report:
    """Look at every test point and zone with every radar."""
    lacks = shortcomings(fit)
    rows = [_finding(fit, point, lacks, sees_row, row_snr_db) for point in r151_points(fit.truck)]
    cases = [_finding(fit, point, lacks, sees_case, _plain_snr_db) for point in r159_points(fit.truck)]
    zones = (
        _zone_view(fit, r151_zone(fit.truck), CYCLIST.rcs_dbsm + SMALLEST_RIDER_DB, CYCLIST.height_m / 2),
        _zone_view(fit, r159_zone(fit.truck), CHILD.rcs_dbsm, CHILD.height_m / 2),
    )
    beside = _zone_view(fit, off_side(fit.truck), ADULT.rcs_dbsm, ADULT.height_m / 2)
    return Report(fit, (*rows, *cases), zones, beside, lacks)


def policies(fit: Fit) -> str:
    """What the fit is for, in words."""
    names = [*fit.policy.names]
    stop = fit.policy.right_turn_stop
    if stop is not None:
        names[names.index("right_turn_stop")] += f" ({stop.mode}, {stop.stop_s:g} s)"
    return f"{'policies' if len(names) > 1 else 'policy'} {', '.join(names)}"


def _plain_snr_db(sight: Sight) -> float:
    return sight.snr_db


def _finding(
    fit: Fit,
    point: TestPoint,
    lacks: tuple[Shortcoming, ...],
    sees: Callable[[Sight], bool],
    counted: Callable[[Sight], float],
) -> Finding:
    best = sights(fit, point)[0]
    verdict: Verdict = "not needed"
    if sees(best):
        verdict = "seen"
    elif point.name in fit.policy.gives_up:
        verdict = "given up"
    elif point.name in [lack.name for lack in lacks]:
        verdict = "lacking"
    return Finding(point, best, counted(best), verdict)


def _zone_view(fit: Fit, zone: Zone, rcs_dbsm: float, z_m: float) -> ZoneView:
    cells = zone.grid(CELL_M, z_m)
    seen = best_snr_db(fit, cells, rcs_dbsm) >= DETECTED_DB
    return ZoneView(zone, cells, tuple(bool(one) for one in seen))


def as_json(shown: Report) -> dict[str, Any]:
    """The report as JSON values; angles in degrees, as in the TOML."""
    fit = shown.fit
    return {
        "fit": fit.path.name,
        "policies": list(fit.policy.names),
        "near_side": fit.truck.near_side,
        "trailer_length_m": fit.trailer and fit.trailer.length_m,
        "capable": not shown.open_shortcomings,
        "gives_up": list(fit.policy.gives_up),
        "shortcomings": [
            {"name": lack.name, "text": lack.text, "given_up": lack.name in fit.policy.gives_up}
            for lack in shown.shortcomings
        ],
        "radars": [_radar_json(radar) for radar in fit.radars],
        "points": [_point_json(finding) for finding in shown.findings],
        "zones": [{"name": view.zone.name, "seen": round(view.share, 4)} for view in shown.zones],
        "off_side_seen": round(shown.off_side.share, 4),
    }


def _radar_json(radar: Radar) -> dict[str, Any]:
    width = beamwidth_rad(radar)
    return {
        "name": radar.name,
        "position_m": list(radar.position_m),
        "yaw_deg": math.degrees(radar.yaw_rad),
        "reach_m": reach_m(radar),
        "first_range_m": first_range_m(radar),
        "range_bin_m": radar.profile.range_bin_m,
        "max_range_rate_mps": radar.max_range_rate_mps,
        "max_range_rate_unfolded_mps": max_closing_mps(radar),
        "range_rate_bin_mps": radar.range_rate_bin_mps,
        "beamwidth_deg": None if width is None else math.degrees(width),
        "tells_height": has_two_rows(radar.array),
        "channels": len(radar.array.virtual_m),
    }


def _point_json(finding: Finding) -> dict[str, Any]:
    sight = finding.sight
    return {
        "name": finding.point.name,
        "target": finding.point.target.name,
        "x_m": finding.point.position_m[0],
        "y_m": finding.point.position_m[1],
        "radar": None if sight.hindrance else sight.radar,
        "range_m": sight.range_m,
        "snr_db": None if sight.hindrance else sight.snr_db,
        "counted_snr_db": None if sight.hindrance else finding.counted_snr_db,
        "needs_db": DETECTED_DB,
        "verdict": finding.verdict,
    }


def as_tables(shown: Report) -> RenderableType:
    """The report for a terminal."""
    fit = shown.fit
    towing = "" if fit.trailer is None else f", with a trailer of {fit.trailer.length_m:g} m"
    head = Text(
        f"{fit.path.name}: {fit.truck.kind}{towing}, {policies(fit)}, near side {fit.truck.near_side}"
    )
    zones = "; ".join(f"{view.zone.name} zone {100 * view.share:.0f} % seen" for view in shown.zones)
    return Group(head, _radar_table(fit), _point_table(shown), Text(zones), *_closing_lines(shown))


def _radar_table(fit: Fit) -> Table:
    table = Table("radar", "reach m", "from m", "speed m/s", "bins m, m/s", "beam deg", "height")
    for column in table.columns[1:]:
        column.justify = "right"
    for radar in fit.radars:
        width = beamwidth_rad(radar)
        table.add_row(
            Text(radar.name),
            f"{reach_m(radar):.1f}",
            f"{first_range_m(radar):.2f}",
            f"±{radar.max_range_rate_mps:.2f}",
            f"{radar.profile.range_bin_m:.3f}, {radar.range_rate_bin_mps:.3f}",
            "-" if width is None else f"{math.degrees(width):.1f}",
            "yes" if has_two_rows(radar.array) else "no",
        )
    return table


def _point_table(shown: Report) -> Table:
    table = Table("point", "target", "x m", "y m", "radar", "SNR", "counts", "")
    for column in table.columns:
        column.no_wrap = True
    for column in (*table.columns[2:4], *table.columns[5:7]):
        column.justify = "right"
    for finding in shown.findings:
        sight, (x, y, _) = finding.sight, finding.point.position_m
        table.add_row(
            finding.point.name.removeprefix("UN "),
            finding.point.target.name,
            f"{x:.1f}",
            f"{y:.2f}",
            Text("none" if sight.hindrance else sight.radar),
            "-" if sight.hindrance else tenths(sight.snr_db),
            "-" if sight.hindrance else tenths(finding.counted_snr_db),
            Text(finding.verdict, style=COLOURS[finding.verdict]),
        )
    table.caption = (
        f"SNR in dB; counts: UN R151 for its smallest rider, {-SMALLEST_RIDER_DB:.1f} dB less; "
        f"needed {DETECTED_DB:.0f} dB"
    )
    return table


def _closing_lines(shown: Report) -> list[Text]:
    given = [lack for lack in shown.shortcomings if lack not in shown.open_shortcomings]
    lines = [Text(f"given up: {lack.text}", style="yellow") for lack in given]
    lines += [Text(f"lacking: {lack.text}", style="red") for lack in shown.open_shortcomings]
    return [*lines, _off_side_line(shown)]


def _off_side_line(shown: Report) -> Text:
    """What nobody gives up by name: a person there hears nothing from us."""
    side = "left" if shown.fit.truck.near_side == "right" else "right"
    strip = f"the strip {OFF_SIDE_M:g} m wide along the {side} of the body"
    unseen = round(100 * (1 - shown.off_side.share))
    if unseen == 0:
        return Text(f"off side: {strip} is seen")
    return Text(
        f"off side: {unseen} % of {strip} is in no radar's view; "
        "who stands there is not warned of, also where the tail swings out",
        style="yellow",
    )
