"""What operators of mxcompat are given while cases run: the evidence that programs hold.

`watched` imports mxcompat with every definition wrapped, so it comes before anything else imports it. Each call of a
definition from outside another one notes facts under the operator's name: ``dtype float32``, ``size one``,
``not contiguous`` (memory of a larger array, or not in order), ``set axis`` (a value that is not the default),
``is layout=NCHW`` (the value of an attribute that has a few), ``negative axis``, ``gradient`` (a gradient arrived at
its result, or MXNet's gradient is zero and a backward was run) and ``refused`` (an error that a case records came out
of it).
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import re
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from . import suite

AXES = ("axis", "axes", "dim", "dim1", "dim2")


def numbers(value: Any) -> Iterator[float]:
    """The numbers in a value or in nested sequences."""
    if isinstance(value, (list, tuple)):
        for one in value:
            yield from numbers(one)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield value


def _in_pieces(tensor: Any) -> bool:
    """Whether a tensor is a part of a larger one, or not in order."""
    whole = tensor.untyped_storage().nbytes() == tensor.numel() * tensor.element_size()
    return not whole or not tensor.is_contiguous()


def choices(attribute: Any) -> list[str]:
    """What an attribute may be, as text, where that is a list of words or a yes and no."""
    described = attribute.tag.mxnet_name
    if described == "boolean":
        return ["False", "True"]
    return re.findall(r"'([^']*)'", described) if described.startswith("{") else []


def text_of(value: Any) -> str:
    """An attribute's value as `choices` has it."""
    return str(value).rpartition(".")[2] if type(value).__name__ == "dtype" else str(value)


class _Depth(threading.local):
    calls = 0


