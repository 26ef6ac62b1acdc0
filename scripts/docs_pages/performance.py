"""docs/performance.md: what benchmarks/results/*.json say, one section for each file."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.budget import BUDGET, Medians, ratios
from benchmarks.report import seconds
from docs_pages._tables import NOTE, ROOT, table

RESULTS = ROOT / "benchmarks" / "results"

_HEAD = """
Each file of `benchmarks/results/` holds what `python -m benchmarks --json` measured on the machine that it names,
each program in one run. torch, mxcompat and MXNet 1.9.1 run in processes of their own that take turns; the figures
are medians over the rounds, ratios are ratios of medians. The torch program of each pair is what one would write by
hand for the same result. All have the number of threads that is named; only in `random_laws` each takes what it
takes when nobody says, which for MXNet is half of the processors. `benchmarks/README.md` says how it is measured,
and what a quiet machine is.

*mxcompat/torch* 1.10 means: takes 1.10 times as long as torch. *mxcompat/mxnet* below 1 means: faster than MXNet 1.9.1.
"""

_NONE = """
No run is stored yet. `python -m benchmarks --json benchmarks/results/NAME.json` makes one, and `scripts/gen_docs` this
page.
"""


def render(folder: Path = RESULTS) -> str:
    return "\n".join(_lines(sorted(folder.glob("*.json")))) + "\n"


def _lines(files: list[Path]) -> Iterator[str]:
    yield "# Performance"
    yield ""
    yield NOTE
    yield _HEAD if files else _NONE
    for path in files:
        yield from _section(path.stem, json.loads(path.read_text(encoding="utf-8")))


def _section(name: str, data: dict[str, Any]) -> Iterator[str]:
    medians = {program: _medians(rounds) for program, rounds in data["rounds"].items()}
    yield f"## {name.replace('-', ' ').replace('_', ' ')}"
    yield ""
    yield "; ".join(f"{key}: {value}" for key, value in data["machine"].items())
    yield ""
    yield ", ".join(f"{who} {version}" for who, version in data["versions"].items())
    yield ""
    yield "### Budget"
    yield ""
    yield from table("what | >measured | >allowed | holds", _budget(medians))
    for program, found in medians.items():
        yield ""
        yield f"### `{program}`"
        yield ""
        module = importlib.import_module(f"benchmarks.programs.{program}")
        yield from table(*_program(program, module.UNIT, found))
    yield ""


def _medians(rounds: dict[str, dict[str, list[float]]]) -> Medians:
    """Contender -> what was measured -> its median over the rounds."""
    return {who: {key: median(values) for key, values in found.items()} for who, found in rounds.items()}


def _budget(results: dict[str, Medians]) -> Iterator[tuple[object, ...]]:
    for row in BUDGET:
        if row.program in results:
            value = row.measure(results[row.program])
            if value is None:
                lacking = " and ".join(row.missing(results[row.program]))
                yield row.what, "-", row.bound(), f"not measured: without {lacking}"
            else:
                yield row.what, f"{value:.3g}{row.unit}", row.bound(), "yes" if row.holds(value) else "**no**"


def _program(program: str, unit: str, medians: Medians) -> tuple[str, list[list[str]]]:
    """Header and rows of one program's table."""
    who = list(medians)
    others = [c for c in who if c != "mxcompat" and unit == "seconds" and program != "import_time"]
    against = {other: ratios(medians, "mxcompat", other) for other in others if "mxcompat" in medians}
    names = list(dict.fromkeys(name for found in medians.values() for name in found))
    show = seconds if unit == "seconds" else "{:+.0f}".format
    rows = [
        [f"`{name}`"]
        + [show(medians[c][name]) if name in medians[c] else "-" for c in who]
        + [f"{found[name]:.2f}" if name in found else "-" for found in against.values()]
        for name in names
    ]
    return " | ".join(["what", *(f">{c}" for c in who), *(f">mxcompat/{other}" for other in against)]), rows
