"""Sub-commands of `nearside` that need the edge only."""

import json
from pathlib import Path

import click

from edge_controller.errors import InputError


@click.command()
@click.argument("capture", type=click.Path(path_type=Path))
@click.option(
    "--radar",
    "radar_toml",
    required=True,
    type=click.Path(path_type=Path),
    help="[profile], [array] and one [[radar]] of a fit, and [capture].",
)
@click.option(
    "--json", "json_to", is_flag=False, flag_value="-", help="Write JSON to FILE, or to standard output."
)
def replay(capture: Path, radar_toml: Path, json_to: str | None) -> None:
    """Put a recorded frame or recording through detection and tracking, the truck standing."""
    # Here, not above: `nearside fit` must not wait for SciPy.
    from edge_controller import replay as replaying  # noqa: PLC0415
    from edge_controller.radar.recording import read_recording, read_replay_toml  # noqa: PLC0415
    from edge_controller.tracking import Tracker  # noqa: PLC0415

    radar, layout = read_replay_toml(radar_toml)
    frames = replaying.replay(read_recording(capture, radar, layout), radar, Tracker((radar,), None))
    if json_to is None:
        click.echo(replaying.table(frames))
        return
    text = json.dumps({"frames": frames}, allow_nan=False)
    if json_to == "-":
        click.echo(text)
        return
    try:
        Path(json_to).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{json_to}: cannot be written ({error.strerror})") from error
