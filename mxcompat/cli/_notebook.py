"""Read, execute and write notebooks, with nbformat and nbclient."""

from __future__ import annotations

import atexit
import copy
import json
import os
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from mxcompat.cli._errors import CommandError
from mxcompat.cli._script import REPORT, check_file
from mxcompat.dropin._files import write_atomically

Notebook = Any  # an nbformat.NotebookNode: a dict with attribute access
OnCell = Callable[[int, Any, float, bool], None]  # position among the code cells, cell, seconds, went well


@dataclass(frozen=True)
class Execution:
    """The outcome of running a notebook.

    Attributes:
        notebook: a copy of the one given, with the fresh outputs.
        done: indices (in the file) of the cells that were run to their end, well or not.
        failed: indices of those that raised.
        stopped: why the run ended before the last cell, if it did.
    """

    notebook: Notebook
    done: frozenset[int]
    failed: frozenset[int]
    stopped: str | None


def read(path: str) -> Notebook:
    """Read a notebook of any format version as version 4.

    Raises:
        CommandError: the file is missing, or is not a notebook.
    """
    file = check_file(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise CommandError(f"{path} is not a notebook: it is not text (UTF-8)") from None
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from None
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        cut = text.lstrip().startswith("{") and not text.rstrip().endswith("}")
        what = "it is cut off" if cut else f"its JSON is broken ({error.msg})"
        where = f"line {error.lineno}, column {error.colno}"
        raise CommandError(f"{path} is not a notebook: {what} at {where}") from None
    except RecursionError:
        raise CommandError(f"{path} is not a notebook: its JSON is nested too deeply") from None
    if not isinstance(data, dict) or not isinstance(data.get("nbformat"), int):
        raise CommandError(f"{path} is not a notebook: it is JSON, but without a notebook's 'nbformat' number")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old notebooks lack cell ids and such; they run all the same
            notebook = nbformat.reads(  # type: ignore[no-untyped-call]
                text, as_version=4, capture_validation_error={}
            )
        for cell in code_cells(notebook):
            cell.setdefault("outputs", [])
    except Exception as error:  # nbformat raises whatever the malformed part happens to break
        reason = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'malformed'}"
        raise CommandError(f"{path} is not a usable notebook (format {data['nbformat']}): {reason}") from None
    return notebook


def write(notebook: Notebook, path: str) -> None:
    """Write a notebook under a temporary name, then rename it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = nbformat.writes(notebook, capture_validation_error={})  # type: ignore[no-untyped-call]
    try:
        write_atomically(Path(path), text if text.endswith("\n") else text + "\n")
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror or error}") from None


def code_cells(notebook: Notebook) -> list[Any]:
    """Return the code cells that have something to run."""
    return [cell for cell in notebook.cells if is_runnable(cell)]


def is_runnable(cell: Any) -> bool:
    return bool(cell.cell_type == "code" and cell.source.strip())


def first_line(cell: Any) -> str:
    """Return the first line of a cell that is not blank."""
    return next((line.strip() for line in cell.source.splitlines() if line.strip()), "")


def execute(
    notebook: Notebook,
    folder: Path,
    *,
    timeout: float | None,
    stop_at_error: bool,
    numpy_names: bool,
    on_cell: OnCell,
    watched: tuple[str, str] | None = None,
) -> Execution:
    """Run every code cell of a copy, in a kernel of this interpreter with the alias installed.

    The kernel named in the file is not asked for: old notebooks name kernels that no longer exist. ``watched`` is what
    to call the notebook in a report, and the file for the report's data.
    """
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    position = {index: n for n, index in enumerate(i for i, c in enumerate(notebook.cells) if is_runnable(c))}
    started: dict[int, float] = {}
    done: set[int] = set()
    failed: set[int] = set()

    def on_start(cell: Any, cell_index: int) -> None:
        started[cell_index] = time.perf_counter()

    def on_executed(cell: Any, cell_index: int, execute_reply: Any) -> None:
        done.add(cell_index)
        went_well = execute_reply["content"]["status"] != "error"
        if not went_well:
            failed.add(cell_index)
        on_cell(position[cell_index], cell, time.perf_counter() - started[cell_index], went_well)

    client = NotebookClient(
        notebook,
        kernel_manager_class=_manager(numpy_names, watched),
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        timeout=timeout,
        startup_timeout=300,
        allow_errors=not stop_at_error,
        record_timing=False,
        on_cell_execute=on_start,
        on_cell_executed=on_executed,
    )
    stopped = None
    os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")  # jupyter_core warns without it
    try:
        client.execute()
    except CellExecutionError:
        stopped = f"cell {len(done)} failed"
    except CellTimeoutError:
        stopped = f"cell {len(done) + 1} took longer than {timeout:g} s (--timeout)"
    except Exception as error:
        # nbclient leaves its own clean-up behind here, which would fail at exit: the kernel is gone already.
        atexit.unregister(client._cleanup_kernel)
        if getattr(client, "_async_cleanup_kernel_future", None) is not None:  # set by nbclient's handler of Ctrl-C
            raise KeyboardInterrupt from None
        if isinstance(error, DeadKernelError):
            stopped = f"the kernel died in cell {len(done) + 1}"
        elif isinstance(error, RuntimeError) and not started:
            stopped = "the kernel did not start"
        else:
            raise
    return Execution(notebook, frozenset(done), frozenset(failed), stopped)


def _manager(numpy_names: bool, watched: tuple[str, str] | None) -> type[AsyncKernelManager]:
    command = [
        sys.executable,
        "-Xfrozen_modules=off",  # debugpy asks for it, aloud
        str(Path(__file__).with_name("_kernel_main.py")),
        "-f",
        "{connection_file}",
        "--Application.log_level=CRITICAL",  # no remarks on transport or shutdown; tracebacks still show
    ]
    if not numpy_names:
        command.append("--no-numpy-names")
    environment = {"PYDEVD_DISABLE_FILE_VALIDATION": "1", "JUPYTER_PLATFORM_DIRS": "1"}
    if watched is not None:
        command += ["--watched", watched[0]]
        environment[REPORT] = watched[1]
    spec = KernelSpec(argv=command, display_name="mxcompat", language="python", env=environment)

    class ThisInterpreter(AsyncKernelManager):
        @property
        def kernel_spec(self) -> KernelSpec:
            return spec

    return ThisInterpreter
