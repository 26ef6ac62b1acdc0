"""``mxcompat info``."""

from __future__ import annotations

import json

import click

from mxcompat.cli import _facts


@click.command(short_help="Say what is installed and what is active.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def info(as_json: bool) -> int:
    """Say which versions, extras and devices are here, which random engine is on, and whether the drop-in is.

    Put the output in a bug report.
    """
    facts = _facts.collect()
    click.echo(json.dumps(facts, indent=2) if as_json else _facts.as_text(facts))
    return 0
