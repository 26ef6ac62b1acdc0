"""Known differences, golden files, and the verdicts that follow from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance import differences, golden, runner
from conformance.differences import Difference, _parse_rows, parse
from conformance.snapshot import encode
from conformance.suite import Case, Suite, attempt, discover

ROWS = """
# a comment
[[difference]]
cases = "a/b/*"
kind = "oracle-bug"
reason = "MXNet \\"forgets\\" it"

[[difference]]
cases = "a/c/axis=[0]"
kind = "precision"
reason = "rounding"
"""


def test_both_readers_agree() -> None:
    assert [row._asdict() for row in parse(ROWS)] == _parse_rows(ROWS)["difference"]
    assert parse("") == [] and _parse_rows("") == {}


def test_brackets_in_ids_are_not_patterns() -> None:
    rows = parse(ROWS)
    assert differences.find(rows, "a/c/axis=[0]") is rows[1]
    assert differences.find(rows, "a/c/axis=0") is None
    assert differences.find(rows, "a/b/x/y") is rows[0]


def test_a_row_joins_patterns_and_takes_out() -> None:
    row = Difference("a/* | b/one | !a/x* | !*/never", "by-design", "because")
    assert [row.matches(id) for id in ("a/y", "b/one", "b/two", "a/x1", "a/never")] == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('[[difference]]\ncases = "a"\nkind = "precision"', "reason"),
        ('[[difference]]\ncases = "a"\nkind = "precision"\nreason = ""', "reason"),
        ('[[difference]]\ncases = "a"\nkind = "whatever"\nreason = "b"', "whatever"),
        ('[[diference]]\ncases = "a"\nkind = "precision"\nreason = "b"', "diference"),
    ],
)
def test_bad_rows_are_refused(text: str, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        parse(text)


def test_rows_that_match_nothing_are_stale() -> None:
    rows = parse(ROWS)
    assert differences.stale(rows, ["a/b/one"]) == [rows[1]]
    assert differences.stale(rows, ["a/b/one", "a/c/axis=[0]"]) == []


def test_the_checked_in_file_is_valid() -> None:
    differences.load()


class _Random:
    @staticmethod
    def seed(value: int) -> None:
        pass


class _Autograd:
    @staticmethod
    def set_recording(value: bool) -> None:
        pass

    set_training = set_recording


class FakeMX:
    random = _Random
    autograd = _Autograd


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(golden, "FOLDER", tmp_path)
    golden.outcomes.cache_clear()

    def write(**outcomes: Any) -> None:
        golden.write("t", {"date": "d"}, {f"t/{name}": encode(value) for name, value in outcomes.items()})
        golden.outcomes.cache_clear()

    yield write
    golden.outcomes.cache_clear()


def status(case: Case, *rows: Difference) -> str:
    return runner.judge(case, "t", FakeMX, rows).status


def test_verdicts(record: Any) -> None:
    record(same=3, other=4, crash=runner.CRASH)
    row = Difference("t/*", "precision", "because")
    assert status(Case("t/same", lambda mx: 3)) == "passed"
    assert status(Case("t/other", lambda mx: 3)) == "failed"
    assert status(Case("t/absent", lambda mx: 3)) == "missing"
    assert status(Case("t/crash", lambda mx: 3)) == "oracle crashed"
    assert status(Case("t/other", lambda mx: 3), row) == "listed"
    assert status(Case("t/same", lambda mx: 3), row) == "stale"


def test_unrecordable_results_fail(record: Any) -> None:
    record(same=3)
    assert status(Case("t/same", lambda mx: object())) == "failed"


def test_messages_must_say_what_the_case_asks(record: Any) -> None:
    def refuse(mx: Any) -> None:
        raise ValueError("SliceChannel: axis=7 is out of range")

    record(refused=attempt(refuse, None))
    assert status(Case("t/refused", refuse, says=("split|slicechannel", "axis"))) == "passed"
    assert status(Case("t/refused", refuse, says=("split", "axis"))) == "failed"
    assert runner.judge(Case("t/refused", refuse, says=("split",)), "t", FakeMX, ours=False).status == "passed"


def test_golden_files_keep_their_date_until_something_changes(record: Any, tmp_path: Path) -> None:
    cases = {"t/a": 1, "t/b": 2}
    assert golden.write("u/v", {"date": "first", "mxnet": "1.9.1"}, cases)
    assert not golden.write("u/v", {"date": "second", "mxnet": "1.9.1"}, cases)
    text = (tmp_path / "u" / "v.json").read_text()
    assert json.loads(text)["header"]["date"] == "first"
    assert '\n"t/a": 1,\n"t/b": 2\n' in text
    assert golden.write("u/v", {"date": "second", "mxnet": "1.9.1"}, {**cases, "t/c": 3})


def test_two_cases_of_one_name_are_refused() -> None:
    suite = Suite("conformance.cases.x.y")
    suite.case("a")(lambda mx: 1)
    assert list(suite.cases) == ["x/y/a"]
    with pytest.raises(ValueError, match="x/y/a"):
        suite.case("a")(lambda mx: 2)


def test_score_and_exit_code(record: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    record(same=3, other=4)
    cases = {name: Case(name, lambda mx: 3) for name in ("t/same", "t/other")}
    monkeypatch.setattr(runner, "discover", lambda files: {"t": cases})
    monkeypatch.setattr(runner, "package", lambda name: FakeMX)
    monkeypatch.setattr(differences, "load", list)
    assert runner.main(["same"]) == 0
    assert runner.main([]) == 1
    assert runner.main(["nowhere"]) == 2
    printed = capsys.readouterr().out
    assert "t/other" in printed and "expected 4, got 3" in printed
    assert runner.main(["--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["score"]["t"]["passed"] == 1 and data["failures"][0]["id"] == "t/other"


def test_every_case_has_a_golden_and_every_golden_a_case() -> None:
    golden.outcomes.cache_clear()
    for prefix, cases in discover().items():
        assert list(golden.outcomes(prefix)) == list(cases), f"re-record {prefix}"


def test_golden_headers_say_where_they_come_from() -> None:
    for prefix in discover():
        header, _ = golden.read(prefix)
        assert header["mxnet"] == "1.9.1"
        assert {"features", "platform", "python", "numpy", "seed", "date"} <= set(header)
