"""``mxcompat convert``."""

from __future__ import annotations

import click

from mxcompat.cli._errors import CommandError
from mxcompat.migrate import _convert
from mxcompat.migrate._errors import MigrateError
from mxcompat.migrate._inspect import shown_size


@click.command(short_help="Turn .params into safetensors or npz, and back.")
@click.argument("file", metavar="FILE")
@click.option(
    "--to",
    type=click.Choice(["safetensors", "npz", "params"]),
    required=True,
    help="The format to write; params reads a .safetensors or .npz file.",
)
@click.option("-o", "--output", metavar="OUT", help="The file to write (default: beside FILE, with another suffix).")
@click.option("--plain-names", is_flag=True, help="Take arg: and aux: off the names.")
@click.option("--np-shape", is_flag=True, help="With --to params: write for programs that use NumPy shapes.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def convert(file: str, to: str, output: str | None, plain_names: bool, np_shape: bool, force: bool) -> int:
    """Convert a file of arrays. The numbers are copied as they are, whatever the size of the file.

    A .params file of any version becomes .safetensors or .npz, which torch and NumPy read without MXNet; --to params
    goes the other way. Sparse arrays, and bfloat16 in npz, are refused. OUT appears only when it is complete.

    \b
    Exit code: 0 converted, 2 not (nothing was written).
    """
    if np_shape and to != "params":
        raise CommandError("--np-shape is for --to params")
    try:
        done = _convert.convert(file, to, output, plain=plain_names, np_shape=np_shape, force=force)
    except MigrateError as error:
        raise CommandError(str(error)) from None
    click.echo(f"{done.path}: {done.arrays} arrays, {shown_size(done.nbytes)}")
    return 0
