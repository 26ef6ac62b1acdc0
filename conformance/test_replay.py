"""Every case as a test: what mxcompat returns against what MXNet 1.9.1 returned."""

from __future__ import annotations

from typing import Any

import pytest

from . import differences
from .runner import judge, package
from .suite import Case, discover

ROWS = differences.load()
CASES = [(prefix, case) for prefix, cases in discover().items() for case in cases.values()]


@pytest.fixture(scope="session")
def mx() -> Any:
    return package("mxcompat")


@pytest.mark.parametrize(("prefix", "case"), CASES, ids=[case.id for _, case in CASES])
def test_case(prefix: str, case: Case, mx: Any) -> None:
    verdict = judge(case, prefix, mx, ROWS)
    if not verdict.ok:
        code = f"\n\n{case.call.code()}" if case.call is not None else ""
        pytest.fail(f"{verdict.status}: {verdict.detail}{code}", pytrace=False)


def test_every_listed_difference_matches_a_case() -> None:
    unused = differences.stale(ROWS, [case.id for _, case in CASES])
    assert not unused, f"rows of known_differences.toml that match no case: {[row.cases for row in unused]}"
