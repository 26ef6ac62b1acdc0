"""``mxcompat rewrite``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mxcompat.cli._errors import CommandError
from mxcompat.rewrite._errors import RewriteError


@click.command(short_help="Rewrite programs to import mxcompat, or to plain torch where that is proved.")
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option(
    "--mode",
    type=click.Choice(["import", "torch"]),
    default="import",
    show_default=True,
    help="import: mxnet becomes mxcompat. torch: what can be proved to be the same becomes torch, too.",
)
@click.option("--diff", "show", is_flag=True, help="Show what would change; write nothing.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if something would change.")
@click.option("--only", multiple=True, metavar="RULE", help="Use this rule alone; may be repeated.")
@click.option("--skip", multiple=True, metavar="RULE", help="Do without this rule; may be repeated.")
@click.option("--list", "list_rules", is_flag=True, help="List the rules, and do nothing else.")
@click.option("-q", "--quiet", is_flag=True, help="Name only the files that were left alone.")
def rewrite(
    paths: tuple[str, ...],
    mode: str,
    show: bool,
    check: bool,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    list_rules: bool,
    quiet: bool,
) -> int:
    """Rewrite scripts and notebooks in place. Format, comments and the outputs of notebooks are kept.

    PATH is a .py file, a .ipynb notebook, or a folder; - reads a script from standard input and writes it to standard
    output. Nothing is run. A file that is no Python 3, or no text, is named and left alone, and no file is ever left
    half-written.

    --mode import needs mxcompat to run the result. --mode torch rewrites arrays, arithmetic, gradients and the like to
    torch wherever it can prove that the numbers stay the same; the rest stays mxcompat's, with comments that begin with
    `# mxcompat:` and say why and what to do. Random draws stay MXNet's, so that the numbers do. A second run changes
    nothing.

    \b
    mxcompat rewrite --diff project/           look first
    mxcompat rewrite project/                  then do it
    mxcompat rewrite --mode torch train.py     towards plain torch

    \b
    Exit code: 0 all well, 1 something would change (with --check) or was left alone, 2 nothing could be begun.
    """
    try:
        from mxcompat.rewrite import _files, _program
        from mxcompat.rewrite._rule import rules
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "libcst":
            raise
        raise CommandError("rewriting needs libcst, which is not here: pip install 'mxcompat[migrate]'") from None
    if list_rules:
        for name, rule in rules().items():
            click.echo(f"{name} ({rule.mode}): {rule.message}")
        return 0
    if not paths:
        raise CommandError("nothing to rewrite; name files or folders, or - for standard input")
    try:
        chosen = _program.choose(mode, only, skip)
        if "-" in paths:
            if len(paths) > 1:
                raise CommandError("- stands alone: standard input is one script")
            return _stdin(mode, chosen, show, check)
        files = _files.collect(list(paths))
    except RewriteError as error:
        raise CommandError(str(error)) from None
    return _rewrite_files(files, mode, chosen, show=show, check=check, quiet=quiet)


def _stdin(mode: str, chosen: object, show: bool, check: bool) -> int:
    from mxcompat.rewrite import _files, _program

    document = _files.from_bytes("<stdin>", sys.stdin.buffer.read())
    text = _program.rewrite(document, mode, chosen)  # type: ignore[arg-type]
    changed = text != document.original
    if show:
        sys.stdout.write(_program.difference(document, text))
    elif not check:
        sys.stdout.buffer.write(text.encode(document.encoding))
        sys.stdout.flush()
    return int(check and changed)


def _rewrite_files(files: list[Path], mode: str, chosen: object, *, show: bool, check: bool, quiet: bool) -> int:
    from mxcompat.rewrite import _files, _program

    changed, left = 0, 0
    for path in files:
        try:
            document = _files.read(path)
            closed = _program.users_of(path, files) if mode == "torch" else ""
            text = _program.rewrite(document, mode, chosen, closed)  # type: ignore[arg-type]
            if text == document.original:
                continue
            changed += 1
            if show:
                sys.stdout.write(_program.difference(document, text))
            if not (show or check):
                _files.write(document, text)
            if not quiet:
                click.echo(f"{'would rewrite' if show or check else 'rewrote'} {path}", err=show)
        except RewriteError as error:
            left += 1
            click.echo(f"mxcompat: {error}", err=True)
    if not quiet:
        verb = "would be rewritten" if show or check else "rewritten"
        tail = f", {left} left alone" if left else ""
        click.echo(f"{changed} of {len(files)} {'file' if len(files) == 1 else 'files'} {verb}{tail}", err=show)
    return int(bool(left) or (check and bool(changed)))
