"""``mxcompat inspect``."""

from __future__ import annotations

import click
from rich.console import Console
from rich.table import Table

from mxcompat.cli._errors import CommandError
from mxcompat.migrate import _inspect
from mxcompat.migrate._errors import MigrateError


@click.command("inspect", short_help="List what a .params, symbol, record or states file holds.")
@click.argument("file", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def inspect(file: str, as_json: bool) -> int:
    """List what a file of MXNet holds, whatever it is called.

    .params: names, shapes, dtypes and sizes (headers only: as fast on gigabytes). Symbol .json: operators, inputs,
    outputs, parameters, and operators that mxcompat does not have. .rec and .idx: records and the first headers.
    Optimizer states: shapes by parameter (no code of the pickle is run).

    \b
    Exit code: 0 read, 2 not there, damaged, or of another kind.
    """
    try:
        contents = _inspect.inspect(file)
    except MigrateError as error:
        raise CommandError(str(error)) from None
    if as_json:
        click.echo(_inspect.as_json(contents))
        return 0
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(f"{file}: {contents.kind}")
    width = max(map(len, contents.facts))
    for name, text in contents.facts.items():
        console.print(f"  {name:{width}}  {text}")
    if contents.table is not None and contents.table.rows:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for title in contents.table.titles:
            table.add_column(title, no_wrap=True)
        for row in contents.table.rows:
            table.add_row(*row)
        console.print()
        console.print(table, crop=False, overflow="ignore")
    return 0
