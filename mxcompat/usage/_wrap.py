"""Wrapping the public surface of the package so that calls from a program are counted."""

from __future__ import annotations

import functools
import importlib
import inspect
import re
import sys
import threading
import time
import warnings
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

from ..autograd import _backward
from ..migrate._table import Kind, Support, Thing, support
from ..nd.ndarray import NDArray
from ._record import Run

_PACKAGE = __name__.rpartition(".")[0].rpartition(".")[0]
#: modules that hold helpers, not what programs call
_LEFT_OUT = ("base", "libinfo", "error", "registry", "numpy_op", "numpy_dispatch")
#: methods with underscores that programs reach by syntax
_SYNTAX = {
    "__init__", "__call__", "__getitem__", "__setitem__", "__len__", "__iter__", "__neg__", "__abs__", "__matmul__",
    *(f"__{way}{name}__" for name in ("add", "sub", "mul", "truediv", "mod", "pow") for way in ("", "r", "i")),
    *(f"__{name}__" for name in ("eq", "ne", "lt", "le", "gt", "ge")),
}  # fmt: skip
#: what makes the program wait for values -> how it is called in the report
_SYNCS = {
    "asnumpy": "asnumpy", "asscalar": "asscalar", "wait_to_read": "wait_to_read", "__float__": "float()",
    "__int__": "int()", "__index__": "index", "__bool__": "bool()", "__repr__": "print", "__str__": "print",
    "__array__": "numpy", "item": "item", "tolist": "tolist",
}  # fmt: skip
#: how docstrings say of an argument that it does nothing
_ACCEPTED = re.compile(r"^\s+(?P<names>\w+(?:, \w+)*): (?P<why>(?:accepted|no effect|of no effect)\b.*)$", re.MULTILINE)


class _Waiting(threading.local):
    inside = False


_waiting = _Waiting()


def start() -> Run:
    """Load all public modules and wrap what they show; returns where the counts go."""
    watcher = _Watcher(Run(), support())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        modules = watcher.modules()
    for path, module in modules:
        watcher.classes_of(path, module)
    for path, module in modules:
        watcher.functions_of(path, module)
    watcher.array_classes()
    watcher.backward()
    watcher.run.started = time.perf_counter()
    return watcher.run


