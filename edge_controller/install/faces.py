"""Two faces of the wizard: a person at a terminal, and a file of answers."""

import unicodedata
from pathlib import Path
from typing import Any

import click

from edge_controller.errors import InputError
from edge_controller.install.questions import Answers, Question
from edge_controller.install.text import CheckFailedError, RefusedError, Text
from edge_controller.install.wizard import Found, Row, Step
from edge_controller.toml_table import Table, load

SIMULATED = "simulated"
NAME_COLUMNS = 36


class Shown:
    """What both faces show; on standard error where standard output belongs to JSON."""

    def __init__(self, to_stderr: bool) -> None:
        self._to_stderr = to_stderr

    def say(self, text: str = "") -> None:
        """One line."""
        click.echo(text, err=self._to_stderr)

    def begin(self, number: int, count: int, title: Text) -> None:
        """A step begins."""
        self.say(f"[{number}/{count}] {title}")

    def show(self, found: Found, was_done: bool) -> None:
        """A step is done."""
        if was_done:
            self.say("      已完成，见上次记录 done in an earlier run")
        self.rows(found.rows)

    def rows(self, rows: tuple[Row, ...]) -> None:
        """Name, figure, limit and whether it holds."""
        for row in rows:
            mark = "" if not row.limit else "  ✓" if row.is_good else "  ✗"
            limit = f"  [{row.limit}]" if row.limit else ""
            self.say(f"      {_padded(str(row.name))} {row.value}{limit}{mark}")

    def failed(self, error: CheckFailedError, record: Path) -> None:
        """Why the wizard stops, and what to do."""
        self.rows(error.rows)
        self.say(f"✗ {error.cause.zh}{error.remedy.zh}")
        self.say(f"  {error.cause.en} {error.remedy.en}")
        if not record.exists():
            self.say("  没有签署任何记录。 No record was signed.")


class FileFace(Shown):
    """Answers from a TOML file. Moves of a simulated truck need nobody's hand."""

    knows_all = True

    def __init__(self, path: Path, steps: tuple[Step, ...], to_stderr: bool) -> None:
        super().__init__(to_stderr)
        self._path = path
        top = load(path)
        names = dict.fromkeys(question.key.split(".")[0] for step in steps for question in step.questions)
        self._tables = {name: top.table(name) for name in names}
        self.simulated = top.table(SIMULATED) if top.has(SIMULATED) else None
        top.finish()
        self._refuse_unknown(steps)

    def _refuse_unknown(self, steps: tuple[Step, ...]) -> None:
        for step in steps:
            for question in step.questions:
                table, key = self._place(question)
                if table.has(key):
                    self._raw(question)
        for table in self._tables.values():
            table.finish()

    def _place(self, question: Question) -> tuple[Table, str]:
        name, key = question.key.split(".")
        return self._tables[name], key

    def _raw(self, question: Question) -> str:
        table, key = self._place(question)
        if not table.has(key) and question.default is not None:
            return question.default
        if question.kind == "whole":
            return str(table.integer(key, 0, 10**9))
        text = table.string(key)
        if question.kind == "path" and text:
            return str(self._path.parent / text)  # beside the file, wherever it is run from
        return text

    def ask(self, question: Question, answers: Answers) -> Any:
        """Read it; InputError names file and key."""
        table, key = self._place(question)
        try:
            return question.read(self._raw(question), answers)
        except RefusedError as error:
            raise InputError(f"{table.where(key)}: {error}") from error

    def please(self, text: Text) -> None:
        """Shown, and done by the simulated driver."""
        self.say(f"      → {text}")


class TerminalFace(Shown):
    """A person, asked step by step, and again after an answer that cannot be used."""

    knows_all = False
    simulated: Table | None = None

    def ask(self, question: Question, answers: Answers) -> Any:
        """Until it can be used."""
        while True:
            typed = click.prompt(
                f"      {question.words}",
                default=question.default,
                show_default=bool(question.default),
                err=self._to_stderr,
            )
            try:
                value = question.read(typed, answers)
            except RefusedError as error:
                self.say(f"      ✗ {error.text.zh}")
                self.say(f"        {error.text.en}")
                continue
            if isinstance(value, str) and question.key in ("vehicle.vin", "vehicle.plate") and value != typed:
                self.say(f"      记为 taken as: {value}")
            return value

    def please(self, text: Text) -> None:
        """The simulated driver does it; a person at a real truck would be waited for."""
        self.say(f"      → {text}")


def _padded(text: str) -> str:
    """To one width; Chinese characters take two columns."""
    columns = sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
    return text + " " * max(0, NAME_COLUMNS - columns)
