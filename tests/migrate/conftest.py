"""Scanning a few lines of code, and making small files of MXNet's formats with mxcompat itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mxcompat.migrate._scan import Report, scan


@pytest.fixture
def scanned(tmp_path: Path) -> Callable[..., Report]:
    """Write files (``name=text``, or one text as ``code.py``) and scan the folder."""

    def run(code: str | None = None, /, **files: str) -> Report:
        if code is not None:
            files["code.py"] = code
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return scan([str(tmp_path)])

    return run
