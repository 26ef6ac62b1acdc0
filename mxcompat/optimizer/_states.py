"""Files of optimizer states: pickles, as MXNet's, but no code runs when one is read.

MXNet pickles a dict of states by parameter, or a tuple of it and the optimizer. `dumps` writes what MXNet 1.9.1 reads;
`loads` takes arrays, plain values, optimizers and learning rate schedulers out of one, and refuses all else.
"""

from __future__ import annotations

import collections
import copyreg
import io
import pickle
import sys
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from ..lr_scheduler import LRScheduler
from ..nd import NDArray
from ..nd.sparse import CSRNDArray, RowSparseNDArray
from ._base import Optimizer

_PACKAGE = __package__.partition(".")[0]
_PROTOCOL = 4  # what Python 3.8 writes, and all Pythons that MXNet ran on from 3.4 can read


def _latin1(text: str, encoding: str) -> bytes:
    """What pickles of protocols below 3 call to make bytes."""
    return text.encode("latin1" if encoding == "latin1" else "utf-8")


def _new_object(cls: type[Any], base: type[Any], state: Any) -> Any:
    """What pickles of protocols below 2 call to make an object; here for classes that were found safe."""
    if base is not object:
        raise pickle.UnpicklingError(f"optimizer states: an object built on {base!r}")
    return object.__new__(cls)


_ARRAYS: dict[str, type[Any]] = {
    "NDArray": NDArray,
    "RowSparseNDArray": RowSparseNDArray,
    "CSRNDArray": CSRNDArray,
}
_KNOWN: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("collections", "defaultdict"): collections.defaultdict,
    ("_codecs", "encode"): _latin1,
    ("copyreg", "_reconstructor"): _new_object,
    ("copyreg", "__newobj__"): copyreg.__newobj__,  # type: ignore[attr-defined]
    ("copy_reg", "_reconstructor"): _new_object,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    **{("numpy", t.__name__): t for t in (np.float16, np.float32, np.float64, np.int8, np.int32, np.int64, np.uint8)},
    **{
        (home, kind.__name__): kind
        for home in ("builtins", "__builtin__")
        for kind in (bytearray, bytes, complex, dict, float, frozenset, int, list, object, set, slice, str, tuple)
    },
}
for _home in ("numpy.core.multiarray", "numpy._core.multiarray"):
    _functions: list[Callable[..., Any]] = [np.float32(0).__reduce__()[0], np.zeros(0).__reduce__()[0]]  # type: ignore[list-item]
    _KNOWN.update({(_home, f.__name__): f for f in _functions})
for _home in ("numpy.core.numeric", "numpy._core.numeric"):
    _KNOWN[_home, "_frombuffer"] = np.zeros(0).__reduce_ex__(5)[0]


class _Reader(pickle.Unpickler):
    """Finds arrays, plain types, optimizers and schedulers; nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        known = _KNOWN.get((module, name))
        if known is not None:
            return known
        top, _, rest = module.partition(".")
        if top in ("mxnet", _PACKAGE):
            if rest.startswith(("ndarray", "nd.", "numpy.")) and name in _ARRAYS:
                return _ARRAYS[name]
            module = f"{_PACKAGE}.{rest}"
        found = getattr(sys.modules.get(module), name, None)  # looked up, never imported
        if isinstance(found, type) and issubclass(found, (Optimizer, LRScheduler)):
            return found
        raise pickle.UnpicklingError(
            f"optimizer states: {module}.{name} is neither an array, a plain value, an optimizer nor a learning rate "
            "scheduler that is loaded; if it is a class of the program, import its module first"
        )


class _Writer(pickle._Pickler):
    """Writes classes of this package under the names that MXNet knows them by."""

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, NDArray):
            return type(obj), (None,), obj.__getstate__()
        return NotImplemented

    def save_global(self, obj: Any, name: str | None = None) -> None:
        module = getattr(obj, "__module__", None)
        own = isinstance(obj, type) and isinstance(module, str) and module.split(".")[0] in (_PACKAGE, "mxnet")
        if not own:
            super().save_global(obj, name)  # type: ignore[misc]
            return
        _, _, rest = str(module).partition(".")
        self.save(f"mxnet.{rest}")  # type: ignore[attr-defined]
        self.save(obj.__qualname__)  # type: ignore[attr-defined]
        self.write(pickle.STACK_GLOBAL)  # type: ignore[attr-defined]
        self.memoize(obj)  # type: ignore[attr-defined]

    dispatch: ClassVar[dict[Any, Any]] = {**pickle._Pickler.dispatch, type: save_global}


def dumps(states: Any) -> bytes:
    """States, or a tuple of states and the optimizer, as a pickle that MXNet reads."""
    buffer = io.BytesIO()
    _Writer(buffer, _PROTOCOL).dump(states)
    return buffer.getvalue()


def loads(data: bytes) -> Any:
    """What a pickle of states holds.

    Raises:
        pickle.UnpicklingError: no pickle, or one that holds more than states.
    """
    return _Reader(io.BytesIO(data)).load()
