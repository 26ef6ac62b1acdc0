"""Cases that run with NumPy shapes and arrays on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...calls import Call
from ...suite import Suite


def scoped(program: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The program in NumPy scopes; its result is turned into a snapshot there."""

    def run(mx: Any) -> Any:
        from ...snapshot import take

        with mx.util.np_shape(True):
            with mx.util.np_array(True):
                return take(program(mx))

    return run


def op(
    suite: Suite,
    name: str,
    path: str,
    args: Sequence[Any],
    kwargs: Mapping[str, Any] | None = None,
    *,
    grad: Any = True,
    out: bool = False,
    mutates: bool = False,
    tol: Any = None,
) -> None:
    """As ``suite.op``, in NumPy scopes."""
    call = Call(path, args, kwargs, grad=grad, out=out, mutates=mutates)
    suite._add(name, scoped(call.run), call=call, tol=tol)


def method(suite: Suite, name: str, path: str, args: Sequence[Any], kwargs: Any = None, **options: Any) -> None:
    """A method of an ``np`` array: the path starts with a dot."""
    given = {key: value for key, value in options.items() if key != "tol"}
    call = Call(path, args, kwargs, front="np", **given)
    suite._add(name, scoped(call.run), call=call, tol=options.get("tol"))


def table(suite: Suite, group: str, programs: Mapping[str, Callable[[Any], Any]], tol: Any = None) -> None:
    """As ``suite.table``, in NumPy scopes."""
    suite.table(group, {name: scoped(program) for name, program in programs.items()}, tol=tol)
