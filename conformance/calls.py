"""One operator call as data: built, run forward and backward on either library, printed as code to paste.

Table cases and the live differential test both describe calls this way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from .snapshot import Array, CannotRecord, Tag, raised, take

FLOATS = ("float32", "float64", "float16")
INTS = ("int32", "int64", "int8", "uint8")
DTYPES = FLOATS + INTS
#: layouts of dense arrays beside the plain one
VIEWS = ("rows", "transposed", "reshaped")
STORAGES = ("csr", "row_sparse")
LAYOUTS = ("plain", *VIEWS, *STORAGES)


class Arr:
    """An input array, described: shape, dtype and where its values come from.

    ``values`` (nested lists) wins over drawn ones. Drawn values are uniform in ``[low, high]`` from a legacy NumPy
    stream, the same in every NumPy version; integers include both ends; ``unique`` draws a permutation instead, so
    that ordering operators have no ties. ``layout`` says how the array comes about on the library: ``plain``,
    ``rows`` (a slice out of the middle of a larger array), ``transposed`` (``transpose`` of its transpose),
    ``reshaped`` (``reshape`` of a flat array), ``csr`` or ``row_sparse`` (kept as such, without its zeros).
    """

    __slots__ = ("dtype", "high", "layout", "low", "req", "seed", "shape", "unique", "values")

    def __init__(
        self,
        shape: int | Sequence[int] | None = None,
        dtype: str = "float32",
        low: float = -2.0,
        high: float = 2.0,
        *,
        values: Any = None,
        seed: int = 1,
        unique: bool = False,
        layout: str = "plain",
        req: str = "write",
    ) -> None:
        if (shape is None) == (values is None):
            raise ValueError("Arr takes either shape or values")
        if layout not in LAYOUTS:
            raise ValueError(f"Arr: layout={layout!r} is not one of {LAYOUTS}")
        self.values = values
        if shape is None:
            shape = np.shape(values)
        self.shape = (shape,) if isinstance(shape, int) else tuple(shape)
        self.dtype, self.low, self.high, self.seed = dtype, low, high, seed
        self.unique, self.layout, self.req = unique, layout, req

    def with_(self, **changes: Any) -> Arr:
        """A copy with some fields changed."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        fields.update(changes)
        if fields["values"] is not None:
            del fields["shape"]
        return Arr(**fields)

    @property
    def is_float(self) -> bool:
        return self.dtype in ("float16", "float32", "float64", "bfloat16")

    def numpy(self) -> np.ndarray:
        """The values, as a fresh NumPy array."""
        if self.values is not None:
            return np.array(self.values, dtype=self.dtype).reshape(self.shape)
        return _draw(self.shape, self.dtype, self.low, self.high, self.seed, self.unique).copy()

    def build(self, mx: Any, front: str = "nd") -> Any:
        """The array on the library."""
        values = self.numpy()
        make = getattr(mx, front).array
        if self.layout == "rows" and values.ndim:
            pad = np.ones_like(values[:1])
            return make(np.concatenate([pad, values, pad]), dtype=self.dtype)[1:-1]
        if self.layout == "transposed" and values.ndim > 1:
            back = make(np.ascontiguousarray(values.T), dtype=self.dtype)
            return getattr(mx, front).transpose(back)
        if self.layout == "reshaped" and values.ndim:
            return make(values.reshape(-1), dtype=self.dtype).reshape(self.shape)
        if self.layout in STORAGES:
            return make(values, dtype=self.dtype).tostype(self.layout)
        return make(values, dtype=self.dtype)

    def code(self, front: str = "nd") -> str:
        """Source that builds the array."""
        data = self.numpy().tolist()
        base = f"mx.{front}.array({_literal(data)}, dtype={self.dtype!r})"
        if self.layout == "transposed" and len(self.shape) > 1:
            data = self.numpy().T.tolist()
            return f"mx.{front}.transpose(mx.{front}.array({_literal(data)}, dtype={self.dtype!r}))"
        if self.layout in STORAGES:
            return f"{base}.tostype({self.layout!r})"
        return base if self.layout == "plain" else base + f"  # layout {self.layout}"


