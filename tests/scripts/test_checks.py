"""The checkers themselves: each must find the fault it is there for, and let the innocent pass."""

from __future__ import annotations

from pathlib import Path

import check_file_sizes
import check_version
import check_wheel
import pytest
import readme_commands


def write(path: Path, lines: int, docstring: str = "") -> Path:
    path.write_text(f'"""{docstring}"""\n' + "x = 1\n" * (lines - 1 - docstring.count("\n")))
    return path


@pytest.mark.parametrize(
    ("lines", "docstring", "fails"),
    [
        (800, "One idea.", False),
        (801, "One idea.", True),
        (801, "A table.\n\nLong because it is one table.\n", False),
        (801, "A table. It is Long because of that.", True),
    ],
)
def test_file_sizes(tmp_path: Path, lines: int, docstring: str, fails: bool) -> None:
    complaint = check_file_sizes.complaint(write(tmp_path / "module.py", lines, docstring))
    assert (complaint is not None) == fails
    if fails:
        assert "module.py" in complaint and "801" in complaint


README = """
<!-- ci:setup -->
```bash
python -m pip install -e .
mxcompat info
```

text

<!-- ci:test -->

```console
$ pytest -q
3 passed
$ echo done
```
"""


def test_readme_block_is_taken_word_for_word() -> None:
    assert readme_commands.blocks(README, "setup") == ["python -m pip install -e .\nmxcompat info\n"]


def test_readme_transcript_yields_its_commands_only() -> None:
    assert readme_commands.blocks(README, "test") == ["pytest -q\necho done\n"]


@pytest.mark.parametrize("text", ["", "<!-- ci:setup -->\n\nprose\n", README + "<!-- ci:setup -->\n"])
def test_readme_without_a_block_is_an_error(text: str) -> None:
    with pytest.raises(LookupError, match="ci:setup"):
        readme_commands.blocks(text, "setup")


def pyproject(version: str = "1.2.0", minors: tuple[int, ...] = (10, 11)) -> str:
    classifiers = [f"Programming Language :: Python :: 3.{minor}" for minor in minors]
    return f'[project]\nversion = "{version}"\nrequires-python = ">=3.10,<3.12"\nclassifiers = {classifiers}\n'


CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2030-01-01\n\n## [1.1.0] - 2029-01-01\n"


def test_versions_that_agree_pass() -> None:
    assert check_version.complaints(pyproject(), CHANGELOG, '__mxcompat_version__ = "1.2.0"\n') == []


@pytest.mark.parametrize(
    ("project", "changelog", "module", "said"),
    [
        (pyproject(), CHANGELOG, '__mxcompat_version__ = "1.1.0"\n', "__init__.py says 1.1.0"),
        (pyproject(), CHANGELOG, "", "__init__.py has no line"),
        (pyproject(), "# Changelog\n\n## [1.1.0]\n", '__mxcompat_version__ = "1.2.0"\n', "opens with"),
        (pyproject("1.1.0"), CHANGELOG, '__mxcompat_version__ = "1.1.0"\n', "before newer"),
        (pyproject(minors=(10,)), CHANGELOG, '__mxcompat_version__ = "1.2.0"\n', "minors [10]"),
    ],
)
def test_versions_that_differ_are_told(project: str, changelog: str, module: str, said: str) -> None:
    (complaint,) = check_version.complaints(project, changelog, module)
    assert said in complaint


WHEEL = [
    "mxcompat/py.typed",
    "mxcompat/nd/_ops.pyi",
    "mxcompat/_conformance/cases/nd.py",
    "mxcompat/_conformance/golden/nd.npz",
    "mxcompat/_conformance/known_differences.toml",
    "mxcompat-0.1.0.dist-info/entry_points.txt",
    "mxcompat-0.1.0.dist-info/licenses/LICENSE",
]


def test_complete_wheel_passes() -> None:
    assert check_wheel.complaints(WHEEL) == []


@pytest.mark.parametrize("missing", range(len(WHEEL)))
def test_wheel_with_a_hole_fails(missing: int) -> None:
    (complaint,) = check_wheel.complaints(WHEEL[:missing] + WHEEL[missing + 1 :])
    assert complaint.startswith("no ")


@pytest.mark.parametrize("extra", ["tests/test_x.py", "mxcompat/__pycache__/x.cpython-311.pyc"])
def test_wheel_with_something_extra_fails(extra: str) -> None:
    (complaint,) = check_wheel.complaints([*WHEEL, extra])
    assert extra in complaint
