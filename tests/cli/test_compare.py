"""The verdict on a cell: same, close, different, error, new, skipped."""

from __future__ import annotations

from typing import Any

import pytest

from mxcompat.cli._compare import Outputs, Status, Tolerance, compare_cells, compare_texts, outputs_of

TOLERANCE = Tolerance(rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("stored", "fresh", "status"),
    [
        ("", "", "same"),
        ("[1. 2.]\n<NDArray 2 @cpu(0)>", "[1. 2.]\n<NDArray 2 @cpu(0)>", "same"),
        ("loss 0.5, 1.2 sec", "loss 0.5, 13.9 sec", "same"),
        ("<object at 0x7f0000000001>", "<object at 0x7f0000000abc>", "same"),
        ("0.26726124", "0.26726127", "close"),
        ("-1.5e-05", "-1.50001e-05", "close"),
        ("1e-9", "0.0", "close"),
        ("[1. 2.]", "[1.00001 2.     ]", "close"),
        ("1.", "1", "close"),
        ("nan", "nan", "same"),
        ("[nan 1.0]", "[nan 1.00001]", "close"),
        ("[inf 1.0]", "[inf 1.00001]", "close"),
        ("a  b", "a b", "close"),
        ("0.2672", "0.2673", "different"),
        ("1.0", "nan", "different"),
        ("1.0", "-1.0", "different"),
        ("inf", "-inf", "different"),
        ("10000", "10001", "different"),
        ("100000000000000000001", "100000000000000000002", "different"),
        ("<NDArray 2x3 @cpu(0)>", "<NDArray 2x4 @cpu(0)>", "different"),
        ("<NDArray 2 @cpu(0)>", "<NDArray 2 @gpu(0)>", "different"),
        ("float32", "float64", "different"),
        ("[1. 2.]", "[1. 2. 3.]", "different"),
        ("True", "False", "different"),
        ("a\nb", "a", "different"),
        ("a", "a\nb", "different"),
        ("ab", "a b c", "different"),
    ],
)
def test_texts(stored: str, fresh: str, status: str) -> None:
    verdict = compare_texts(stored, fresh, TOLERANCE)
    assert verdict.status.value == status
    assert bool(verdict.detail) == (status != "same")


@pytest.mark.parametrize(
    ("stored", "fresh", "detail"),
    [
        ("ok\nx 1.5\nlast", "ok\nx 2.5\nlast", "stored: 'x 1.5'; now: 'x 2.5'"),
        ("x 1.00001\ny 5", "x 1.00002\ny 6", "stored: 'y 5'; now: 'y 6'"),  # the worst difference, not the first
        ("a\nb", "a", "a line is missing: 'b'"),
        ("a", "a\nb", "more lines than stored: 'b'"),
    ],
)
def test_the_difference_is_shown(stored: str, fresh: str, detail: str) -> None:
    assert compare_texts(stored, fresh, TOLERANCE).detail == detail


def test_a_long_line_is_shown_around_the_difference() -> None:
    detail = compare_texts("x" * 500 + "1", "x" * 500 + "2", TOLERANCE).detail
    assert "x1'" in detail and "x2'" in detail and len(detail) < 180


@pytest.mark.parametrize(
    ("rtol", "atol", "agree"), [(0.0, 0.0, False), (1e-2, 0.0, True), (0.0, 0.02, True), (1e-3, 1e-3, False)]
)
def test_the_tolerance_is_the_callers(rtol: float, atol: float, agree: bool) -> None:
    assert Tolerance(rtol, atol).agree("1.0", "1.009") is agree


def test_integers_have_no_tolerance() -> None:
    assert not Tolerance(1.0, 1.0).agree("3", "4")
    assert Tolerance(1.0, 1.0).agree("3.0", "4")


def code_cell(*outputs: dict[str, Any], count: int | None = 1) -> Outputs:
    return outputs_of({"outputs": list(outputs), "execution_count": count})


