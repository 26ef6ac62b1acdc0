"""The recorded cases, loaded once for all pages."""

from __future__ import annotations

import functools

from conformance import differences, golden
from conformance.runner import CRASH
from conformance.snapshot import encode
from conformance.suite import Case, discover

AS_RECORDED, LISTED, NO_ANSWER, MISSING = "as recorded", "listed", "no answer", "not recorded"


@functools.cache
def judged() -> list[tuple[Case, str, differences.Difference | None]]:
    """Every case with what is known of it without running it, and the row that lists it."""
    rows, crash = differences.load(), encode(CRASH)
    found: list[tuple[Case, str, differences.Difference | None]] = []
    for prefix, suite in discover().items():
        recorded = golden.outcomes(prefix)
        for case in suite.values():
            row = differences.find(rows, case.id)
            if case.id not in recorded:
                status = MISSING
            elif recorded[case.id] == crash:
                status = NO_ANSWER
            else:
                status = LISTED if row else AS_RECORDED
            found.append((case, status, row))
    return found
