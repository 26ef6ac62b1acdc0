"""docs/scanned.md: `mxcompat scan` on real repositories, held against running their files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from docs_pages._tables import NOTE, ROOT, table

RECORD = ROOT / "docs" / "scanned.json"

_HEAD = """
`mxcompat scan` says of a project what runs, without running anything. How often is it right? These public repositories
were scanned, and then every file of theirs that uses MXNet was imported (a notebook or Markdown page: run cell by cell)
under the drop-in, each in a process of its own. After that, every dotted name that starts at a module of MXNet
(`mx.nd.contrib.box_nms`), and every `F.name` in both front ends, was looked up in the package itself, also on lines
that did not run. `scripts/prove_scan` does this again from checkouts of the same commits; `docs/scanned.json` holds
what it found. Seconds are of processor time, without the start of Python.
"""

_MEANING = """
- *ran*: the file was imported, or all of its cells ran. *stopped* for reasons that scan does not judge: it wants files
  or a download, command-line arguments, a GPU, more than the time allowed, or a package of another age, or it trips
  over changes of Python or NumPy.
- *failed in mxcompat*: an error out of mxcompat, or a name that it lacks. Each is explained below the table.
- Importing runs a file's top level, not its functions; the look-up of names is what covers those.
"""


def render() -> str:
    return "\n".join(_lines(json.loads(RECORD.read_text(encoding="utf-8")))) + "\n"


def _lines(record: dict[str, Any]) -> Iterator[str]:
    rows = [row for row in record["repositories"] if "files" in row]
    yield "# Scan, held against real repositories"
    yield ""
    yield NOTE
    yield _HEAD
    yield "## What scan says"
    yield ""
    yield from table(
        "repository | commit | kind | >files that use MXNet | >uses | >files that run | >lines that do not"
        " | >not Python 3 | >seconds",
        [
            (
                row["repository"],
                f"`{row['commit'][:10]}`",
                row["kind"],
                row["files"],
                row["uses"],
                row["runnable"],
                row["failing_lines"],
                row["not_python_3"],
                f"{row['seconds']:.1f}",
            )
            for row in rows
        ],
    )
    yield ""
    yield "## What happens"
    yield ""
    states = ["ran", "stopped", "failed in mxcompat"]
    yield from table(
        "repository | >files said to run | >ran | >stopped | >failed in mxcompat"
        " | >names looked up | >of them missed by scan | >lines said to fail | >confirmed",
        [_checked(row, states) for row in [*rows, _sum(rows)]],
    )
    yield _MEANING
    total = _sum(rows)
    said, ok = _said(total), sum(total["confirmed"].values())
    yield (
        f"Lines said not to run, and do not: {ok:,} of {said:,} ({100 * ok / max(1, said):.1f} %). Names that are "
        f"missing and that scan did not name: {len(total['misses']):,} of {total['names']:,} looked up."
    )
    stopped = Counter({state: n for state, n in total["outcomes"].items() if state.startswith("stopped")})
    yield ""
    yield "Why files stopped: " + ", ".join(f"{k.partition(': ')[2]} ({n})" for k, n in stopped.most_common()) + "."
    for title, key in (("Explained", "explained"), ("What it led to", "led_to")):
        if record.get(key):
            yield ""
            yield f"## {title}"
            yield ""
            yield from (f"- {line}" for line in record[key])
    lists = [("Missed by scan", "misses"), ("Said to fail, not confirmed", "unconfirmed")]
    for title, key in lists:
        found = [f"{row['name']}: {each}" for row in rows for each in row[key]]
        if found:
            yield ""
            yield f"## {title}"
            yield ""
            yield from (f"- `{each}`" for each in found)


def _sum(rows: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {"repository": "all", "runnable": sum(row["runnable"] for row in rows)}
    for key in ("outcomes", "confirmed"):
        found[key] = dict(sum((Counter(row[key]) for row in rows), Counter()))
    for key in ("misses", "unconfirmed"):
        found[key] = [each for row in rows for each in row[key]]
    found["names"] = sum(row["names"] for row in rows)
    return found


def _said(row: dict[str, Any]) -> int:
    return int(sum(row["confirmed"].values())) + len(row["unconfirmed"])


def _checked(row: dict[str, Any], states: list[str]) -> tuple[object, ...]:
    counts = [sum(n for state, n in row["outcomes"].items() if state.partition(":")[0] == wanted) for wanted in states]
    confirmed = sum(row["confirmed"].values())
    return (row["repository"], row["runnable"], *counts, row["names"], len(row["misses"]), _said(row), confirmed)