@lru_cache(maxsize=4096)
def _draw(shape: tuple[int, ...], dtype: str, low: float, high: float, seed: int, unique: bool) -> np.ndarray:
    rng = np.random.RandomState((seed * 7919 + 13 * len(shape) + sum(shape)) % 2**32)
    count = int(np.prod(shape)) if shape else 1
    kind = np.dtype(dtype).kind
    if unique:
        drawn = rng.permutation(count)
        if kind == "f":
            drawn = (drawn - count // 2) * 0.5
    elif kind == "f":
        drawn = rng.uniform(low, high, count)
    elif kind == "b":
        drawn = rng.randint(0, 2, count)
    else:
        bottom = max(math.ceil(low), 0) if kind == "u" else math.ceil(low)
        drawn = rng.randint(bottom, max(math.floor(high), bottom) + 1, count)
    return np.asarray(drawn, dtype=dtype).reshape(shape)


def head_gradient(values: np.ndarray) -> np.ndarray:
    """A gradient for an output: not uniform, exact in every dtype, never zero for floats."""
    flat = (np.arange(values.size) * 7 % 11 - 5) / 4 + 0.125
    return flat.astype(values.dtype).reshape(values.shape)


class Call:
    """A call of one function: ``path`` from the package (``nd.sum``) or, with a leading dot, from the first argument
    (``.sum``, ``.__getitem__``); ``args`` and ``kwargs`` may hold ``Arr`` anywhere, also inside lists and tuples.

    ``grad``: True for the gradient of every floating input, or the positions of inputs to take it of.
    ``out``: call again with ``out=`` arrays. ``mutates``: also return the inputs as they are after the call.
    ``into``: the position of the input that is given as ``out``, as updates of weights are called.
    ``train``: record in training mode. ``front``: what makes the arrays, ``nd`` or ``np``; told by the path if None.
    """

    __slots__ = ("args", "front", "grad", "into", "kwargs", "mutates", "out", "path", "train")

    def __init__(
        self,
        path: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        grad: bool | Sequence[int] = False,
        out: bool = False,
        mutates: bool = False,
        into: int | None = None,
        train: bool = True,
        front: str | None = None,
    ) -> None:
        self.path, self.args, self.kwargs = path, tuple(args), dict(kwargs or {})
        self.front = front or ("np" if path.startswith(("np.", "npx.")) else "nd")
        self.grad = grad if isinstance(grad, bool) else tuple(grad)
        self.out, self.mutates, self.into, self.train = out, mutates, into, train

    def inputs(self) -> list[Arr]:
        found: list[Arr] = []
        _map((self.args, self.kwargs), found.append)
        return found

    def wanted(self) -> list[int]:
        """Positions of the inputs whose gradient is asked."""
        if self.grad is True:
            return [i for i, arr in enumerate(self.inputs()) if arr.is_float]
        return list(self.grad or ())

    def bind(self, mx: Any) -> tuple[Callable[[], Any], list[Any]]:
        """Fresh inputs on the library, and the call on them."""
        arrays: list[Any] = []

        def build(arr: Arr) -> Any:
            arrays.append(arr.build(mx, self.front))
            return arrays[-1]

        args, kwargs = _map((self.args, self.kwargs), build)
        if self.into is not None:
            kwargs["out"] = arrays[self.into]
        target: Any = mx
        names = self.path.split(".")
        if not names[0]:
            target, args, names = args[0], args[1:], names[1:]
        for name in names:
            target = getattr(target, name)
        return lambda **extra: target(*args, **kwargs, **extra), arrays

    def run(self, mx: Any) -> Any:
        """Snapshot of the call: outputs, then gradients, then the variants asked for."""
        call, arrays = self.bind(mx)
        output = call()
        result: dict[str, Any] = {"out": take(output)}
        if self.mutates:
            result["inputs"] = [take(array) for array in arrays]
        if self.out:
            result["out="] = self._with_out(mx, result["out"])
        if self.wanted():
            try:
                self._gradient(mx, result)
            except CannotRecord:
                raise
            except Exception as error:
                result["grad"] = raised(error)
        return result

    def _with_out(self, mx: Any, expected: Any) -> Any:
        call, _ = self.bind(mx)
        single = isinstance(expected, Array)
        make = getattr(mx, self.front).full
        outs = [make(e.values.shape, 7, dtype=e.dtype) for e in ([expected] if single else expected)]
        try:
            returned = call(out=outs[0] if single else outs)
            same = returned is outs[0] if single else all(a is b for a, b in zip(returned, outs))  # noqa: B905
            filled = [take(out) for out in outs]
        except Exception as error:
            return raised(error)
        equal = _identical(filled, [expected] if single else list(expected))
        return {"is out": bool(same), "equal": True} if equal else {"is out": bool(same), "values": filled}

    def _gradient(self, mx: Any, result: dict[str, Any]) -> None:
        call, arrays = self.bind(mx)
        specs, wanted = self.inputs(), self.wanted()
        for index in wanted:
            arrays[index].attach_grad(specs[index].req)
        with mx.autograd.record(train_mode=self.train):
            output = call()
        snap = take(output)
        if not _identical(snap, result["out"]):
            result["out recorded"] = snap
        heads = [item for item in _flat(output) if hasattr(item, "asnumpy")]
        floats = [item for item in heads if np.dtype(item.dtype).kind == "f"]
        heads = floats or heads
        make = getattr(mx, self.front).array
        given = [make(head_gradient(head.asnumpy()), dtype=head.dtype) for head in heads]
        mx.autograd.backward(heads, given)
        result["grad"] = [take(arrays[index].grad) for index in wanted]

    def code(self) -> str:
        """Source that repeats the call, ready to paste."""
        lines: list[str] = ["import mxnet as mx", ""]
        if self.front == "np":
            lines[1:] = ["mx.npx.set_np()", ""]
        names: list[str] = []

        def name(arr: Arr) -> _Code:
            names.append("x%d" % len(names))
            lines.append(f"{names[-1]} = {arr.code(self.front)}")
            return _Code(names[-1])

        args, kwargs = _map((self.args, self.kwargs), name)
        wanted = [names[i] for i in self.wanted()]
        lines += [f"{x}.attach_grad()" for x in wanted]
        head = self.path
        rest = list(args)
        prefix = _source(rest.pop(0)) if head.startswith(".") else "mx."
        words = [_source(item) for item in rest] + [f"{key}={_source(item)}" for key, item in kwargs.items()]
        if self.into is not None:
            words.append(f"out={names[self.into]}")
        text = f"{prefix}{head}({', '.join(words)})"
        if wanted:
            lines += [
                "with mx.autograd.record():",
                f"    y = {text}",
                "ys = y if isinstance(y, (list, tuple)) else [y]",
            ]
            lines += [
                "import numpy as np",
                "heads = [(np.arange(o.size) * 7 % 11 - 5) / 4 + 0.125 for o in ys]",
            ]
            lines += [
                "heads = [mx.%s.array(h.reshape(o.shape), dtype=o.dtype) for h, o in zip(heads, ys)]" % self.front
            ]
            lines += [
                "mx.autograd.backward(ys, heads)",
                "print(y)",
                f"print({', '.join(x + '.grad' for x in wanted)})",
            ]
        else:
            lines += [f"y = {text}", "print(y)"]
            lines += [f"print({x})" for x in names if self.mutates]
        return "\n".join(lines)


class _Code(str):
    """Source text that stands for itself."""


def _source(value: Any) -> str:
    if isinstance(value, _Code):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(_source(item) for item in value) + "]"
    if isinstance(value, tuple):
        return "(" + "".join(_source(item) + ", " for item in value) + ")"
    if isinstance(value, np.ndarray):
        return f"np.array({_literal(value.tolist())}, dtype={value.dtype.name!r})"
    if isinstance(value, np.generic):
        return f"np.{value.dtype.name}({value.item()!r})"
    return _literal(value)


def _literal(value: Any) -> str:
    text = repr(value)
    for word in ("nan", "inf"):
        if word in text:
            text = text.replace(word, f"float('{word}')")
    return text


def _map(value: Any, function: Callable[[Arr], Any]) -> Any:
    cls = type(value)
    if cls is Arr:
        return function(value)
    if cls is tuple or cls is list:
        return cls([_map(item, function) for item in value])
    if cls is dict:
        return {key: _map(item, function) for key, item in value.items()}
    return value


def _flat(value: Any) -> list[Any]:
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in _flat(item)]
    return [value]


