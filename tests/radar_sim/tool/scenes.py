"""Scene files for the tests of the tool."""

from pathlib import Path

ONE = """\
name: One reflector
seed: 3
frames: 2
truck:
  own_body: false
things:
  - kind: reflector
    x_m: {x_m}
    y_m: {y_m}
    heading_deg: {heading_deg}
    speed_mps: {speed_mps}
    z_m: 1.05
    rcs_dbsm: 10
"""


def written(folder: Path, text: str) -> Path:
    """A scene file of this text."""
    path = folder / "scene.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def one_reflector(
    folder: Path, x_m: float = -4.0, y_m: float = -6.0, heading_deg: float = 0.0, speed_mps: float = 0.0
) -> Path:
    """A truck that stands and a reflector."""
    return written(folder, ONE.format(x_m=x_m, y_m=y_m, heading_deg=heading_deg, speed_mps=speed_mps))
