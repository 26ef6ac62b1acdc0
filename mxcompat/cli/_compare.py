"""Compare what a cell printed now with what the notebook has stored. Pure functions on plain data."""

from __future__ import annotations

import enum
import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mxcompat.cli._masks import mask, without_warnings


class Status(enum.Enum):
    """How a cell's fresh outputs stand to the stored ones."""

    SAME = "same"
    CLOSE = "close"
    DIFFERENT = "different"
    ERROR = "error"
    NEW = "new"
    SKIPPED = "skipped"

    @property
    def fails(self) -> bool:
        return self in {Status.DIFFERENT, Status.ERROR}


@dataclass(frozen=True)
class Tolerance:
    """Two floats agree if they differ by at most ``atol + rtol * abs(stored)``; integers must be equal."""

    rtol: float = 1e-4
    atol: float = 1e-6

    def agree(self, stored: str, fresh: str) -> bool:
        if _INTEGER.fullmatch(stored) and _INTEGER.fullmatch(fresh):
            return int(stored) == int(fresh)
        a, b = float(stored), float(fresh)
        if not (math.isfinite(a) and math.isfinite(b)):
            return a == b or (math.isnan(a) and math.isnan(b))
        return abs(a - b) <= self.atol + self.rtol * abs(a)


@dataclass(frozen=True)
class Outputs:
    """The comparable part of a code cell.

    Attributes:
        streams: text of stdout and stderr, all pieces of one stream joined.
        results: one entry per displayed object: its text and its kinds of rich content (``image``, ``html``).
        error: name and message of the exception that ended the cell.
        executed: the cell has an execution count, so having no output means that it printed nothing.
    """

    streams: Mapping[str, str] = field(default_factory=dict)
    results: Sequence[tuple[str, tuple[str, ...]]] = ()
    error: tuple[str, str] | None = None
    executed: bool = False

    @property
    def empty(self) -> bool:
        return not self.results and self.error is None and not any(self.streams.values())


@dataclass(frozen=True)
class Verdict:
    """A status and, where it is not ``same``, the first difference in words."""

    status: Status
    detail: str = ""


_SAME = Verdict(Status.SAME)
_INTEGER = re.compile(r"[-+]?\d+")
_NUMBER = re.compile(
    r"((?<![\w.])[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|nan|inf)(?!\w|\.\d))"  # not the 2 of `2x3`
)
_SHOWN = 60


def outputs_of(cell: Mapping[str, Any]) -> Outputs:
    """Collect the comparable outputs of an nbformat 4 code cell."""
    streams: dict[str, str] = {}
    results: list[tuple[str, tuple[str, ...]]] = []
    error = None
    for output in cell.get("outputs", ()):
        kind = output.get("output_type")
        if kind == "stream":
            name = output.get("name", "stdout")
            streams[name] = streams.get(name, "") + _joined(output.get("text", ""))
        elif kind in {"execute_result", "display_data"}:
            data = output.get("data", {})
            results.append((_joined(data.get("text/plain", "")), _rich_kinds(data)))
        elif kind == "error":
            error = (str(output.get("ename", "")), str(output.get("evalue", "")))
    return Outputs(streams, results, error, cell.get("execution_count") is not None)


def compare_cells(stored: Outputs, fresh: Outputs, tolerance: Tolerance) -> Verdict:
    """Return the verdict on one cell: its worst part decides, and the first worst part is described."""
    if fresh.error is not None and (stored.error is None or stored.error[0] != fresh.error[0]):
        return Verdict(Status.ERROR, f"{fresh.error[0]}: {_first_line(fresh.error[1])}")
    if stored.empty and not stored.executed:
        if fresh.empty:
            return Verdict(Status.SKIPPED, "no stored output")
        return Verdict(Status.NEW, "output where none is stored")
    if stored.error is not None and fresh.error is None:
        return Verdict(Status.DIFFERENT, f"stored: {stored.error[0]}; now it runs")
    verdicts = [_compare_results(stored.results, fresh.results, tolerance)]
    for name in ("stdout", "stderr"):
        before, now = (_stream(outputs, name) for outputs in (stored, fresh))
        verdict = compare_texts(before, now, tolerance)
        if verdict.status is not Status.SAME and name == "stderr":
            verdict = Verdict(verdict.status, f"stderr: {verdict.detail}")
        verdicts.append(verdict)
    return _worst(verdicts)


