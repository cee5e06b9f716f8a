"""`python -m tests.benchmarks.run bench|safety --out results`: measure, print beside the goal, write JSON."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from tests.benchmarks import bench, safety
from tests.benchmarks.rows import Row, write

KINDS = {"bench": bench.measure, "safety": safety.measure}


@click.command()
@click.argument("kind", type=click.Choice(sorted(KINDS)))
@click.option("--out", type=click.Path(path_type=Path), default=Path("results"))
def main(kind: str, out: Path) -> None:
    """Exit code 1 where a goal is not reached."""
    rows: list[Row] = []
    for part in KINDS[kind]():
        rows += part
        write(out / f"{kind}.json", rows, complete=False)  # what was measured stays if a later part breaks
    write(out / f"{kind}.json", rows, complete=True)
    table = Table("measure", "value", "unit", "goal", "reached")
    for one in rows:
        reached = {True: "yes", False: "NO", None: ""}[one.reached]
        table.add_row(one.measure, f"{one.value:g}", one.unit, one.goal or "", reached)
    Console().print(table)
    sys.exit(any(one.reached is False for one in rows))


if __name__ == "__main__":
    main()
