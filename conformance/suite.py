"""Cases and the helpers that make them: single functions, operator calls, and whole families from one line."""

from __future__ import annotations

import importlib
import pkgutil
import random
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from . import families
from .calls import Arr, Call
from .compare import _Tolerance
from .snapshot import CannotRecord, Raised, raised, take


class Case:
    """A program with one recorded outcome. ``fails`` cases must raise; ``says`` is what our message must contain."""

    __slots__ = ("call", "fails", "id", "program", "says", "tol")

    def __init__(
        self,
        id: str,
        program: Callable[[Any], Any],
        *,
        call: Call | None = None,
        fails: bool = False,
        says: Sequence[str] = (),
        tol: _Tolerance | None = None,
    ) -> None:
        self.id, self.program, self.call, self.fails = id, program, call, fails
        self.says, self.tol = tuple(says), tol

    @property
    def area(self) -> str:
        """The first word of the id; ``ops/elemwise`` for operators."""
        words = self.id.split("/")
        return "/".join(words[:2]) if words[0] == "ops" else words[0]

    def run(self, mx: Any) -> Any:
        """The outcome on one library, as a snapshot; random streams start from seed 0."""
        mx.random.seed(0)
        np.random.seed(0)
        random.seed(0)
        try:
            with warnings.catch_warnings():  # what a program warns of is not part of its result
                warnings.simplefilter("ignore")
                return take(self.program(mx))
        except CannotRecord:
            raise
        except Exception as error:
            return raised(error)
        finally:
            mx.autograd.set_recording(False)
            mx.autograd.set_training(False)


class Suite:
    """The cases of one module. Ids start with the module's place under ``cases``: ``ops/elemwise/<name>``."""

    def __init__(self, module: str) -> None:
        self.prefix = module.split(".cases.", 1)[-1].replace(".", "/")
        self.cases: dict[str, Case] = {}

    def _add(self, name: str, program: Callable[[Any], Any], **fields: Any) -> None:
        id = f"{self.prefix}/{name}"
        if id in self.cases:
            raise ValueError(f"two cases are called {id}")
        self.cases[id] = Case(id, program, **fields)

    def case(self, name: str | None = None, *, tol: _Tolerance | None = None) -> Callable[[Any], Any]:
        """Decorator: a function of ``mx`` whose result is recorded."""

        def register(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
            self._add(name or function.__name__, function, tol=tol)
            return function

        return register

    def error(self, name: str | None = None, *, says: Sequence[str] = ()) -> Callable[[Any], Any]:
        """Decorator: a function of ``mx`` that must raise. ``says``: what our own message must contain."""

        def register(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
            self._add(name or function.__name__, function, fails=True, says=says)
            return function

        return register

    def table(self, group: str, programs: Mapping[str, Callable[[Any], Any]], *, tol: _Tolerance | None = None) -> None:
        """Many small cases: ``{name: lambda mx: ...}``."""
        for name, program in programs.items():
            self._add(f"{group}/{name}" if group else name, program, tol=tol)

    def errors(self, group: str, programs: Mapping[str, tuple[Callable[[Any], Any], Sequence[str]]]) -> None:
        """Many bad inputs: ``{name: (lambda mx: ..., ("words", "of ours"))}``."""
        for name, (program, says) in programs.items():
            self._add(f"{group}/{name}" if group else name, program, fails=True, says=says)

    def op(
        self,
        name: str,
        path: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any] | None = None,
        *,
        grad: bool | Sequence[int] = True,
        out: bool = False,
        mutates: bool = False,
        tol: _Tolerance | None = None,
        says: Sequence[str] = (),
    ) -> None:
        """One call of one operator: values, dtypes, contexts, and the gradients of its floating inputs.

        The call may fail on MXNet: then the exception's type is the record, and ``says`` is what our message must say.
        """
        call = Call(path, args, kwargs, grad=grad, out=out, mutates=mutates)
        self._add(name, call.run, call=call, tol=tol, says=says)

    def op_error(
        self,
        name: str,
        path: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any] | None = None,
        *,
        says: Sequence[str] = (),
    ) -> None:
        """One call that must be refused."""
        call = Call(path, args, kwargs)
        self._add(name, call.run, call=call, fails=True, says=says)

    def standard(self, name: str, path: str, args: Sequence[Any], *more: Any, **options: Any) -> None:
        """Every variant that "done" asks for; see ``families.standard``."""
        families.standard(self, name, path, args, *more, **options)

    def unary(self, op: str, **options: Any) -> None:
        families.unary(self, op, **options)

    def binary(self, op: str, **options: Any) -> None:
        families.binary(self, op, **options)

    def scalar(self, method: str, **options: Any) -> None:
        families.scalar(self, method, **options)

    def reduce(self, op: str, **options: Any) -> None:
        families.reduce(self, op, **options)

    unary.__doc__ = families.unary.__doc__
    binary.__doc__ = families.binary.__doc__
    scalar.__doc__ = families.scalar.__doc__
    reduce.__doc__ = families.reduce.__doc__


def attempt(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """The result of a call inside a case, or the exception it raised, as a recordable value."""
    try:
        return take(function(*args, **kwargs))
    except CannotRecord:
        raise
    except Exception as error:
        return raised(error)


def discover(words: Sequence[str] = ()) -> dict[str, dict[str, Case]]:
    """All cases by golden file: ``{"autograd/scopes": {id: case}}``. ``words``: only files whose name has one."""
    package = importlib.import_module(".cases", __package__)
    found: dict[str, dict[str, Case]] = {}
    for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        prefix = info.name[len(package.__name__) + 1 :].replace(".", "/")
        if info.ispkg or (words and not any(word in prefix for word in words)):
            continue
        suite = getattr(importlib.import_module(info.name), "suite", None)
        if isinstance(suite, Suite):
            found[suite.prefix] = suite.cases
    return dict(sorted(found.items()))


def all_cases() -> Iterable[Case]:
    for cases in discover().values():
        yield from cases.values()


__all__ = ["Arr", "Call", "Case", "Raised", "Suite", "all_cases", "attempt", "discover"]
