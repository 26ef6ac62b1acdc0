"""What counts as speaking of one machine, and what does not."""

from __future__ import annotations

import check_self_contained
import pytest


@pytest.mark.parametrize(
    "line",
    [
        "open('/root/data.params')",
        "see /home/jane/notes.txt",
        "run ~/tools/bin/python record.py",
        "pip install --index-url https://example.org/simple torch",
        "curl localhost:8080",
        "find-links = wheels",
        "file:///tmp/x.whl",
    ],
)
def test_found(line: str) -> None:
    ((number, _meaning, matched),) = check_self_contained.findings(f"first\n{line}\n")[:1]
    assert number == 2
    assert matched in line


@pytest.mark.parametrize(
    "line",
    [
        "MXNet 1.9.1 src/operator/nn/dropout.cc",
        "pip install -c constraints.txt -e '.[cli]'",
        "~/.config/mxcompat",
        "/usr/bin/env bash",
        "the neighbour/root/ratio",
        "https://example.org/root/",
        "a localhost scheduler",
    ],
)
def test_not_found(line: str) -> None:
    assert check_self_contained.findings(line) == []
