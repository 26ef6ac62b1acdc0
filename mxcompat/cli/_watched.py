"""``mxcompat run --report``: the watched run of a script or module, and of a notebook's kernel.

The program runs in a process of its own, since operators are wrapped while the package is loaded. What the process
needs to know comes in environment variables, which are gone before the program starts.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from mxcompat.cli._errors import CommandError
from mxcompat.cli._script import REPORT

VARIABLE = REPORT
_START = "import sys; sys.path.append(sys.argv.pop(1)); from mxcompat.cli import main; sys.exit(main())"
#: endings by which `--report FILE` is told from `--report PROGRAM`
ENDINGS = (".json", ".txt")
TO_SCREEN = "-"


def check_target(report: str) -> None:
    """CommandError if a report cannot be written there."""
    if report == TO_SCREEN:
        return
    if not report.endswith(ENDINGS):
        raise CommandError(f"--report {report}: the name of the report must end in {' or '.join(ENDINGS)}")
    path = Path(report)
    if not path.absolute().parent.is_dir() or path.is_dir():
        raise CommandError(f"cannot write {report}: no such folder, or it is one")


def run_watched(arguments: Sequence[str], report: str, *, numpy_names: bool) -> int:
    """Run ``FILE ...`` or ``-m MODULE ...`` in a watched process; write or show the report; return its exit code."""
    with tempfile.TemporaryDirectory(prefix="mxcompat-") as folder:
        data = os.path.join(folder, "report.json")
        command = [sys.executable, *_interpreter_flags(), "-c", _START, str(Path(__file__).resolve().parents[2]), "run"]
        command += [*(() if numpy_names else ("--no-numpy-names",)), *arguments]
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program, the report comes after it
        try:
            code = subprocess.run(command, env={**os.environ, VARIABLE: data}).returncode
        finally:
            signal.signal(signal.SIGINT, handler)
        deliver(data, report)
    return code if code >= 0 else 128 - code


def _interpreter_flags() -> list[str]:
    flags = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    return list(flags)


def deliver(data: str, report: str) -> None:
    """Take the data a watched process left, and make the report of it."""
    if not os.path.exists(data):
        print("mxcompat: no report: the program ended before it could be written", file=sys.stderr)
        return
    from mxcompat import usage

    with open(data, encoding="utf-8") as file:
        found = json.load(file)
    if report == TO_SCREEN:
        print(f"\nmxcompat run report\n{usage.as_text(found)}", end="", file=sys.stderr)
    else:
        usage.write(found, report)


def watch(program: str) -> Callable[[], None] | None:
    """In the process of the program: start counting if that is asked for; returns what writes the data."""
    target = os.environ.pop(VARIABLE, None)
    if target is None:
        return None
    from mxcompat import usage

    run = usage.start()
    process = os.getpid()

    def write() -> None:
        if os.getpid() == process:  # not in a fork that ends the same way
            usage.write(usage.as_data(run, program), target)

    write.run = run  # type: ignore[attr-defined]
    return write


def watch_cells(shell: Any, program: str) -> None:
    """In a kernel: count, know cells by their numbers, and write the data after each cell."""
    write = watch(program)
    if write is None:
        return
    run = write.run  # type: ignore[attr-defined]
    named = shell.compile.get_code_name
    cells = 0

    def next_cell(info: Any) -> None:
        nonlocal cells
        cells += bool(info.store_history)

    def get_code_name(raw_code: str, transformed_code: str, number: int) -> str:
        name: str = named(raw_code, transformed_code, number)
        run.cell_of[name] = cells
        return name

    shell.compile.get_code_name = get_code_name
    shell.events.register("pre_run_cell", next_cell)
    shell.events.register("post_run_cell", lambda *_: write())
