"""The notebook side of ``mxcompat run``: execute, then show, compare, write."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from mxcompat.cli import _notebook, _report
from mxcompat.cli._compare import Tolerance
from mxcompat.cli._errors import CommandError
from mxcompat.cli._watched import deliver


def run_notebook(
    path: str,
    *,
    output: str | None,
    tolerance: tuple[float, float] | None,
    strict: bool,
    report: str | None,
    timeout: float | None,
    stop_at_error: bool,
    numpy_names: bool,
    quiet: bool,
    usage: str | None = None,
) -> int:
    """Run one notebook and return the exit code.

    A ``tolerance`` (rtol, atol) asks for a comparison, ``usage`` for a report of what the run used.
    """
    if usage is not None:
        with tempfile.TemporaryDirectory(prefix="mxcompat-") as folder:
            data = os.path.join(folder, "report.json")
            try:
                return _run(
                    path, output, tolerance, strict, report, timeout, stop_at_error, numpy_names, quiet, (path, data)
                )
            finally:
                deliver(data, usage)
    return _run(path, output, tolerance, strict, report, timeout, stop_at_error, numpy_names, quiet, None)


def _run(
    path: str,
    output: str | None,
    tolerance: tuple[float, float] | None,
    strict: bool,
    report: str | None,
    timeout: float | None,
    stop_at_error: bool,
    numpy_names: bool,
    quiet: bool,
    watched: tuple[str, str] | None,
) -> int:
    if importlib.util.find_spec("ipykernel") is None:
        raise CommandError("running notebooks needs ipykernel, which is not here: pip install 'mxcompat[notebook]'")
    stored = _notebook.read(path)
    total = len(_notebook.code_cells(stored))

    def on_cell(number: int, cell: Any, seconds: float, went_well: bool) -> None:
        if not quiet:
            _report.show_progress(number, total, cell, seconds, went_well)
        if tolerance is None:
            _report.show_outputs(cell)

    execution = _notebook.execute(
        stored,
        Path(path).resolve().parent,
        timeout=timeout,
        stop_at_error=stop_at_error,
        numpy_names=numpy_names,
        on_cell=on_cell,
        watched=watched,
    )
    if output is not None:
        _notebook.write(execution.notebook, output)
    if execution.stopped is not None:
        print(
            f"mxcompat: {path}: {execution.stopped}; {len(execution.done)} of {total} cells run",
            file=sys.stderr,
        )
    elif execution.failed and tolerance is None:
        print(f"mxcompat: {path}: {len(execution.failed)} of {total} cells raised", file=sys.stderr)
    if tolerance is None:
        return 1 if execution.stopped or execution.failed else 0
    result = _report.check(stored, execution, Tolerance(*tolerance), strict=strict)
    exit_code = 0 if result.ok else 1
    _report.show_check(result, path)
    if report is not None:
        _report.write_json(result, execution, path, report, exit_code)
    return exit_code
