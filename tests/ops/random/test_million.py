"""Long streams: a draw of every distribution, and what the generators give after it, equal to MXNet 1.9.1's."""

import json
from pathlib import Path

import pytest

import mxcompat
from conformance import streams

GOLDEN = {c["name"]: c for c in json.loads((Path(__file__).parent / "golden_million.json").read_text())["cases"]}


@pytest.mark.slow
@pytest.mark.parametrize("spec", streams.million(), ids=lambda spec: spec["name"])
def test_a_million_numbers_are_those_of_mxnet(spec):
    found = [streams.summarize(values) for values in streams.run_case(mxcompat, spec)]
    assert found == GOLDEN[spec["name"]]["results"]
