"""The exception tree.

RuntimeError
└── MXNetError                      an operator, its arguments or its inputs are not legal
    ├── DtypeError                  a dtype that MXNet lacks (also a KeyError, as MXNet raised for int16)
    ├── ArgumentValueError          a parameter of a distribution is out of range (also a ValueError)
    ├── InternalError               raised by the original for a broken invariant
    ├── NotSupportedError           mxcompat does not have this feature (also a NotImplementedError)
    └── NotSupportedForSparseNDArray, NotImplementedForSymbol   kept under their MXNet names
AssertionError
└── ArgumentTypeError               an argument that must be an array is something else
"""

from __future__ import annotations

COVERAGE_PAGE = "docs/coverage.md"


class MXNetError(RuntimeError):
    """Raised for every complaint that MXNet 1.9.1 raised from its native side."""


class DtypeError(MXNetError, KeyError):
    """A dtype that MXNet 1.9.1 does not have."""

    __str__ = RuntimeError.__str__


class ArgumentValueError(MXNetError, ValueError):
    """A parameter of a distribution that is out of its range."""

    __str__ = RuntimeError.__str__


class InternalError(MXNetError):
    """A broken invariant inside the library."""

    def __init__(self, msg: str) -> None:
        super().__init__(msg)


class NotSupportedError(MXNetError, NotImplementedError):
    """A feature of MXNet that mxcompat does not have; the message names it."""

    def __init__(self, feature: str, hint: str = "") -> None:
        text = f"{feature} is not supported by mxcompat"
        if hint:
            text += f": {hint}"
        super().__init__(f"{text} (what is supported: {COVERAGE_PAGE})")


class ArgumentTypeError(AssertionError):
    """An argument of the wrong kind where MXNet asserted the right one."""


class NotSupportedForSparseNDArray(MXNetError):
    """The called function needs a dense array."""

    def __init__(self, function: object, alias: str | None, *args: object) -> None:
        super().__init__()
        self.function = getattr(function, "__name__", str(function))
        self.alias = alias
        self.args = tuple(str(type(a)) for a in args)

    def __str__(self) -> str:
        name = self.function + (f" (namely operator {self.alias!r})" if self.alias else "")
        types = f" with arguments ({', '.join(self.args)})" if self.args else ""
        return f"Function {name}{types} is not supported for sparse arrays"


class NotImplementedForSymbol(MXNetError):
    """The called function works on arrays, not on symbols."""

    def __init__(self, function: object, alias: str | None, *args: object) -> None:
        super().__init__()
        self.function = getattr(function, "__name__", str(function))
        self.alias = alias
        self.args = tuple(str(type(a)) for a in args)

    def __str__(self) -> str:
        name = self.function + (f" (namely operator {self.alias!r})" if self.alias else "")
        types = f" with arguments ({', '.join(self.args)})" if self.args else ""
        return f"Function {name}{types} is not implemented for Symbol, only for NDArray"
