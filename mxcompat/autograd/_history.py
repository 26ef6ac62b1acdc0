"""What was recorded, as MXNet names it: kept for `get_symbol`, by programs that name it.

torch's graph does not know MXNet's operators, and noting every call would cost each recorded operator time that hardly
a program has use for. So notes are taken in a `record` scope whose callers are in modules that name ``get_symbol``, and
everywhere after a call of it that found none. While they are taken, torch's own recording is off inside of `record`:
that sends every operator the complete way through `mxcompat.nd._invoke`, which turns it on where needed, and notes.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Sequence
from typing import Any

from torch import Tensor

from .._core.state import THREAD
from ._graph import Leaf, is_freed, leaf_of, shadow_of

_NAME = "get_symbol"
_PACKAGE = __package__.partition(".")[0]


class Recorded:
    """A variable or a call, as MXNet would have recorded it.

    Attributes:
        name: ``var0`` and ``null0`` for variables and constants, ``node_0`` for calls; counted per thread.
        op: the operator's record, the operator's name where there is no record, or None for a variable.
        values: checked attribute values, or attributes as text where there is no record.
        inputs: outputs of other ones.
        body: what a call of a graph runs.
    """

    __slots__ = ("body", "inputs", "name", "op", "values")

    def __init__(self, name: str, op: Any = None, values: Any = (), body: Any = None) -> None:
        self.name = name
        self.op = op
        self.values = values
        self.inputs: list[tuple[Recorded, int]] = []
        self.body = body


class _History:
    """Where notes are taken: everywhere, or in scopes that certain code enters; and the modules that name it or not."""

    __slots__ = ("code", "everywhere", "modules")

    def __init__(self) -> None:
        self.everywhere = False
        self.code: dict[types.CodeType, bool] = {}
        self.modules: dict[str, bool] = {}

    def wanted(self, frame: types.FrameType) -> bool:
        """Whether a scope that this frame enters is to be noted."""
        found = self.code.get(frame.f_code)
        if found is None:
            found = self.code[frame.f_code] = self._look(frame)
        return found or self.everywhere

    def _look(self, start: types.FrameType) -> bool:
        frame: types.FrameType | None = start
        while frame is not None:
            if _names_it(frame.f_code, frame.f_globals) or self._module_names_it(frame.f_globals):
                return True
            frame = frame.f_back
        return False

    def _module_names_it(self, names: dict[str, Any]) -> bool:
        name = names.get("__name__", "")
        if name.split(".")[0] == _PACKAGE:
            return False
        found = self.modules.get(name)
        if found is None:
            found = any(_names_it(code, names) for code in _codes(list(names.values()), name))
            if name != "__main__":  # a notebook's grows
                self.modules[name] = found
        return found


HISTORY = _History()


def _names_it(code: types.CodeType, names: dict[str, Any]) -> bool:
    """Whether code names this room's ``get_symbol``: many a network is made by a function that is called so, too."""
    if _NAME in code.co_names:
        if any(_is_room(name, names) for name in code.co_names):
            return True
        found = names.get(_NAME)
        if isinstance(found, types.FunctionType) and found.__module__ == __package__:
            return True
    return any(_names_it(const, names) for const in code.co_consts if isinstance(const, types.CodeType))


def _is_room(name: str, names: dict[str, Any]) -> bool:
    if name == "autograd" or name.endswith(".autograd"):
        return True
    found = names.get(name)
    return isinstance(found, types.ModuleType) and found.__name__ == __package__


def _codes(values: Iterable[Any], module: str) -> Iterable[types.CodeType]:
    for value in values:
        value = getattr(value, "__wrapped__", value) if isinstance(value, types.FunctionType) else value
        if isinstance(value, types.FunctionType) and value.__module__ == module:
            yield value.__code__
        elif isinstance(value, type) and value.__module__ == module:
            yield from _codes([one for one in vars(value).values() if isinstance(one, types.FunctionType)], module)


def note(op: Any, values: Any, arrays: Sequence[Any], made: Any, body: Any = None) -> None:
    """Note a recorded call.

    Args:
        op: see `Recorded`.
        values: see `Recorded`.
        arrays: its inputs; None for absent ones.
        made: its result, or a list of them.
        body: see `Recorded`.
    """
    outputs = made if isinstance(made, (list, tuple)) else [made]
    if not any(_in_history(array._t) for array in outputs):
        return
    call = Recorded(f"node_{THREAD.calls}", op, values, body)
    THREAD.calls += 1
    call.inputs = [_source(array) for array in arrays if array is not None]
    for i, array in enumerate(outputs):
        array._t._mx_recorded = call, i, THREAD.tape


def _in_history(tensor: Tensor) -> bool:
    return tensor.requires_grad or shadow_of(tensor) is not None


def _variable(leaf: Leaf) -> Recorded:
    if leaf.recorded is None:
        leaf.recorded = Recorded(f"var{leaf.number}")
    found: Recorded = leaf.recorded
    return found


def _source(array: Any) -> tuple[Recorded, int]:
    """Where an input comes from; a constant becomes ``null0``, ..."""
    found = recorded(array)
    if found is None:
        found = Recorded(f"null{THREAD.variables}"), 0
        THREAD.variables += 1
        array._t._mx_recorded = (*found, THREAD.tape)
    return found


def recorded(array: Any) -> tuple[Recorded, int] | None:
    """What an array is in the recorded graph; None if it is no part of one, or nobody noted it."""
    tensor: Tensor = array._t
    if tensor.requires_grad and tensor.grad_fn is not None and is_freed(tensor):
        return None
    leaf = leaf_of(tensor)
    if leaf is not None:
        return _variable(leaf), 0
    found = getattr(tensor, "_mx_recorded", None)
    if found is None or (not _in_history(tensor) and found[2] is not THREAD.tape):
        return None
    return found[0], found[1]