def _identical(left: Any, right: Any) -> bool:
    if isinstance(left, Array) and isinstance(right, Array):
        if (left.kind, left.dtype, left.ctx, left.values.shape) != (
            right.kind,
            right.dtype,
            right.ctx,
            right.values.shape,
        ):
            return False
        a, b = left.values, right.values
        return bool(np.all((a == b) | ((a != a) & (b != b))))
    if isinstance(left, (list, tuple)):
        return (
            isinstance(right, (list, tuple))
            and len(left) == len(right)
            and all(_identical(a, b) for a, b in zip(left, right))  # noqa: B905
        )
    return bool(left == right) and type(left) is type(right)


# ------------------------------------------------------------------------- calls through JSON (live)


def encode_call(call: Call) -> dict[str, Any]:
    """A call as JSON data."""
    return {
        "path": call.path,
        "args": _encode(call.args),
        "kwargs": _encode(call.kwargs),
        "grad": call.grad if isinstance(call.grad, bool) else list(call.grad),
        "out": call.out,
        "mutates": call.mutates,
        "into": call.into,
        "train": call.train,
        "front": call.front,
    }


def decode_call(data: Mapping[str, Any]) -> Call:
    """The call that ``encode_call`` wrote."""
    flags = {key: data[key] for key in ("grad", "out", "mutates", "into", "train", "front")}
    return Call(data["path"], _decode(data["args"]), _decode(data["kwargs"]), **flags)