class Watch:
    """Facts by operator, and the package whose operators are watched."""

    def __init__(self) -> None:
        self.facts: defaultdict[str, set[str]] = defaultdict(set)
        self.mx: Any = None
        self._depth = _Depth()
        self._zero: set[str] = set()  # recorded in this case with a result that has no gradient
        self._refused: set[str] = set()

    def run(self, case: suite.Case, differentiates: bool = True) -> Any:
        """Run a case and note what its operators saw; returns its outcome.

        Args:
            case: any case.
            differentiates: whether it runs a backward, which is what proves a gradient that is zero everywhere.
        """
        self._zero.clear()
        self._refused.clear()
        plain = suite.raised
        suite.raised = self._raised
        try:
            outcome = case.run(self.mx)
        finally:
            suite.raised = plain
        for name in self._zero if differentiates else ():
            self.facts[name].add("gradient")
        for name in self._refused:
            self.facts[name].add("refused")
        return outcome

    # ------------------------------------------------------------------------------------ one call

    def wrap(self, operator: Any) -> None:
        """Put the watch between an operator's record and its definition."""
        plain = getattr(operator.fn, "_unwatched", operator.fn)
        fast = getattr(operator.float32, "_unwatched", operator.float32)
        operator.fn = self._watching(operator, plain)
        operator.float32 = fast and self._watching(operator, fast)

    def _watching(self, operator: Any, function: Any) -> Any:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            depth = self._depth
            if depth.calls:
                return function(*args, **kwargs)
            depth.calls += 1
            try:
                result = function(*args, **kwargs)
            finally:
                depth.calls -= 1
                self._note_call(operator, args, kwargs)
            self._note_gradient(operator, args, result)
            return result

        call._unwatched = function  # type: ignore[attr-defined]
        return call

    def _note_call(self, operator: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        count = len(args) if operator.variadic is not None else len(operator.inputs)
        inputs = [value for value in args[:count] if value is not None]
        self._note_arrays(operator, inputs)
        named = dict(zip(operator.attr_names, args[count:]))  # noqa: B905
        self.note_values(operator, {**named, **{k: v for k, v in kwargs.items() if k in operator.attr_names}})

    def _note_arrays(self, operator: Any, tensors: Sequence[Any]) -> None:
        facts = self.facts[operator.name]
        facts.add("called")
        for tensor in tensors:
            facts.add("dtype " + str(tensor.dtype).rpartition(".")[2])
            if 1 in tensor.shape:
                facts.add("size one")
            if _in_pieces(tensor):
                facts.add("not contiguous")

    def note_values(self, operator: Any, values: dict[str, Any]) -> None:
        """Note attribute values that are not the defaults."""
        facts = self.facts[operator.name]
        for attribute in operator.attributes:
            value = values.get(attribute.name, attribute.default)
            if choices(attribute):
                facts.add(f"is {attribute.name}={text_of(value)}")
            if type(value) is not type(attribute.default) or value != attribute.default:
                facts.add(f"set {attribute.name}")
                if attribute.name in AXES and any(n < 0 for n in numbers(value)):
                    facts.add("negative axis")

    def _note_gradient(self, operator: Any, args: Sequence[Any], result: Any) -> None:
        facts = self.facts[operator.name]
        wanted = any(getattr(value, "requires_grad", False) for value in args)
        if not wanted:
            if not operator.differentiable and self.mx is not None and self.mx.autograd.is_recording():
                self._zero.add(operator.name)  # a backward is refused
            return
        results = result if isinstance(result, (list, tuple)) else (result,)
        followed = False
        for one in results:
            if getattr(one, "requires_grad", False):
                one.register_hook(lambda grad: facts.add("gradient"))
                followed = True
        if not followed:
            self._zero.add(operator.name)

    # ------------------------------------------------------------------------------------ sparse arrays and errors

    def unwatched(self, function: Any) -> Any:
        """``function``, whose calls of operators are not to count: it only asks for the shape of a result."""

        def call(*args: Any, **kwargs: Any) -> Any:
            self._depth.calls += 1
            try:
                return function(*args, **kwargs)
            finally:
                self._depth.calls -= 1

        return call

    def wrap_sparse(self, places: list[Any]) -> None:
        """Watch operators on sparse arrays, which may not reach a definition."""
        (plain,) = places

        def run(operator: Any, arrays: Sequence[Any], values: tuple[Any, ...], *rest: Any) -> Any:
            facts = self.facts[operator.name]
            facts.add("called")
            for array in arrays:
                if array is None:
                    continue
                facts.update((f"dtype {array.dtype.__name__}", f"stype {array.stype}"))
                if 1 in array.shape:
                    facts.add("size one")
                if array.stype == "default" and _in_pieces(array._t):
                    facts.add("not contiguous")
            self.note_values(operator, operator.attr_dict(values))
            if self.mx.autograd.is_recording():
                self._zero.add(operator.name)
            return plain(operator, arrays, values, *rest)

        places[:] = [run]

    def _raised(self, error: BaseException) -> Any:
        found = self.culprit(error)
        if found is not None:
            self._refused.add(found)
        return suite_raised(error)

    def culprit(self, error: BaseException) -> str | None:
        """The operator that an error came out of: the innermost one among the variables on its way."""
        found = None
        trace: TracebackType | None = error.__traceback__
        while trace is not None:
            for value in list(trace.tb_frame.f_locals.values()):
                operator = value if isinstance(value, self._operator) else getattr(value, "op", None)
                if isinstance(operator, self._operator):
                    found = operator.name
            trace = trace.tb_next
        return found

    _operator: type[Any] = type(None)


suite_raised = suite.raised


def watched() -> Watch:
    """Import mxcompat with its operators watched.

    Raises:
        RuntimeError: mxcompat is imported already.
    """
    if any(name == "mxcompat" or name.startswith("mxcompat.") for name in sys.modules):
        raise RuntimeError("operators can be watched only when nothing has imported mxcompat before")
    watch = Watch()
    spec = importlib.util.find_spec("mxcompat")
    if spec is None or spec.origin is None:
        raise RuntimeError("mxcompat is not installed")
    shell = ModuleType("mxcompat")  # lets the class of operators load before the operators
    shell.__path__ = [str(Path(spec.origin).parent)]
    sys.modules["mxcompat"] = shell
    operators = importlib.import_module("mxcompat.registry.operator")
    watch._operator = operators.Operator
    finish = operators.Operator.__post_init__

    def made(operator: Any) -> None:
        finish(operator)
        watch.wrap(operator)

    operators.Operator.__post_init__ = made
    del sys.modules["mxcompat"]
    watch.mx = importlib.import_module("mxcompat")
    for name, module in list(sys.modules.items()):
        head, _, tail = name.rpartition(".")
        if head == "mxcompat":
            setattr(watch.mx, tail, module)
    shapes = importlib.import_module("mxcompat.graph.shapes")
    shapes._call = watch.unwatched(shapes._call)
    invoking = importlib.import_module("mxcompat.nd._invoke")
    importlib.import_module("mxcompat.nd.sparse")
    watch.wrap_sparse(invoking.SPARSE)
    return watch
