"""``mxcompat scan``."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from mxcompat.cli._errors import CommandError
from mxcompat.migrate import _formats
from mxcompat.migrate._errors import MigrateError
from mxcompat.migrate._scan import scan as scan_paths


@click.command(short_help="Say which uses of MXNet in a project run, and which lines do not.")
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown", "sarif"]),
    default="text",
    show_default=True,
    help="How to print the report.",
)
@click.option("--follow", is_flag=True, help="Look into installed packages that import mxnet, too.")
@click.option("-v", "--verbose", is_flag=True, help="With text: list every name and every place.")
def scan(paths: tuple[str, ...], form: str, follow: bool, verbose: bool) -> int:
    """Look for uses of MXNet in scripts, notebooks and Markdown files, and say how each stands.

    Nothing is run, and neither MXNet nor torch need be installed. PATH is a .py, .ipynb or .md file, or a folder.
    Names are followed through imports, assignments, classes and the project's own modules. A use either runs,
    runs with a listed difference, has no effect here, cannot be told from the code, or is not supported.

    \b
    Exit code: 0 no line was found that does not run, 1 some were (or files could not be read), 2 nothing to scan.
    """
    if not paths:
        raise CommandError("nothing to scan; name files or folders, as in `mxcompat scan .`")
    console = Console(stderr=True)
    try:
        with console.status("reading") as status:
            shown = console.is_terminal

            def tick(path: Path) -> None:
                if shown:
                    status.update(f"reading {path}")

            report = scan_paths(list(paths), follow=follow, tick=tick)
    except MigrateError as error:
        raise CommandError(str(error)) from None
    if form == "text":
        text = _formats.as_text(report, every=verbose)
    else:
        text = {"json": _formats.as_json, "markdown": _formats.as_markdown, "sarif": _formats.as_sarif}[form](report)
    sys.stdout.write(text + "\n")
    return _formats.exit_code(report)
