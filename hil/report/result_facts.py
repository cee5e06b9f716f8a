"""With what the encounters of a scenario were driven, as lines of a table: enough to drive them again."""

from edge_controller.install.image import firmware_sha256
from hil.programs.reference.obedient import OBEDIENT
from hil.report.facts import Fact, perturbed_in_words
from hil.report.words import SIDE_CHINESE
from hil.scenario.scenario_result import ScenarioResult
from hil.truth import IN_WORDS

LEVELS = {
    "radar": (
        "raw radar samples",
        "原始雷达采样",
        "raw samples of each radar, through the whole detection chain",
    ),
    "statistical": (
        "statistical sensing",
        "统计感知",
        "tracks drawn from error, miss and false-target models; no radar samples",
    ),
    "perfect": ("perfect sensing", "理想感知", "true tracks of whoever is in view; no radar samples"),
}
DRAWS = {
    "any": "as they come",
    "colliding": "only such as end in a contact of the moving truck without the system",
    "touching_nobody": "only such as touch nobody without the system",
}


def level_words(level: str) -> tuple[str, str]:
    """A level of sensing, English and Chinese."""
    return LEVELS[level][:2]


def interpreter_words(done: ScenarioResult) -> str:
    """What hosted the gateway's firmware."""
    interpreter = done.conditions.interpreter
    return "no interpreter came up" if interpreter is None else f"{interpreter.name} {interpreter.version}"


def result_facts(done: ScenarioResult) -> list[Fact]:
    """Unit under test, level, program, files by hash, seed and draws; the same text for the same result."""
    file, conditions, middle = done.file, done.conditions, done.file.middle()
    fit = middle.encounter.fit
    side = fit.truck.near_side
    return [
        Fact("unit under test", "被测件", _unit_in_words(done)),
        Fact("repeated in MicroPython", "MicroPython 复跑", repeated_in_words(done)),
        Fact("firmware SHA-256", "固件", firmware_sha256(), is_hash=True),
        Fact("sensing", "感知级别", f"{conditions.level}: {LEVELS[conditions.level][2]}"),
        Fact("program", "决策程序", conditions.program),
        Fact("simulated", "仿真", "all else: what is sensed, road users, driver, truck, brake, both buses"),
        Fact("scenario", "场景", f"{file.id}, {file.path.name}"),
        Fact("scenario SHA-256", "场景文件", file.sha256, is_hash=True),
        Fact("encounters", "会车", f"{_driven_in_words(done)}; {DRAWS[file.draws]}"),
        Fact("fit", "配置", f"{fit.path.stem} ({fit.truck.kind}), brake {middle.brake_name}"),
        Fact("fit SHA-256", "配置文件", middle.fit_sha256, is_hash=True),
        Fact("seed, near side", "种子、近侧", f"{conditions.seed}, {side} {SIDE_CHINESE[side]}"),
        Fact("sensors and mounting", "传感器偏差", _perturbed_in_words(done)),
        Fact("truth", "真值细节", IN_WORDS[conditions.truth]),
    ]


def drives_firmware(done: ScenarioResult) -> bool:
    """Whether the unit under test was there at all, not the gateway that refuses nothing."""
    interpreter = done.conditions.interpreter
    return interpreter is None or interpreter.name != OBEDIENT


def _unit_in_words(done: ScenarioResult) -> str:
    if not drives_firmware(done):
        return "none: a gateway that refuses nothing stands in its place 无被测固件"
    if done.conditions.interpreter is None:
        return "gateway firmware; no interpreter came up"
    return f"gateway firmware, the real files, in {interpreter_words(done)}"


def repeated_in_words(done: ScenarioResult) -> str:
    """How many encounters were driven again there, and whether both buses carried the same bytes."""
    again = [one.same_in_micropython for one in done.results if one.same_in_micropython is not None]
    if again:
        return f"{len(again)} of {len(done.results)}, {sum(again)} byte-equal on both buses 逐字节相同"
    interpreter = done.conditions.interpreter
    if interpreter is not None and "micropython" in interpreter.name:
        return "not needed: every encounter was driven in it"
    return f"none of {len(done.results)} 无"


def _driven_in_words(done: ScenarioResult) -> str:
    corners = sum(one.corner for one in done.results)
    return f"{len(done.results) - corners} drawn, {corners} corners"


def _perturbed_in_words(done: ScenarioResult) -> str:
    """Each encounter has its own, where the command line does not say one for all."""
    perturb = done.conditions.perturb
    each = perturb is not None and len(done.results) > 1 and "--perturb" not in done.conditions.options
    return f"{perturbed_in_words(perturb)}{' (the first encounter; each draws its own)' if each else ''}"