def compare_texts(stored: str, fresh: str, tolerance: Tolerance) -> Verdict:
    """Compare two printed texts, masked: exactly, else number by number with the words between them equal."""
    before, now = mask(stored), mask(fresh)
    if before == now:
        return _SAME
    if _numbers_agree(before, now, tolerance):
        return Verdict(Status.CLOSE, _first_difference(before, now))
    lines = itertools.zip_longest(before.split("\n"), now.split("\n"))
    for a, b in lines:
        if a is None or b is None or not _numbers_agree(a, b, tolerance):
            return Verdict(Status.DIFFERENT, _changed(a, b))
    return Verdict(Status.DIFFERENT, _first_difference(before, now))


def _compare_results(
    stored: Sequence[tuple[str, tuple[str, ...]]],
    fresh: Sequence[tuple[str, tuple[str, ...]]],
    tolerance: Tolerance,
) -> Verdict:
    verdicts = [_SAME]
    for (text, kinds), (new_text, new_kinds) in zip(stored, fresh, strict=False):
        if kinds != new_kinds:
            names = [" and ".join(each) or "text only" for each in (kinds, new_kinds)]
            verdicts.append(Verdict(Status.DIFFERENT, f"stored: {names[0]}; now: {names[1]}"))
        elif not {"image", "other"} & {*kinds}:  # the text that goes with a picture says nothing about it
            verdicts.append(compare_texts(text, new_text, tolerance))
    if len(stored) != len(fresh):
        verdicts.append(Verdict(Status.DIFFERENT, f"{len(stored)} results stored, {len(fresh)} now"))
    return _worst(verdicts)


def _worst(verdicts: Sequence[Verdict]) -> Verdict:
    order = (Status.DIFFERENT, Status.CLOSE)
    return next((v for status in order for v in verdicts if v.status is status), _SAME)


def _stream(outputs: Outputs, name: str) -> str:
    text = outputs.streams.get(name, "")
    return without_warnings(text) if name == "stderr" else text


def _numbers_agree(stored: str, fresh: str, tolerance: Tolerance) -> bool:
    before, now = _NUMBER.split(stored), _NUMBER.split(fresh)
    if len(before) != len(now):
        return False
    words = zip(before[::2], now[::2], strict=True)
    numbers = zip(before[1::2], now[1::2], strict=True)
    # White space may move: a number printed one digit longer shifts the columns of its array.
    return all("".join(a.split()) == "".join(b.split()) for a, b in words) and all(
        tolerance.agree(a, b) for a, b in numbers
    )


def _first_difference(stored: str, fresh: str) -> str:
    lines = itertools.zip_longest(stored.split("\n"), fresh.split("\n"))
    return next((_changed(a, b) for a, b in lines if a != b), "")


def _changed(stored: str | None, fresh: str | None) -> str:
    """Say how a line changed, showing the part around the first character that differs."""
    if stored is None:
        return f"more lines than stored: {_cut(fresh or '', 0)}"
    if fresh is None:
        return f"a line is missing: {_cut(stored, 0)}"
    start = next((i for i, (a, b) in enumerate(zip(stored, fresh, strict=False)) if a != b), 0)
    return f"stored: {_cut(stored, start)}; now: {_cut(fresh, start)}"


def _cut(line: str, around: int) -> str:
    begin = max(0, around - _SHOWN // 2) if len(line) > _SHOWN else 0
    piece = line[begin : begin + _SHOWN]
    return repr(f"{'...' if begin else ''}{piece}{'...' if begin + _SHOWN < len(line) else ''}")


def _first_line(text: str) -> str:
    return next((line for line in text.splitlines() if line.strip()), "")[:200]


def _joined(text: str | Sequence[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _rich_kinds(data: Mapping[str, Any]) -> tuple[str, ...]:
    def kind(mime: str) -> str:
        if mime.startswith("image/"):
            return "image"
        return {"text/html": "html", "text/latex": "latex", "text/markdown": "markdown"}.get(mime, "other")

    return tuple(sorted({kind(mime) for mime in data if mime != "text/plain"}))
