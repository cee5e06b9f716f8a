"""The simulator's sub-commands of `nearside`."""

from typing import Any

import click

from radar_sim.errors import SceneError
from radar_sim.run_commands import list_kinds, list_scenes, run, send, show

BAD_INPUT = 2


class _Refused(click.ClickException):
    exit_code = BAD_INPUT


class _Sim(click.Group):
    """Whatever scene or fit cannot be used becomes one sentence and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SceneError as error:
            raise _Refused(str(error)) from error


@click.group(cls=_Sim)
def sim() -> None:
    """The radar simulator: scenes become raw samples."""


for _command in (list_scenes, list_kinds, run, send, show):
    sim.add_command(_command)
