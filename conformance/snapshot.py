"""What a case returned, as plain data that can be stored, read back and compared.

``take`` turns live objects (arrays of either library, NumPy values, containers, contexts, types, exceptions) into
snapshots; ``encode`` and ``decode`` carry snapshots through JSON without losing a bit.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

_PLAIN = frozenset((type(None), bool, int, float, str))
_READABLE = 256  # arrays with more elements are stored as base64
_MESSAGE = 400


class Array(NamedTuple):
    """An array or NumPy scalar: ``kind`` is nd, np (``mx.np``), numpy or scalar."""

    kind: str
    dtype: str
    values: np.ndarray
    ctx: str = "cpu(0)"
    stype: str = "default"

    def __repr__(self) -> str:
        where = "" if self.ctx == "cpu(0)" else " @" + self.ctx
        kind = self.kind if self.stype == "default" else self.kind + "/" + self.stype
        return f"<{kind} {self.dtype}{list(self.values.shape)}{where} {self.values.ravel()[:8].tolist()}>"


class Tag(NamedTuple):
    """A value known by its printed form: a type, a dtype, a context, Ellipsis."""

    kind: str
    text: str


class Raised(NamedTuple):
    """An exception: ``types`` are the class names of its MRO, nearest first, up to ``Exception``."""

    types: tuple[str, ...]
    message: str

    def __repr__(self) -> str:
        return f"<raised {self.types[0]}: {self.message}>"


class CannotRecord(TypeError):
    """A case returned something that has no snapshot form."""


def raised(error: BaseException) -> Raised:
    """Snapshot of an exception; time stamps, addresses and stack traces are cut from its message."""
    names = []
    for cls in type(error).__mro__:
        if cls in (Exception, BaseException, object):
            break
        names.append("error" if cls is re.error else cls.__name__)  # PatternError from Python 3.13 on
    text = str(error).split("Stack trace", 1)[0]
    text = re.sub(r"\[\d\d:\d\d:\d\d\]\s*", "", text)
    text = re.sub(r"\S*/(src|include|3rdparty|python)/(\S+?):\d+: ", r"\1/\2: ", text)
    text = re.sub(r"0x[0-9a-fA-F]+", "0x..", text)
    text = re.sub(r'File "[^"]*", line \d+', 'File "..", line ..', text)
    text = " ".join(text.split())
    text = re.sub(r'^Traceback \(most recent call last\): (File "\.\.", line \.\. )?(\w+Error: )?', "", text)
    return Raised(tuple(names) or (type(error).__name__,), text[:_MESSAGE])


def take(value: Any) -> Any:
    """Snapshot of a live value."""
    cls = type(value)
    if cls in _PLAIN:
        return value
    if cls in (list, tuple):
        return cls([take(item) for item in value])
    if isinstance(value, (Array, Tag, Raised)):
        return value
    if hasattr(value, "asnumpy") and hasattr(value, "context"):
        return _take_ndarray(value)
    if isinstance(value, np.ndarray):
        return _array("numpy", value)
    if isinstance(value, np.generic):
        return _array("scalar", np.asarray(value))
    if isinstance(value, Mapping):
        return {take(key): take(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return {"set": sorted(take(item) for item in value)}
    return _take_other(value, cls)


def _take_other(value: Any, cls: type) -> Any:
    if value is Ellipsis:
        return Tag("ellipsis", "...")
    if cls.__name__ == "Context":
        return Tag("ctx", str(value))
    if isinstance(value, np.dtype):
        return Tag("dtype", value.name)
    if isinstance(value, type):
        return Tag("type", _type_name(value))
    if isinstance(value, slice):
        return Tag("slice", repr(value))
    if isinstance(value, BaseException):
        return raised(value)
    if isinstance(value, (bytes, bytearray)):
        return Tag("bytes", base64.b64encode(value).decode("ascii"))
    if isinstance(value, complex):
        return Tag("complex", repr(value))
    if isinstance(value, (tuple, list)):
        return type(value).__mro__[-2]([take(item) for item in value])
    if isinstance(value, (int, float, str)):
        return take(value.__class__.__mro__[-2](value))
    raise CannotRecord(f"a case returned {cls.__module__}.{cls.__name__}, which has no snapshot form")


def _type_name(cls: type) -> str:
    if issubclass(cls, np.generic):
        return "numpy." + np.dtype(cls).name
    return cls.__name__


def _take_ndarray(value: Any) -> Array:
    stype = getattr(value, "stype", "default")
    kind = "np" if type(value).__name__ == "ndarray" else "nd"
    return _array(kind, value.asnumpy(), str(value.context), stype)


def _array(kind: str, values: np.ndarray, ctx: str = "cpu(0)", stype: str = "default") -> Array:
    dtype = values.dtype.name
    if "bfloat16" in str(values.dtype):  # MXNet hands bfloat16 out as a structured uint16
        return Array(kind, "bfloat16", np.ascontiguousarray(values).view(np.uint16).reshape(values.shape), ctx, stype)
    if values.dtype.kind not in "biufc":
        return Array(kind, dtype, np.array(values.astype(str)), ctx, stype)
    return Array(kind, dtype, np.array(values), ctx, stype)


# ---------------------------------------------------------------------------------------------- JSON


def encode(snap: Any) -> Any:
    """A snapshot as JSON data: plain values and lists stand for themselves, all else is a one-key-first dict."""
    if isinstance(snap, float) and (snap != snap or snap in (float("inf"), float("-inf"))):
        return {"float": repr(snap)}
    if type(snap) in _PLAIN:
        return snap
    if isinstance(snap, Array):
        return _encode_array(snap)
    if isinstance(snap, Raised):
        return {"raised": list(snap.types), "message": snap.message}
    if isinstance(snap, Tag):
        return {"tag": snap.kind, "text": snap.text}
    if isinstance(snap, list):
        return [encode(item) for item in snap]
    if isinstance(snap, tuple):
        return {"tuple": [encode(item) for item in snap]}
    if isinstance(snap, dict):
        if all(isinstance(key, str) for key in snap):
            return {"dict": {key: encode(item) for key, item in snap.items()}}
        return {"items": [[encode(key), encode(item)] for key, item in snap.items()]}
    raise CannotRecord(f"{type(snap).__name__} is not a snapshot")


def _encode_array(snap: Array) -> dict[str, Any]:
    values = snap.values
    data: dict[str, Any] = {snap.kind: snap.dtype, "shape": list(values.shape)}
    if snap.ctx != "cpu(0)":
        data["ctx"] = snap.ctx
    if snap.stype != "default":
        data["stype"] = snap.stype
    if values.dtype.kind in "US":
        data["text"] = values.ravel().tolist()
    elif values.dtype.kind == "c" or values.size > _READABLE:
        little = np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<"), copy=False)
        data["base64"] = base64.b64encode(little.tobytes()).decode("ascii")
    else:
        data["data"] = _numbers(values)
    return data


def _numbers(values: np.ndarray) -> list[Any]:
    flat = values.ravel()
    if flat.dtype.kind == "f":
        if flat.dtype.itemsize < 8:  # the shortest decimal that reads back as the same float16 or float32
            return [_number(float(text)) for text in flat.astype("U32").tolist()]
        return [_number(item) for item in flat.tolist()]
    if flat.dtype.kind == "b":
        return [int(item) for item in flat.tolist()]
    return flat.tolist()


def _number(item: float) -> Any:
    return item if item - item == 0 else repr(item)


def decode(data: Any) -> Any:
    """The snapshot that ``encode`` wrote."""
    if isinstance(data, list):
        return [decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    key = next(iter(data))
    if key in ("nd", "np", "numpy", "scalar"):
        return _decode_array(key, data)
    if key == "raised":
        return Raised(tuple(data["raised"]), data["message"])
    if key == "tag":
        return Tag(data["tag"], data["text"])
    if key == "tuple":
        return tuple(decode(item) for item in data["tuple"])
    if key == "dict":
        return {name: decode(item) for name, item in data["dict"].items()}
    if key == "items":
        return {decode(name): decode(item) for name, item in data["items"]}
    if key == "float":
        return float(data["float"])
    raise ValueError(f"unknown record {key!r}")


def _decode_array(kind: str, data: Mapping[str, Any]) -> Array:
    name, shape = data[kind], tuple(data["shape"])
    if "text" in data:
        values = np.array(data["text"], dtype=str).reshape(shape)
    else:
        dtype = np.dtype("uint16" if name == "bfloat16" else name)
        if "base64" in data:
            raw = base64.b64decode(data["base64"])
            values = np.frombuffer(raw, dtype.newbyteorder("<")).astype(dtype).reshape(shape)
        elif dtype.kind == "f":
            values = np.array([float(item) for item in data["data"]], dtype=dtype).reshape(shape)
        else:
            values = np.array(data["data"], dtype=dtype).reshape(shape)
    return Array(kind, name, values, data.get("ctx", "cpu(0)"), data.get("stype", "default"))
