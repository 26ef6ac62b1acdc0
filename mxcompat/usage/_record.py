"""What is counted while a program runs, and where in the program it came from."""

from __future__ import annotations

import os
import sysconfig
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

_PACKAGE = str(Path(__file__).resolve().parents[1]) + os.sep
_HERE = str(Path(__file__).resolve().parent) + os.sep
_LIBRARY = sysconfig.get_paths()["stdlib"] + os.sep
_SITE = sysconfig.get_paths()["purelib"] + os.sep
#: ``decorator``: older versions of IPython show results through it
_MACHINERY = (
    *(f"{_SITE}{name}{os.sep}" for name in ("torch", "numpy", "IPython", "ipykernel", "decorator")),
    f"{_SITE}decorator.py",
)


@dataclass
class Sync:
    """Waits of one kind at one place."""

    calls: int = 0
    ns: int = 0


@dataclass
class Run:
    """What a program has used so far.

    Attributes:
        calls: public name -> number of calls from the program.
        idle: (name, argument or "", why, first place) by (name, argument) -> see `note_idle`.
        syncs: (what, place, function of the library in which it happened or "") -> number and time.
        backward: number of backward passes, and their time in ns.
        cell_of: file name of compiled code -> number of the notebook cell it comes from.
    """

    calls: Counter[str] = field(default_factory=Counter)
    idle: dict[tuple[str, str], list[object]] = field(default_factory=dict)
    syncs: dict[tuple[str, str, str], Sync] = field(default_factory=dict)
    backward: list[int] = field(default_factory=lambda: [0, 0])
    cell_of: dict[str, int] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)
    _theirs: dict[str, bool] = field(default_factory=dict)

    def is_program(self, filename: str) -> bool:
        """Whether code of this file belongs to the program: neither to this package nor to Python or torch."""
        known = self._theirs.get(filename)
        if known is None:
            path = os.path.abspath(filename) if not filename.startswith("<") else filename
            ours = path.startswith((_PACKAGE, *_MACHINERY)) or filename.startswith("<frozen")
            ours = ours or (path.startswith(_LIBRARY) and not path.startswith(_SITE))
            known = self._theirs[filename] = not ours
        return known

    def place(self, frame: FrameType | None) -> tuple[str, str]:
        """The line of the program that led to a frame, and the function of this package that it called."""
        within = ""
        while frame is not None and not self.is_program(frame.f_code.co_filename):
            code = frame.f_code
            if code.co_filename.startswith(_PACKAGE) and not code.co_filename.startswith(_HERE):
                within = getattr(code, "co_qualname", code.co_name)
            frame = frame.f_back
        if frame is None:
            return "(no line of the program)", within
        return self.spelled(frame.f_code.co_filename, frame.f_lineno), within

    def spelled(self, filename: str, line: int) -> str:
        """``file:line``, relative to the working folder where that is shorter, or ``cell 3:line``."""
        cell = self.cell_of.get(filename)
        if cell is not None:
            return f"cell {cell}:{line}"
        try:
            relative = os.path.relpath(filename)
        except ValueError:  # on another drive
            relative = filename
        return f"{filename if relative.startswith('..') else relative}:{line}"

    def note_idle(self, name: str, argument: str, reason: str, frame: FrameType | None) -> None:
        """Count an argument that has no effect."""
        row = self.idle.get((name, argument))
        if row is None:
            row = self.idle[name, argument] = [0, reason, self.place(frame)[0]]
        row[0] += 1  # type: ignore[operator]

    def note_sync(self, what: str, ns: int, frame: FrameType | None) -> None:
        """Count a wait for the host."""
        place, within = self.place(frame)
        if within.rpartition(".")[2] in _OF_ARRAYS:
            within = ""  # the program called it itself
        row = self.syncs.setdefault((what, place, within), Sync())
        row.calls += 1
        row.ns += ns


_OF_ARRAYS = frozenset({"asnumpy", "asscalar", "wait_to_read", "waitall", "item", "tolist"})
