"""The wizard: step after step, what is done is kept in the folder, and a second run goes on from there."""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from edge_controller.config import Fit, load_fit, shipped_fit
from edge_controller.install.files import make_folder, write_whole
from edge_controller.install.questions import FITS, Answers, Question
from edge_controller.install.text import CheckFailedError, RefusedError, Text
from edge_controller.install.truck import GatewayDeadError, Order, Truck, TruckKind
from edge_controller.registration.delivery import Address

STATE, RECORD = "wizard.json", "installation.cose"
SCHEMA = 1


class Row(NamedTuple):
    """One thing found, for a person; judged where it has a limit."""

    name: Text
    value: str
    limit: str = ""
    is_good: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """What a step came to: rows for a person, values that later steps and the record need."""

    rows: tuple[Row, ...] = ()
    values: dict[str, Any] = field(default_factory=dict)


class Face(Protocol):
    """Who asks and shows. A terminal today; a page or a file of answers may stand here as well."""

    @property
    def knows_all(self) -> bool:
        """Every answer is there from the start, as in a file: all are read before anything is done."""
        ...

    def ask(self, question: Question, answers: Answers) -> Any:
        """The answer's value, asked again until it can be used, or InputError."""
        ...

    def please(self, text: Text) -> None:
        """Something to do at the truck; returns when it may begin."""
        ...

    def begin(self, number: int, count: int, title: Text) -> None:
        """A step begins."""
        ...

    def show(self, found: Found, was_done: bool) -> None:
        """A step is done, now or in an earlier run."""
        ...


@dataclass(slots=True)
class Fitting:
    """One fitting of one unit to one truck, in one folder."""

    out: Path
    kind_of_truck: TruckKind
    options: object
    now_s: int
    office: Address | None
    answers: dict[str, Any] = field(default_factory=dict)
    done: dict[str, dict[str, Any]] = field(default_factory=dict)
    truck: Truck | None = None
    is_on: bool = False

    @property
    def fit(self) -> Fit:
        """Chosen by the class of truck."""
        return load_fit(shipped_fit(FITS[self.answers["vehicle.kind"]]))

    def at_truck(self) -> Truck:
        """Connected when it is first needed."""
        if self.truck is None:
            order = Order(self.fit, self.answers["vehicle.vin"], self.out)
            self.truck = self.kind_of_truck.connect(order, self.options)
        return self.truck

    def powered(self) -> Truck:
        """With its gateway running exactly what was flashed."""
        truck = self.at_truck()
        if not self.is_on:
            running = truck.start()
            if running.firmware_sha256 != self.done["flash"]["firmware_sha256"]:
                raise GatewayDeadError("it runs other firmware than was written")
            self.done["flash"]["interpreter"] = running.interpreter
            self.is_on = True
        return truck

    def close(self) -> None:
        """Leave the truck."""
        if self.truck is not None:
            self.truck.close()

    def keep(self) -> None:
        """What is done, on the disk."""
        state = {"schema": SCHEMA, "answers": self.answers, "done": self.done}
        state["sha256"] = _sha256(state)
        write_whole(self.out / STATE, json.dumps(state, ensure_ascii=False, indent=2).encode() + b"\n")


@dataclass(frozen=True, slots=True)
class Step:
    """Asking and doing apart: `questions` belong to a face, `work` to the truck."""

    name: str
    title: Text
    questions: tuple[Question, ...]
    work: Callable[[Fitting, Callable[[Text], None]], Found]
    is_kept: bool = True  # done once; others are done in every run


def run(fitting: Fitting, steps: tuple[Step, ...], face: Face) -> Iterator[dict[str, Any]]:
    """All steps in order; what each came to. CheckFailedError where the truck is not as it must be."""
    make_folder(fitting.out)
    with _alone_in(fitting.out):
        yield from _run(fitting, steps, face)


def _run(fitting: Fitting, steps: tuple[Step, ...], face: Face) -> Iterator[dict[str, Any]]:
    answered_before = _remember(fitting)
    if face.knows_all:
        for step in steps:
            _ask(fitting, step, face, answered_before)
    try:
        for number, step in enumerate(steps, 1):
            face.begin(number, len(steps), step.title)
            _ask(fitting, step, face, answered_before)
            was_done = step.is_kept and step.name in fitting.done
            found = Found(values=fitting.done[step.name]) if was_done else _done(step, fitting, face)
            fitting.done[step.name] = found.values
            fitting.keep()
            face.show(found, was_done)
            yield {"step": step.name, "was_done": was_done, **found.values}
    finally:
        fitting.close()


def _sha256(state: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()


@contextmanager
def _alone_in(out: Path) -> Iterator[None]:
    """Two wizards in one folder would sign two records of one fitting. A killed one lets go by itself."""
    folder = os.open(out, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise RefusedError(
                Text(
                    f"另一个安装向导正在使用{out}，请等待其结束或换一个文件夹。",
                    f"Another wizard is at work in {out}: wait for its end or use another folder.",
                )
            ) from error
        yield
    finally:
        os.close(folder)


def _done(step: Step, fitting: Fitting, face: Face) -> Found:
    try:
        return step.work(fitting, face.please)
    except GatewayDeadError as error:
        fitting.done.pop("flash", None)  # so that the next run writes it anew
        fitting.keep()
        raise CheckFailedError(
            "gateway_dead",
            Text(f"网关没有正常运行（{error}）。", f"The gateway does not run as it must ({error})."),
            Text("再次运行向导，重新写入固件；仍然如此则更换网关。",
                 "Run the wizard again to write it anew; replace the gateway if that is no help."),
        ) from error  # fmt: skip


def _ask(fitting: Fitting, step: Step, face: Face, before: Answers) -> None:
    """Whatever is not answered yet. An answer of a step that is done must be the one it was done with."""
    for question in step.questions:
        if question.key in fitting.answers or not question.is_asked(fitting.answers):
            continue
        if question.key in before and not face.knows_all:
            fitting.answers[question.key] = before[question.key]
            continue
        value = face.ask(question, fitting.answers)
        was = before.get(question.key)
        if step.name in fitting.done and was != value:
            raise RefusedError(
                Text(
                    f"{fitting.out}已保存另一次安装（{question.words.zh}：{was}），请换一个文件夹。",
                    f"{fitting.out} holds another fitting ({question.key} {was!r}, not {value!r}): "
                    "use another folder.",
                )
            )
        fitting.answers[question.key] = value


def _remember(fitting: Fitting) -> Answers:
    path = fitting.out / STATE
    if not path.exists():
        if (fitting.out / RECORD).exists():
            raise RefusedError(
                Text(
                    f"{fitting.out}中有来源不明的安装记录，请换一个文件夹。",
                    f"{fitting.out} holds a record of another origin: use another folder.",
                )
            )
        return {}
    try:
        state = json.loads(path.read_bytes())
        if state["schema"] != SCHEMA or state.pop("sha256") != _sha256(state):
            raise ValueError("another schema, or a figure changed since: it would be signed")
        fitting.done = {name: dict(values) for name, values in dict(state["done"]).items()}
        return dict(state["answers"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RefusedError(
            Text(
                f"{path}不是可读的安装进度，请换一个文件夹。",
                f"{path} cannot be read as the state of a fitting: use another folder.",
            )
        ) from error
