"""docs/conformance.md: how much was recorded from MXNet 1.9.1, and how much of it is listed as different."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from docs_pages._cases import judged
from docs_pages._tables import NOTE, table

_EXPLAINED = """
Each case is a small program. It was run on the real MXNet 1.9.1, and its result written down: values, shapes, dtypes,
contexts, gradients, printed text, the type of an exception. Nobody writes an expected value by hand.

- *as recorded*: must give the recorded result here, within the tolerance of the case. The tests replay every one of
  them, so this number is what the tests hold, not what was once seen.
- *listed*: gives something else here; [the list](differences.md) says what and why. A listed case that gives MXNet's
  result after all fails the tests.
- *no answer*: MXNet itself dies on it, so there is nothing to compare.

`python -m mxcompat conformance` replays them on your machine and prints the same table, with failures if there are any;
`python -m conformance --package mxnet` runs the same programs on a real MXNet.
"""


def render() -> str:
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    total: Counter[str] = Counter()
    areas: dict[str, Counter[str]] = {}
    for case, status, _ in judged():
        areas.setdefault(case.area, Counter())[status] += 1
        total[status] += 1
    yield "# Conformance"
    yield ""
    yield NOTE
    yield ""
    held = total["as recorded"]
    yield (
        f"{sum(total.values()):,} cases: {held:,} must give what MXNet 1.9.1 gave "
        f"({100 * held / sum(total.values()):.1f} %), {total['listed']:,} are listed as different, "
        f"on {total['no answer']:,} MXNet gives no answer."
    )
    yield _EXPLAINED
    yield from table(
        "area | >cases | >as recorded | >listed | >no answer",
        [
            (area, sum(found.values()), found["as recorded"], found["listed"], found["no answer"])
            for area, found in [*sorted(areas.items()), ("all", total)]
        ],
    )
