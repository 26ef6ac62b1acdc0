"""``mxcompat enable`` and ``mxcompat disable``."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

import click

from mxcompat.cli._errors import CommandError
from mxcompat.dropin import _pth


@click.command(short_help="Let `import mxnet` give mxcompat in every program of this interpreter.")
def enable() -> int:
    """Let `import mxnet` give mxcompat in every program of this interpreter, until `mxcompat disable`.

    Writes mxcompat.pth into site-packages (or the user's site directory). Python starts as fast as before:
    mxcompat and torch are loaded only when a program imports mxnet.
    """
    try:
        file = _pth.enable()
    except _pth.EnableError as error:
        raise CommandError(str(error), exit_code=1) from None
    click.echo(f"`import mxnet` now gives mxcompat in {sys.executable} ({file})")
    if file.parent != Path(sysconfig.get_paths()["purelib"]):
        click.echo(f"site-packages is not writable, so this holds for your account only: {file.parent}")
    click.echo("undo: mxcompat disable")
    return 0


@click.command(short_help="Undo `mxcompat enable`.")
def disable() -> int:
    """Undo `mxcompat enable` for this interpreter; does nothing if it was not enabled."""
    try:
        removed = _pth.disable()
    except _pth.EnableError as error:
        raise CommandError(str(error), exit_code=1) from None
    for file in removed:
        click.echo(f"removed {file}")
    if not removed:
        click.echo(f"{sys.executable} was not enabled; nothing to do")
    return 0
