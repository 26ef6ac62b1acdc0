"""Results survive the way into a golden file and back, to the last bit."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from conformance.compare import EXACT, difference
from conformance.snapshot import Array, CannotRecord, Raised, Tag, decode, encode, raised, take

NUMBERS = [0.0, -0.0, 1.0, 0.1, -1e-7, 3.4028235e38, 1e-45, float("nan"), float("inf"), -float("inf")]


def there_and_back(snap: Any) -> Any:
    return decode(json.loads(json.dumps(encode(snap))))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "uint8", "int32", "int64", "bool"])
@pytest.mark.parametrize("count", [0, 1, 10, 300])
def test_arrays_keep_every_bit(dtype: str, count: int) -> None:
    with np.errstate(all="ignore"):
        if np.dtype(dtype).kind == "f":
            values = np.resize(np.array(NUMBERS).astype(dtype), count)
        else:
            values = np.random.RandomState(3).randint(0, 100, count).astype(dtype)
    snap = Array("nd", dtype, values.reshape(1, count), "cpu(2)")
    back = there_and_back(snap)
    assert back.values.tobytes() == snap.values.tobytes() or np.isnan(values.astype("float64")).any()
    assert difference(snap, back, EXACT) is None
    assert (back.kind, back.dtype, back.ctx, back.values.dtype) == ("nd", dtype, "cpu(2)", values.dtype)


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_random_bits_round_trip(dtype: str) -> None:
    raw = np.random.RandomState(0).bytes(200)
    values = np.frombuffer(raw, dtype)
    values = values[np.isfinite(values)]
    back = there_and_back(take(values))
    assert back.values.tobytes() == values.tobytes()


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        2.5,
        "text\n",
        [1, [2, (3, None)]],
        {"a": (1, 2), "b": {}},
        {1: "x"},
        (),
        float("inf"),
    ],
)
def test_plain_values_round_trip(value: Any) -> None:
    assert there_and_back(take(value)) == value
    assert type(there_and_back(take(value))) is type(value)


def test_types_dtypes_and_slices_are_tags() -> None:
    taken = take([np.float32, np.bool_, np.dtype("int8"), slice(1, None), Ellipsis, int, 1j, b"ab"])
    assert [tag.text for tag in taken] == [
        "numpy.float32",
        "numpy.bool",
        "int8",
        "slice(1, None, None)",
        "...",
        "int",
        "1j",
        "YWI=",
    ]
    assert there_and_back(taken) == taken


def test_numpy_scalars_keep_their_type() -> None:
    assert take(np.float32(0.1)) == Array("scalar", "float32", np.asarray(np.float32(0.1)))
    assert there_and_back(take(np.int64(3))).dtype == "int64"


def test_exceptions_keep_their_ancestry_and_lose_addresses() -> None:
    class Mine(KeyError):
        pass

    snap = raised(Mine("[12:34:56] /tmp/build/src/a.cc:77: at 0x7f00aa\nStack trace:\n  here"))
    assert snap.types == ("Mine", "KeyError", "LookupError")
    for word in ("12:34", "0x7f", "Stack", "77", "/tmp"):
        assert word not in snap.message
    assert there_and_back(snap) == snap
    assert isinstance(snap, Raised)


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(CannotRecord, match="function"):
        take(lambda: None)


def test_duck_typed_arrays() -> None:
    class Context:
        def __str__(self) -> str:
            return "gpu(1)"

    class NDArray:
        context = Context()
        stype = "default"

        def asnumpy(self) -> np.ndarray:
            return np.ones((1, 2), "float32")

    assert take(NDArray()).ctx == "gpu(1)"
    assert take(Context()) == Tag("ctx", "gpu(1)")
    assert take([NDArray()])[0].kind == "nd"
