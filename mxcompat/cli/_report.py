"""What ``mxcompat run`` shows of a notebook: its outputs, the progress, and the table of ``--check``."""

from __future__ import annotations

import json
import platform
import re
import sys
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mxcompat.cli import _notebook
from mxcompat.cli._compare import Status, Tolerance, Verdict, compare_cells, outputs_of
from mxcompat.cli._notebook import Execution

_STYLES = {
    Status.SAME: "green",
    Status.CLOSE: "yellow",
    Status.DIFFERENT: "bold red",
    Status.ERROR: "bold red",
    Status.NEW: "cyan",
    Status.SKIPPED: "dim",
}
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_SOURCE_WIDTH = 44


@dataclass(frozen=True)
class Row:
    """One code cell in the table: its number among the code cells, its index in the file, and the verdict."""

    number: int
    index: int
    source: str
    verdict: Verdict


@dataclass(frozen=True)
class Check:
    """The result of ``--check``."""

    rows: tuple[Row, ...]
    tolerance: Tolerance
    strict: bool

    @property
    def totals(self) -> dict[str, int]:
        counted = Counter(row.verdict.status for row in self.rows)
        return {status.value: counted[status] for status in Status}

    @property
    def ok(self) -> bool:
        failing = {Status.CLOSE} if self.strict else set()
        return not any(row.verdict.status.fails or row.verdict.status in failing for row in self.rows)


def check(stored: Any, execution: Execution, tolerance: Tolerance, *, strict: bool) -> Check:
    """Compare every code cell of the stored notebook with the executed copy."""
    rows: list[Row] = []
    for index, (before, now) in enumerate(zip(stored.cells, execution.notebook.cells, strict=True)):
        if not _notebook.is_runnable(before):
            continue
        if index in execution.done:
            verdict = compare_cells(outputs_of(before), outputs_of(now), tolerance)
        else:
            verdict = Verdict(Status.ERROR, f"not finished: {execution.stopped}")
        rows.append(Row(len(rows) + 1, index, _notebook.first_line(before), verdict))
    return Check(tuple(rows), tolerance, strict)


def show_check(result: Check, name: str) -> None:
    """Print the table and the totals."""
    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console.width = 120
    table = Table(title=f"{name}: fresh outputs against stored ones", title_justify="left", expand=False)
    table.add_column("cell", justify="right", no_wrap=True)
    table.add_column("source", no_wrap=True, overflow="ellipsis", max_width=_SOURCE_WIDTH)
    table.add_column("status", no_wrap=True)
    table.add_column("first difference", overflow="fold")
    for row in result.rows:
        status = Text(row.verdict.status.value, style=_STYLES[row.verdict.status])
        table.add_row(str(row.number), Text(row.source), status, Text(row.verdict.detail))
    console.print(table)
    counts = ", ".join(f"{count} {name}" for name, count in result.totals.items() if count) or "no code cells"
    console.print(Text(f"{len(result.rows)} cells: {counts}"))
    console.print(
        Text(
            f"close: floats within rtol {result.tolerance.rtol:g} and atol {result.tolerance.atol:g} of the "
            "stored ones, integers and words equal. Times, dates, addresses, progress bars, temporary paths "
            "are masked; images and HTML count by presence.",
            style="dim",
        )
    )


def write_json(result: Check, execution: Execution, notebook: str, path: str, exit_code: int) -> None:
    """Write the machine-readable report."""
    from mxcompat.cli._errors import CommandError
    from mxcompat.dropin._files import write_atomically

    report = {
        "notebook": notebook,
        "exit_code": exit_code,
        "stopped": execution.stopped,
        "strict": result.strict,
        "tolerance": {"rtol": result.tolerance.rtol, "atol": result.tolerance.atol},
        "totals": result.totals,
        "versions": {
            "python": platform.python_version(),
            **{name: _version(name) for name in ("mxcompat", "torch", "numpy")},
        },
        "cells": [
            {
                "number": row.number,
                "index": row.index,
                "source": row.source,
                "status": row.verdict.status.value,
                "detail": row.verdict.detail,
            }
            for row in result.rows
        ],
    }
    try:
        write_atomically(Path(path), json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror or error}") from None


def show_progress(number: int, total: int, cell: Any, seconds: float, went_well: bool) -> None:
    """Print one line on stderr for a finished cell."""
    width = len(str(total))
    mark = "" if went_well else "  raised"
    print(
        f"[{number + 1:{width}}/{total}] {seconds:7.2f} s  {_notebook.first_line(cell)[:70]}{mark}",
        file=sys.stderr,
        flush=True,
    )


def show_outputs(cell: Any) -> None:
    """Print what a cell printed: text to stdout; its stderr, and a traceback, to stderr."""
    for output in cell.outputs:
        kind = output.output_type
        if kind == "stream":
            _put(output.text, sys.stderr if output.name == "stderr" else sys.stdout)
        elif kind == "error":
            _put("\n".join(output.traceback) + "\n", sys.stderr)
        else:
            text = output.data.get("text/plain", f"<{', '.join(output.data)}>")
            _put(text + "\n", sys.stdout)


def _put(text: str, file: TextIO) -> None:
    file.write(text if file.isatty() else _ANSI.sub("", text))
    file.flush()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
