"""The report of a run, as text and as JSON."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from .._core import timing
from ._record import Run

#: rows of each table in the text; the JSON has them all
_ROWS = 25


def as_data(run: Run, program: str) -> dict[str, Any]:
    """All counts as plain data; what costs most, or is called most, comes first."""
    syncs = sorted(run.syncs.items(), key=lambda item: -item[1].ns)
    operators = sorted(timing.OPERATORS.items(), key=lambda item: -item[1][1])
    return {
        "version": 1,
        "program": program,
        "seconds": time.perf_counter() - run.started,
        "names": [{"name": f"mx.{name}", "calls": calls} for name, calls in run.calls.most_common()],
        "no_effect": [
            {"name": f"mx.{name}", "argument": argument, "why": why, "calls": calls, "first": place}
            for (name, argument), (calls, why, place) in sorted(run.idle.items())
        ],
        "synchronizations": [
            {"what": what, "where": place, "within": within, "calls": row.calls, "seconds": row.ns / 1e9}
            for (what, place, within), row in syncs
        ],
        "operators": [{"name": name, "calls": calls, "seconds": ns / 1e9} for name, (calls, ns) in operators if calls],
        "backward": {"calls": run.backward[0], "seconds": run.backward[1] / 1e9},
    }


def as_text(data: dict[str, Any]) -> str:
    """The report for a person."""
    operators, syncs, backward = data["operators"], data["synchronizations"], data["backward"]
    forward = sum(row["seconds"] for row in operators)
    waited = sum(row["seconds"] for row in syncs)
    lines = [f"{data['program']}: {data['seconds']:.2f} s"]
    lines.append(
        f"  operators {forward:.3f} s in {sum(row['calls'] for row in operators)} calls, "
        f"backward {backward['seconds']:.3f} s in {backward['calls']} passes, "
        f"waits for the host {waited:.3f} s in {sum(row['calls'] for row in syncs)} calls"
    )
    rows = [f"{row['calls']:>10}  {row['name']}" for row in data["names"]]
    lines += _table(f"Names called: {len(rows)}", f"{'calls':>10}  name", rows, "none")
    rows = [f"{row['calls']:>10}  {_idle(row)}  (first at {row['first']})" for row in data["no_effect"]]
    lines += _table("Given, but of no effect", f"{'calls':>10}  what", rows, "nothing")
    rows = [
        f"{row['seconds']:>10.4f} {row['calls']:>8}  {row['what']:<13} {row['where']}"
        + (f"  (in {row['within']})" if row["within"] else "")
        for row in syncs
    ]
    head = f"{'seconds':>10} {'calls':>8}  {'what':<13} where"
    lines += _table("Waits for the host, by line", head, rows, "none")
    rows = [
        f"{row['seconds']:>10.4f} {100 * row['seconds'] / (forward or 1):>5.1f}% {row['calls']:>8}  {row['name']}"
        for row in operators
    ]
    head = f"{'seconds':>10} {'share':>6} {'calls':>8}  operator"
    lines += _table("Time of operators, forward", head, rows, "none ran")
    return "\n".join(lines) + "\n"


def _idle(row: dict[str, Any]) -> str:
    what = f"{row['name']}: {row['argument']}" if row["argument"] else row["name"]
    return f"{what}: {row['why']}"


def _table(title: str, head: str, rows: list[str], nothing: str) -> list[str]:
    if not rows:
        return ["", f"{title}: {nothing}" if title[-1] not in "0123456789" else title]
    more = [f"{'...':>10}  {len(rows) - _ROWS} more"] if len(rows) > _ROWS else []
    return ["", title, head, *rows[:_ROWS], *more]


def write(data: dict[str, Any], path: str) -> None:
    """Write the report: JSON, or text if the file is called ``.txt``."""
    text = as_text(data) if path.endswith(".txt") else json.dumps(data, indent=1) + "\n"
    target = Path(path)
    temporary = target.with_name(target.name + ".part")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(target)
