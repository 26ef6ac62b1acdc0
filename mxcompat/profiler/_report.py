"""What was recorded, as a table, as JSON, and as a trace."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ._session import KERNEL, MEMORY, OPERATOR, Mark, Sample, Span

_KEYS = {"total": "Total", "avg": "Avg", "min": "Min", "max": "Max", "count": "Count"}
_DEVICES = {OPERATOR: "cpu/0", KERNEL: "gpu/0"}


class _Row:
    """Count, total, least, greatest of one name: nanoseconds of spans, values of counters."""

    def __init__(self) -> None:
        self.count = 0
        self.total = 0
        self.low: int | None = None
        self.high = 0

    def take(self, value: int, adds_up: bool) -> None:
        self.count += 1
        self.total = self.total + value if adds_up else value
        self.low = value if self.low is None else min(self.low, value)
        self.high = max(self.high, value)


def _aggregate(records: Iterable[Span | Sample | Mark]) -> dict[str, dict[str, dict[str, float]]]:
    rows: dict[str, dict[str, _Row]] = {}
    counters: set[tuple[str, str]] = set()
    for record in records:
        category = rows.setdefault(record.category, {})
        if isinstance(record, Span):
            category.setdefault(record.name, _Row()).take(record.end - record.start, True)
        elif isinstance(record, Sample):
            counters.add((record.category, record.name))
            category.setdefault(record.name, _Row()).take(record.value, False)
    return {
        category: {name: _figures(row, (category, name) in counters) for name, row in names.items()}
        for category, names in sorted(rows.items())
    }


def _figures(row: _Row, counter: bool) -> dict[str, float]:
    # Spans: milliseconds. Counters and memory: thousands, and the "average" is half the range, as MXNet prints it.
    scale = 1e3 if counter else 1e6
    low = row.low or 0
    average = (row.high - low) / 2 if counter else row.total / row.count
    return {
        "Count": row.count,
        "Total": row.total / scale,
        "Min": low / scale,
        "Max": row.high / scale,
        "Avg": average / scale,
    }


def _sorted(names: dict[str, dict[str, float]], sort_by: str, ascending: bool) -> list[tuple[str, dict[str, float]]]:
    return sorted(names.items(), key=lambda item: item[1][_KEYS[sort_by]], reverse=not ascending)


def table(records: Iterable[Span | Sample | Mark], sort_by: str, ascending: bool) -> str:
    """Statistics by category and name, in columns."""
    lines = ["", "Profile Statistics:", "\tNote the difference in units for different entries."]
    for category, names in _aggregate(records).items():
        if category == MEMORY:
            titles = ["Total Count", "Min Use  (kB)", "Max Use  (kB)", "Avg Use  (kB)"]
            keys: tuple[str, ...] = ("Min", "Max", "Avg")
        else:
            titles = ["Total Count", "Time (ms)", "Min Time (ms)", "Max Time (ms)", "Avg Time (ms)"]
            keys = ("Total", "Min", "Max", "Avg")
        widths = [16] + [17] * len(keys)
        lines += [category, "================="]
        for head in (["Name", *titles], ["-" * len(t) for t in ["Name", *titles]]):
            lines.append(f"{head[0]:<25}" + "".join(f"{t:>{w}}" for t, w in zip(head[1:], widths, strict=True)))
        for name, figures in _sorted(names, sort_by, ascending):
            lines.append(f"{name:<25}{figures['Count']:>16}" + "".join(f"{figures[k]:>17.4f}" for k in keys))
        lines.append("")
    return "\n".join(lines) + "\n"


def as_json(records: Iterable[Span | Sample | Mark], sort_by: str, ascending: bool) -> str:
    """The same as JSON: ``{"Time": {category: {name: figures}}, "Memory": ..., "Unit": ...}``."""
    found: dict[str, Any] = {"Time": {}, "Memory": {}, "Unit": {"Time": "ms", "Memory": "kB"}}
    for category, names in _aggregate(records).items():
        rows = dict(_sorted(names, sort_by, ascending))
        if category == MEMORY:
            for figures in rows.values():
                del figures["Total"]
        found["Memory" if category == MEMORY else "Time"][category] = rows
    return json.dumps(found, indent=4)


def trace(records: Iterable[Span | Sample | Mark]) -> dict[str, Any]:
    """The records in the Trace Event Format that chrome://tracing and Perfetto read."""
    pids: dict[str, int] = {}
    events: list[dict[str, Any]] = []
    for record in records:
        group = _DEVICES.get(record.category, record.category)
        if group not in pids:
            pids[group] = len(pids)
            events.append({"ph": "M", "name": "process_name", "pid": pids[group], "args": {"name": group}})
        common = {"name": record.name, "cat": record.category, "pid": pids[group], "tid": record.thread}
        if isinstance(record, Span):
            events.append({**common, "ph": "B", "ts": record.start / 1e3})
            events.append({**common, "ph": "E", "ts": record.end / 1e3})
        elif isinstance(record, Sample):
            events.append({**common, "ph": "C", "ts": record.time / 1e3, "args": {record.name: record.value}})
        else:
            events.append({**common, "ph": "i", "ts": record.time / 1e3, "s": record.scope})
    return {"traceEvents": events, "displayTimeUnit": "ms"}
