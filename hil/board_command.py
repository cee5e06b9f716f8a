"""`nearside hil board`: a gateway board without hardware."""

from pathlib import Path

import click

from edge_controller.named_path import Folder


@click.command()
@click.option("--flash", required=True, type=Folder(), help="Folder that is the board's flash.")
def board(flash: Path) -> None:
    """A gateway board without hardware, in service behind a serial port, until Ctrl-C."""
    from threading import Event  # noqa: PLC0415

    from hil.virtual_board import VirtualBoard  # noqa: PLC0415

    with VirtualBoard(flash) as running:
        click.echo(running.port)
        try:
            Event().wait()
        except KeyboardInterrupt:
            click.echo(f"off; its flash stays in {flash}", err=True)
