"""Code out of scripts, notebooks and Markdown, with the right places."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mxcompat.migrate._errors import MigrateError
from mxcompat.migrate._scan import scan


def notebook(*cells: str, version: int = 4) -> str:
    if version == 3:
        return json.dumps({"worksheets": [{"cells": [{"cell_type": "code", "input": cell} for cell in cells]}]})
    listed = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "markdown", "source": "# hi"}, *listed]})


@pytest.mark.parametrize(
    "code",
    [
        "print('%d' \n  %(1))\nx = nd.ones(1)",
        "%matplotlib inline\nprint('%d %d'\n      %(1, 2))\nx = nd.ones(1)",
        "%load_ext x\ntext = '%d' \\\n  %len(text)\nx = nd.ones(1)",
        "!ls\ntext = '''\n%not magic (\n'''\nx = nd.ones(1)",
    ],
)
def test_a_percent_sign_within_a_statement_is_no_magic(scanned, code: str) -> None:
    report = scanned(**{"a.ipynb": notebook("from mxnet import nd", code)})
    assert not report.files[0].broken and [use.name for use in report.uses] == ["nd.ones"]


def test_markdown_in_utf_16_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes("```python\nfrom mxnet import nd\nnd.ones(1)\n```\n".encode("utf-16"))
    assert [use.name for use in scan([str(path)]).uses] == ["nd.ones"]


@pytest.mark.parametrize("version", [3, 4])
def test_cells_share_names_and_magics_are_passed_over(scanned, version: int) -> None:
    cells = (
        "%matplotlib inline\nfiles = !ls\nfrom mxnet import nd",
        "%%bash\nls -l",
        "%%time\nx = nd.ones(1)\nnd.dot?\nx.no_effect_here",
    )
    report = scanned(**{"a.ipynb": notebook(*cells, version=version)})
    (use,) = report.uses
    assert (use.name, use.place.cell, use.place.line) == ("nd.ones", 3, 2)
    assert report.files[0].skipped == 1 and report.runs


def test_markdown_blocks_keep_the_lines_of_the_file(scanned) -> None:
    text = (
        "# Title\n\n```python\nfrom mxnet import nd\n```\ntext\n\n"
        "```{.python .input  n=1}\nx = nd.ones(1)\n```\n"
        "```bash\nmxnet.nd\n```\n"
        "```python\n#@tab pytorch\nimport torch\n```\n"
        "~~~py\n>>> nd.zeros(1)\n<NDArray>\n~~~\n"
    )
    report = scanned(**{"a.md": text})
    assert [(use.name, use.place.line) for use in report.uses] == [("nd.ones", 9), ("nd.zeros", 19)]


def test_python_2_is_named_and_fails(scanned) -> None:
    report = scanned("import mxnet as mx\nprint mx.nd.ones(1)\n")
    ((place, message),) = report.files[0].broken
    assert place.line == 2 and message and not report.runs


def test_python_2_without_mxnet_is_nobodys_business(scanned) -> None:
    assert scanned("print 3\n").runs


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.ipynb", b"words", "not a notebook"),
        ("a.ipynb", b"[1]", "not a notebook"),
        ("a.ipynb", b'{"cells": 3}', "not a notebook"),
        ("a.py", b"# coding: nonsense\n", "not a text file"),
        ("a.py", b"\xff\xfe\x00", "not a text file"),
        ("a.txt", b"", "not a script"),
    ],
)
def test_bad_files_are_one_line(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(MigrateError, match=said) as caught:
        scan([str(tmp_path / name)])
    assert "\n" not in str(caught.value)


def test_one_bad_file_among_good_ones_does_not_stop_the_scan(scanned) -> None:
    report = scanned("from mxnet import nd\nnd.ones(1)", **{"bad.ipynb": "words"})
    assert len(report.uses) == 1 and len(report.unreadable) == 1 and not report.runs


@pytest.mark.parametrize("missing", ["nowhere", "nowhere.py"])
def test_a_missing_path_is_an_error(tmp_path: Path, missing: str) -> None:
    with pytest.raises(MigrateError, match="no such file or folder"):
        scan([str(tmp_path / missing)])


def test_a_folder_without_code_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MigrateError, match="no script"):
        scan([str(tmp_path)])