def stream(text: str | list[str], name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def result(text: str | list[str] | None = None, **data: str) -> dict[str, Any]:
    mimes = {"png": "image/png", "svg": "image/svg+xml", "html": "text/html", "widget": "application/widget+json"}
    content: dict[str, Any] = {mimes[kind]: value for kind, value in data.items()}
    if text is not None:
        content["text/plain"] = text
    return {"output_type": "execute_result", "data": content}


def error(name: str, message: str = "") -> dict[str, Any]:
    return {"output_type": "error", "ename": name, "evalue": message, "traceback": []}


EMPTY_NEVER_RUN = code_cell(count=None)


@pytest.mark.parametrize(
    ("stored", "fresh", "status"),
    [
        (code_cell(), code_cell(), "same"),
        (code_cell(stream("a\n")), code_cell(stream("a\n")), "same"),
        (code_cell(stream(["a\n", "b\n"])), code_cell(stream("a\n"), stream("b\n")), "same"),
        (code_cell(stream("a\n"), stream("x", "stderr")), code_cell(stream("x", "stderr"), stream("a\n")), "same"),
        (code_cell(result(["[1.\n", " 2.]"])), code_cell(result("[1.\n 2.]")), "same"),
        (code_cell(result("1.0")), code_cell(result("1.00001")), "close"),
        (code_cell(result("1.0"), stream("a")), code_cell(result("1.00001"), stream("b")), "different"),
        (code_cell(stream("a"), stream("x", "stderr")), code_cell(stream("a"), stream("y", "stderr")), "different"),
        (code_cell(result("1"), result("2")), code_cell(result("1")), "different"),
        (code_cell(stream("a")), code_cell(), "different"),
        (code_cell(), code_cell(stream("a")), "different"),
        (code_cell(result("<Figure 1>", png="AA")), code_cell(result("<Figure 2>", png="BB")), "same"),
        (code_cell(result("<Figure 1>", png="AA")), code_cell(result("<Figure 2>", svg="BB")), "same"),
        (code_cell(result("<Figure 1>", png="AA")), code_cell(result("<Figure 1>")), "different"),
        (code_cell(result("a", html="<b>a</b>")), code_cell(result("a", html="<i>a</i>")), "same"),
        (code_cell(result("a 1", html="x")), code_cell(result("a 2", html="x")), "different"),
        (code_cell(result("IntProgress(1)", widget="x")), code_cell(result("IntProgress(2)", widget="y")), "same"),
        (code_cell(error("ValueError", "old words")), code_cell(error("ValueError", "new words")), "same"),
        (code_cell(stream("a"), error("ValueError")), code_cell(stream("b"), error("ValueError")), "different"),
        (code_cell(error("ValueError")), code_cell(error("TypeError")), "error"),
        (code_cell(error("ValueError")), code_cell(), "different"),
        (code_cell(), code_cell(error("NameError")), "error"),
        (EMPTY_NEVER_RUN, code_cell(error("NameError")), "error"),
        (EMPTY_NEVER_RUN, code_cell(stream("a")), "new"),
        (EMPTY_NEVER_RUN, code_cell(), "skipped"),
        (code_cell(stream("a"), count=None), code_cell(stream("a")), "same"),
        (
            code_cell(stream("/x.py:1: UserWarning: old\n  code\n", "stderr")),
            code_cell(),
            "same",
        ),
    ],
)
def test_cells(stored: Outputs, fresh: Outputs, status: str) -> None:
    assert compare_cells(stored, fresh, TOLERANCE).status.value == status


def test_an_error_is_shown_with_its_message() -> None:
    verdict = compare_cells(code_cell(), code_cell(error("MXNetError", "\nfirst line\nsecond")), TOLERANCE)
    assert verdict.detail == "MXNetError: first line"


def test_which_statuses_fail() -> None:
    assert {status for status in Status if status.fails} == {Status.DIFFERENT, Status.ERROR}
