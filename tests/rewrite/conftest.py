"""Rewriting a few lines, and running them."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable

import pytest

pytest.importorskip("libcst")

from mxcompat.rewrite._files import from_bytes
from mxcompat.rewrite._program import choose, rewrite


@pytest.fixture
def rewritten() -> Callable[..., str]:
    """The new text of a script."""

    def run(code: str, mode: str = "torch", closed: str = "", skip: tuple[str, ...] = ()) -> str:
        return rewrite(from_bytes("code.py", code.encode()), mode, choose(mode, skip=skip), closed)

    return run


@pytest.fixture
def printed() -> Callable[[str], str]:
    """What a script prints. Its switch of torch's recording is undone afterwards."""
    import torch

    def run(code: str) -> str:
        out = io.StringIO()
        with torch.enable_grad(), contextlib.redirect_stdout(out):
            exec(compile(code, "code.py", "exec"), {"__name__": "__main__"})
        return out.getvalue()

    return run
