"""``mxcompat conformance``: hand over to the conformance suite, which has its own options."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

import click

from mxcompat.cli._errors import CommandError

_INSTALLED = "mxcompat._conformance"
_CHECKOUT = "conformance"


def find_main() -> Any:
    """Return ``main(argv)`` of the suite: the one inside the installed package, else the checkout's.

    Raises:
        CommandError: neither is there.
    """
    if importlib.util.find_spec(_INSTALLED) is not None:
        return importlib.import_module(f"{_INSTALLED}.runner").main
    root = Path(__file__).resolve().parents[2]
    if not (root / _CHECKOUT / "runner.py").is_file():
        raise CommandError("the conformance suite is not part of this installation; reinstall mxcompat")
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    return importlib.import_module(f"{_CHECKOUT}.runner").main


@click.command(
    short_help="Compare mxcompat with results recorded from MXNet 1.9.1.",
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def conformance(arguments: tuple[str, ...]) -> int:
    """Replay the recorded cases and print a score by area; its own --help lists the options."""
    code = find_main()(list(arguments))
    return code if isinstance(code, int) else 0
