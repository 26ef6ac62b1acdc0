"""Run the cases on a package, compare with the recorded results, print the score by area."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from . import differences, golden
from .compare import difference
from .snapshot import CannotRecord, Raised, Tag
from .suite import Case, discover

PASSED, LISTED, FAILED, MISSING, CRASHED, STALE = (
    "passed",
    "listed",
    "failed",
    "missing",
    "oracle crashed",
    "stale",
)
_ORDER = (PASSED, LISTED, FAILED, STALE, MISSING, CRASHED)
CRASH = Tag("crash", "the process died")


class Verdict(NamedTuple):
    """What became of one case."""

    case: Case
    status: str
    detail: str = ""

    @property
    def ok(self) -> bool:
        return self.status in (PASSED, LISTED, CRASHED)


def package(name: str) -> Any:
    """The package under test, in its default state."""
    return importlib.import_module(name)


def judge(case: Case, prefix: str, mx: Any, rows: Sequence[differences.Difference] = (), ours: bool = True) -> Verdict:
    """Run one case and compare it. ``ours``: also hold messages to what the case says of them."""
    try:
        expected = golden.outcome(prefix, case.id)
    except KeyError:
        return Verdict(case, MISSING, "no recorded result; run record.py on MXNet 1.9.1")
    if expected == CRASH:
        return Verdict(case, CRASHED, "MXNet 1.9.1 dies on this; nothing to compare")
    try:
        actual = case.run(mx)
        found = difference(expected, actual, case.tol)
    except CannotRecord as error:
        actual, found = None, str(error)
    if not found and ours and isinstance(actual, Raised):
        said = actual.message.lower()
        lacking = [word for word in case.says if not any(form in said for form in word.lower().split("|"))]
        if lacking:
            found = f"the message does not say {', '.join(map(repr, lacking))}: {actual.message!r}"
    row = differences.find(rows, case.id)
    if row is not None:
        if found:
            return Verdict(case, LISTED, row.reason)
        return Verdict(case, STALE, f"passes, but known_differences.toml lists it ({row.cases}): delete the row")
    return Verdict(case, FAILED, found) if found else Verdict(case, PASSED)


def run(mx: Any, words: Sequence[str] = (), ours: bool = True, files: Sequence[str] = ()) -> Iterable[Verdict]:
    """Judge every case whose id contains one of the words (all, when there are none)."""
    rows = differences.load() if ours else []
    for prefix, cases in discover(files).items():
        for case in cases.values():
            if not words or any(word in case.id for word in words):
                yield judge(case, prefix, mx, rows, ours)


def score(verdicts: Iterable[Verdict]) -> dict[str, dict[str, int]]:
    """Counts by area and status."""
    table: dict[str, dict[str, int]] = {}
    for verdict in verdicts:
        row = table.setdefault(verdict.case.area, dict.fromkeys(_ORDER, 0))
        row[verdict.status] += 1
    return table


def render(table: dict[str, dict[str, int]]) -> str:
    """The score as a table to print."""
    total = {key: sum(row[key] for row in table.values()) for key in _ORDER}
    width = max([len(area) for area in table] + [5])
    lines = ["  ".join(["area".ljust(width)] + [key.rjust(max(7, len(key))) for key in _ORDER])]
    for area, row in [*table.items(), ("total", total)]:
        lines.append("  ".join([area.ljust(width)] + [str(row[key]).rjust(max(7, len(key))) for key in _ORDER]))
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Command line. Exit code 0 when every case passes or is a listed difference, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="conformance", description=__doc__)
    parser.add_argument("words", nargs="*", help="only cases whose id contains one of these words")
    parser.add_argument("--filter", action="append", default=[], help="the same, as an option")
    parser.add_argument("--files", action="append", default=[], help="load only case files whose name contains this")
    parser.add_argument("--package", default="mxcompat", help="package to run on (default mxcompat; mxnet works too)")
    parser.add_argument("--json", action="store_true", help="print the score and the failures as JSON")
    parser.add_argument("-v", "--verbose", action="store_true", help="print every case")
    parser.add_argument("--code", action="store_true", help="print each failing operator call as code to paste")
    parser.add_argument("--list", action="store_true", help="print the ids and stop")
    parser.add_argument("-m", "--max-failures", type=int, default=40, help="failures to print (default 40)")
    options = parser.parse_args(argv)
    words = [*options.words, *options.filter]
    if options.list:
        for cases in discover(options.files).values():
            print("\n".join(id for id in cases if not words or any(word in id for word in words)))
        return 0
    started, shown, verdicts = time.time(), 0, []
    mx = package(options.package)
    for verdict in run(mx, words, options.package != "mxnet", options.files):
        verdicts.append(verdict)
        if options.json:
            continue
        if options.verbose or (not verdict.ok and shown < options.max_failures):
            shown += not verdict.ok
            print(f"{verdict.status:8} {verdict.case.id}" + (f"\n         {verdict.detail}" if verdict.detail else ""))
            if options.code and verdict.case.call is not None and not verdict.ok:
                print("\n".join("         | " + line for line in verdict.case.call.code().splitlines()))
    if not verdicts:
        print(f"no case matches {words}", file=sys.stderr)
        return 2
    rows = differences.load() if options.package != "mxnet" and not words and not options.files else []
    unused = differences.stale(rows, [verdict.case.id for verdict in verdicts])
    bad = [verdict for verdict in verdicts if not verdict.ok]
    if options.json:
        failures = [{"id": v.case.id, "status": v.status, "detail": v.detail} for v in bad]
        stale = [row.cases for row in unused]
        print(json.dumps({"score": score(verdicts), "failures": failures, "stale rows": stale}, indent=1))
    else:
        if len(bad) > shown:
            print(f"... and {len(bad) - shown} more")
        for row in unused:
            print(f"stale    known_differences.toml: {row.cases!r} matches no case")
        print(render(score(verdicts)))
        print(f"{len(verdicts)} cases on {options.package} in {time.time() - started:.1f} s")
    return 1 if bad or unused else 0
