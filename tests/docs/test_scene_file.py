"""The scene file page has every kind and key, none more; the example of the how-to page runs as it stands."""

import re
from pathlib import Path

import numpy as np
import pytest

from radar_sim import Drift, Fascia, Film, IfFilter, Losses, PhaseNoise, Sensor, World, load_scene
from radar_sim.figures import own_truck
from radar_sim.scene_files.arguments import options
from radar_sim.scene_files.kinds import as_markdown
from radar_sim.world.world import Interferer, Road
from tests.radar_sim.bench import DEMO

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "reference" / "scene-file.md").read_text(encoding="utf-8")
HOW_TO = (ROOT / "docs" / "how-to" / "simulate-a-scene.md").read_text(encoding="utf-8")


def test_the_table_of_kinds_is_the_programs_own() -> None:
    table = REFERENCE.split("--markdown -->\n")[1].split("<!-- end -->")[0]
    assert table == as_markdown()


@pytest.mark.parametrize("part", [World, Road, Interferer])
def test_every_key_of_the_world_is_on_the_page(part: type) -> None:
    world = REFERENCE.split("## world")[1].split("## sensors")[0]
    for key in options(part):
        assert re.search(rf"`{key}\b", world), key


@pytest.mark.parametrize("part", [Sensor, Film, Fascia, Drift, PhaseNoise, IfFilter, Losses])
def test_every_key_of_a_sensor_and_of_losses_is_on_the_page(part: type) -> None:
    for key in options(part, but=("mirror", "patterns")):
        assert re.search(rf"`{key}\b", REFERENCE), key


def test_every_key_of_the_own_truck_is_on_the_page() -> None:
    for key in options(own_truck, but=("fit", "speed_mps", "t_s", "seed", "name")):
        assert re.search(rf"`{key}\b", REFERENCE), key


def test_the_yaml_of_the_how_to_page_is_a_scene(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", HOW_TO, re.DOTALL)
    (tmp_path / "scene.yaml").write_text(text, encoding="utf-8")
    scene = load_scene(tmp_path / "scene.yaml", DEMO)
    assert [entry.kind for entry in scene.entries] == ["cyclist"]


def test_the_notebook_of_the_how_to_page_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", HOW_TO, re.DOTALL)
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    exec(compile(code, "simulate-a-scene.md", "exec"), names)
    assert len(code.splitlines()) <= 12
    assert capsys.readouterr().out.startswith("(128, 4, 256) [('cyclist', ")
    profile = names["profile"]
    assert isinstance(profile, np.ndarray)
    assert profile.shape == (256,)
