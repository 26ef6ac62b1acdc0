"""float32 is not further from float64 than in MXNet (see `conformance.precision`)."""

from __future__ import annotations

import json

import pytest

import mxcompat
from conformance.precision import CASES, FILE, errors

RECORDED = json.loads(FILE.read_text())
#: what sums in a tree may lose, which MXNet's compensated ones do not
FEW_UNITS = 3e-7


def test_every_case_is_recorded() -> None:
    assert list(RECORDED) == list(CASES)


@pytest.mark.parametrize("key", CASES)
def test_error_is_at_most_twice_that_of_mxnet(key: str) -> None:
    ours = errors(mxcompat, key)
    allowed = [max(2.0 * theirs, FEW_UNITS) for theirs in RECORDED[key]]
    assert all(error <= most for error, most in zip(ours, allowed, strict=True)), (ours, allowed)
