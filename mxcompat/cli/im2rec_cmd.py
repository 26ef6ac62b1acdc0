"""``mxcompat im2rec``: hand over to ``mxcompat.tools.im2rec``, which has its own options."""

from __future__ import annotations

import click

from mxcompat.tools import im2rec as tool


@click.command(
    short_help="List images, and pack them into record files.",
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def im2rec(arguments: tuple[str, ...]) -> int:
    """List the images of a folder, or pack listed images into a record file; its own --help lists the options."""
    try:
        return tool.main(list(arguments))
    except SystemExit as stop:  # argparse's way to end after --help, or a mistake that it has explained
        return stop.code if isinstance(stop.code, int) else 2