def _encode(value: Any) -> Any:
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        return {"f": repr(value)}
    if isinstance(value, Arr):
        fields = {name: getattr(value, name) for name in Arr.__slots__}
        fields["shape"] = list(fields["shape"])
        fields["values"] = _encode(fields["values"])
        return {"arr": fields}
    if isinstance(value, list):
        return [_encode(item) for item in value]
    if isinstance(value, tuple):
        return {"t": [_encode(item) for item in value]}
    if isinstance(value, dict):
        return {"d": {key: _encode(item) for key, item in value.items()}}
    if isinstance(value, slice):
        return {"s": [_encode(item) for item in (value.start, value.stop, value.step)]}
    if value is Ellipsis:
        return {"e": 1}
    if isinstance(value, np.ndarray):
        return {"np": value.dtype.name, "shape": list(value.shape), "v": _encode(value.ravel().tolist())}
    if isinstance(value, np.generic):
        return {"g": value.dtype.name, "v": _encode(value.item())}
    raise TypeError(f"a call cannot hold {type(value).__name__}")


def _decode(data: Any) -> Any:
    if isinstance(data, list):
        return [_decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    key = next(iter(data))
    value = data[key]
    if key == "f":
        return float(value)
    if key == "arr":
        fields = dict(value, values=_decode(value["values"]))
        if fields["values"] is not None:
            del fields["shape"]
        return Arr(**fields)
    if key == "t":
        return tuple(_decode(item) for item in value)
    if key == "d":
        return {name: _decode(item) for name, item in value.items()}
    if key == "s":
        return slice(*[_decode(item) for item in value])
    if key == "e":
        return Ellipsis
    if key == "np":
        return np.array(_decode(data["v"]), dtype=value).reshape(data["shape"])
    if key == "g":
        return np.dtype(value).type(_decode(data["v"]))
    raise ValueError(f"unknown call data {key!r}")


__all__ = ["DTYPES", "FLOATS", "INTS", "Arr", "Call", "Tag", "decode_call", "encode_call", "head_gradient"]
