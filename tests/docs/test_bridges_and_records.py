"""The Python blocks of the pages on bridges to torch and on record files run, in order, as one program."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(
    ("page", "printed"),
    [
        ("layer-by-layer.md", ["Conv2d", "'1.running_var'", "gate (2, 4)", "torchblock0_0.weight"]),
        ("recordio.md", ["1.0 3 (16, 16, 3)", "8 torch.Size([3, 16, 16]) 1", "5 [0, 0, 0, 1, 1]", "damaged"]),
    ],
)
def test_a_page_runs(
    page: str,
    printed: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pytest.importorskip("cv2")
    blocks = _BLOCK.findall((DOCS / page).read_text(encoding="utf-8"))
    assert len(blocks) >= 4
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.py").write_text("\n".join(blocks), encoding="utf-8")
    runpy.run_path("page.py")
    out = capsys.readouterr().out
    for text in printed:
        assert text in out