class _Watcher:
    def __init__(self, run: Run, table: Support) -> None:
        self.run = run
        self.table = table
        self.keys: dict[type[Any], str] = {}
        self.wrapped: dict[int, Any] = {}
        self.originals: list[Any] = []  # so that no id comes back

    def modules(self) -> list[tuple[str, ModuleType]]:
        """The public modules, those with short paths first: their names are the ones people use."""
        found = []
        order = {"nd": "", "random": "nd.random~"}  # mx.random shows the samplers of nd.random
        shown = {path: order.get(path, path) for path in self.table.modules()}
        paths = sorted(shown, key=lambda path: (shown[path].count("."), shown[path]))
        for path in paths:
            if path.startswith(_LEFT_OUT):
                continue
            try:
                found.append((path, importlib.import_module(f"{_PACKAGE}.{path}" if path else _PACKAGE)))
            except ImportError:  # an extra that is not installed: the program cannot use it either
                continue
        return found

    # ---- classes

    def classes_of(self, path: str, module: ModuleType) -> None:
        """Wrap the methods of a module's public classes and of their bases here."""
        for name in self.table.names(path):
            value = vars(module).get(name)
            if isinstance(value, type) and self._is_ours(value) and not issubclass(value, BaseException):
                key = f"{path}.{name}".lstrip(".")
                known = self.keys.setdefault(value, key)
                if name == value.__name__ and known.rpartition(".")[0] == path:  # not an alias such as SoftmaxCELoss
                    self.keys[value] = key
        for cls in list(self.keys):
            for base in cls.__mro__:
                if self._is_ours(base) and id(base) not in self.wrapped:
                    self.wrapped[id(base)] = base
                    self._methods(base)

    @staticmethod
    def _is_ours(value: Any) -> bool:
        defined = sys.modules.get(value.__module__)
        name = value.__module__ if defined is None else getattr(defined, "__name__", "")
        return str(name).partition(".")[0] in (_PACKAGE, "mxnet")

    def _methods(self, cls: type[Any]) -> None:
        for name, value in list(vars(cls).items()):
            if name.startswith("_") and name not in _SYNTAX:
                continue
            if isinstance(value, FunctionType):
                self._set(cls, name, self._method(name, value))
            elif isinstance(value, (classmethod, staticmethod)) and isinstance(value.__func__, FunctionType):
                key = f"{self.keys.get(cls, cls.__name__)}.{name}"
                self._set(cls, name, type(value)(self._function(key, value.__func__)))

    @staticmethod
    def _set(cls: type[Any], name: str, value: Any) -> None:
        try:
            type.__setattr__(cls, name, value)
        except TypeError:
            pass  # a class of C

    def _key(self, cls: type[Any]) -> str:
        """The public name of a class; of a program's own class that of its nearest base here."""
        key = self.keys.get(cls)
        if key is None:
            key = next((self.keys[base] for base in cls.__mro__ if base in self.keys), cls.__name__)
            self.keys[cls] = key
        return key

    def _method(self, name: str, fn: FunctionType) -> Callable[..., Any]:
        run, calls, key = self.run, self.run.calls, self._key
        ending = "" if name == "__init__" else f".{name}"
        idle = _documented(fn)
        signature = inspect.signature(fn) if idle else None
        frame = sys._getframe

        @functools.wraps(fn)
        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            if run.is_program(frame(1).f_code.co_filename):
                full = key(type(self)) + ending
                calls[full] += 1
                if signature is not None:
                    for argument in _given(signature, (self, *args), kwargs):
                        if argument in idle:
                            run.note_idle(full, argument, idle[argument], frame(1))
            return fn(self, *args, **kwargs)

        return method

    # ---- functions

    def functions_of(self, path: str, module: ModuleType) -> None:
        """Wrap a module's public functions."""
        for name in self.table.names(path):
            value = vars(module).get(name)
            if not isinstance(value, FunctionType) or not self._is_ours(value):
                continue
            new = self.wrapped.get(id(value))
            if new is None:
                new = self._function(f"{path}.{name}".lstrip("."), value)
                new.__module__, new.__qualname__ = module.__name__, name  # where pickle finds it again
                self.originals.append(value)
                self.wrapped[id(value)] = new
                self.wrapped[id(new)] = new
            setattr(module, name, new)

    def _function(self, name: str, fn: FunctionType) -> Callable[..., Any]:
        run, calls = self.run, self.run.calls
        thing = Thing(Kind.FUNCTION, name)
        signature = inspect.signature(fn)
        idle = {
            argument: reason
            for argument in signature.parameters
            if (reason := self.table.idle_argument(thing, argument))
        } or _documented(fn)
        why = self.table.idle.get(name, "")
        sync = "waitall" if name in ("nd.waitall", "ndarray.waitall") else ""
        frame = sys._getframe

        @functools.wraps(fn)
        def call(*args: Any, **kwargs: Any) -> Any:
            if run.is_program(frame(1).f_code.co_filename):
                calls[name] += 1
                if why:
                    run.note_idle(name, "", why, frame(1))
                if idle:
                    for argument in _given(signature, args, kwargs):
                        if argument in idle:
                            run.note_idle(name, argument, idle[argument], frame(1))
            return fn(*args, **kwargs)

        return self._waits(sync, call) if sync else call

    # ---- waits and backward

    def array_classes(self) -> None:
        """Time what makes a program wait for the values of arrays."""
        classes: list[type[Any]] = [NDArray, *_subclasses(NDArray)]
        for cls in classes:
            for base in cls.__mro__:
                if not self._is_ours(base):
                    continue
                for name, value in list(vars(base).items()):
                    if name in _SYNCS and isinstance(value, FunctionType) and not hasattr(value, "_mx_waits"):
                        self._set(base, name, self._waits(_SYNCS[name], value))

    def _waits(self, what: str, fn: Callable[..., Any]) -> Callable[..., Any]:
        run, now, frame = self.run, time.perf_counter_ns, sys._getframe

        @functools.wraps(fn)
        def wait(*args: Any, **kwargs: Any) -> Any:
            if _waiting.inside:  # print calls asnumpy: one wait
                return fn(*args, **kwargs)
            if run.is_program(frame(1).f_code.co_filename):
                inner = getattr(fn, "__wrapped__", fn)  # the counting wrapper does not see this call's place
                if inner is not fn:
                    run.calls[_name_of(self, what, fn, args)] += 1
            _waiting.inside = True
            begin = now()
            try:
                return fn(*args, **kwargs)
            finally:
                run.note_sync(what, now() - begin, frame(1))
                _waiting.inside = False

        wait._mx_waits = True  # type: ignore[attr-defined]
        return wait

    def backward(self) -> None:
        """Time backward passes that this library was asked for."""
        row, now = self.run.backward, time.perf_counter_ns
        for name in ("run", "gradients"):
            setattr(_backward, name, _timed(getattr(_backward, name), row, now))


def _name_of(watcher: _Watcher, what: str, fn: Callable[..., Any], args: tuple[Any, ...]) -> str:
    if what == "waitall":
        return "nd.waitall"
    return f"{watcher._key(type(args[0]))}.{fn.__name__}"


def _timed(fn: Callable[..., Any], row: list[int], now: Callable[[], int]) -> Callable[..., Any]:
    @functools.wraps(fn)
    def call(*args: Any, **kwargs: Any) -> Any:
        begin = now()
        try:
            return fn(*args, **kwargs)
        finally:
            row[0] += 1
            row[1] += now() - begin

    return call


def _subclasses(cls: type[Any]) -> list[type[Any]]:
    return [each for child in cls.__subclasses__() for each in (child, *_subclasses(child))]


def _documented(fn: FunctionType) -> dict[str, str]:
    """The arguments of which a docstring says that they do nothing."""
    found: dict[str, str] = {}
    for match in _ACCEPTED.finditer(fn.__doc__ or ""):
        for name in match["names"].split(", "):
            found[name] = match["why"]
    return found


def _given(signature: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[str]:
    """The names of the arguments of a call."""
    try:
        return list(signature.bind_partial(*args, **kwargs).arguments)
    except TypeError:
        return list(kwargs)
