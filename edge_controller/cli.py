"""`nearside`: sub-commands join by entry point, so the edge never imports the bench."""

import io
import os
import sys
from importlib.metadata import entry_points

import click

from edge_controller.errors import InputError, is_ctrl_c

# Before anything loads NumPy. Its small products take a hundredth of a millisecond on one core; on several
# they wait for one another, on a busy computer a hundred times as long.
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

BAD_INPUT = 2
INTERRUPTED = 130


class Commands(click.Group):
    """Loads a sub-command when it is asked for, so that `nearside --help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(entry_points(group="nearside.commands").names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        found = entry_points(group="nearside.commands", name=cmd_name)
        for entry in found:
            command = entry.load()
            assert isinstance(command, click.Command)
            return command
        return None


@click.command(cls=Commands)
@click.version_option(package_name="nearside")
def nearside() -> None:
    """Near-side blind-spot braking: radar, gateway, bench and registry tools."""


def main() -> None:
    """Run `nearside`; bad input becomes one sentence on standard error and exit code 2."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal without Chinese or "±" is no crash
    try:
        sys.exit(nearside(standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(BAD_INPUT)
    except click.ClickException as error:
        click.echo(f"nearside: {' '.join(error.format_message().split())}", err=True)
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(INTERRUPTED)
    except SystemError as error:
        if not is_ctrl_c(error):
            raise
        sys.exit(INTERRUPTED)
    except InputError as error:
        click.echo(f"nearside: {error}", err=True)
        sys.exit(BAD_INPUT)


if __name__ == "__main__":
    main()
