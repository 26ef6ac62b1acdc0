"""Turn medians into the tables that the command prints."""

from __future__ import annotations

from benchmarks.budget import BUDGET, Medians, ratios
from benchmarks.programs.op_latency import COMMON


def table(header: list[str], rows: list[list[str]]) -> str:
    """Columns as wide as needed: the first to the left, numbers to the right."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    lines = [
        "  ".join(
            cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in [header, ["-" * w for w in widths], *rows]
    ]
    return "\n".join(line.rstrip() for line in lines)


def seconds(value: float) -> str:
    for factor, unit in ((1, "s"), (1e3, "ms")):
        if value * factor >= 1:
            return f"{value * factor:.3g} {unit}"
    return f"{value * 1e6:.2f} us"


def program_table(program: str, unit: str, medians: Medians) -> str:
    """Everything that a program measured, with mxcompat's ratio to each other contender."""
    contenders = list(medians)
    others = [c for c in contenders if c != "mxcompat" and "mxcompat" in medians and unit == "seconds"]
    if program == "import_time":
        others = []  # the contenders do not import the same thing
    names = list(dict.fromkeys(name for measured in medians.values() for name in measured))
    against = {other: ratios(medians, "mxcompat", other) for other in others}
    show = seconds if unit == "seconds" else "{:+.0f}".format
    rows = []
    for position, name in enumerate(names):
        if program == "op_latency" and position == COMMON:
            rows.append([""] * (1 + len(contenders) + len(others)))
        rows.append(
            [name]
            + [show(medians[c][name]) if name in medians[c] else "-" for c in contenders]
            + [f"{against[other][name]:.2f}" if name in against[other] else "-" for other in others]
        )
    return table([program, *contenders, *(f"mxcompat/{other}" for other in others)], rows)


def budget_table(results: dict[str, Medians]) -> tuple[str, int]:
    """The budget of all programs that ran, and how many of its rows do not hold."""
    rows, missed = [], 0
    for row in BUDGET:
        if row.program not in results:
            continue
        value = row.measure(results[row.program])
        if value is None:
            rows.append([row.what, "-", row.bound(), f"needs {' and '.join(row.missing(results[row.program]))}"])
            continue
        ok = row.holds(value)
        missed += not ok
        rows.append([row.what, f"{value:.3g}{row.unit}", row.bound(), "ok" if ok else "MISSED"])
    return table(["budget", "measured", "allowed", "verdict"], rows), missed
