"""The operator record and the decorator that makes it from a typed function on tensors."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import torch
from torch import Tensor

from .._core import timing
from .._core.context import Context
from .._core.dtypes import NAME_OF_TORCH
from .._core.errors import MXNetError
from .._core.sentinels import REQUIRED, _Null
from .tags import Illegal, Tag, complain, hints_of, tag_of

F = TypeVar("F", bound=Callable[..., Any])

#: Every name and alias of every operator.
REGISTRY: dict[str, Operator] = {}

_UNSET = inspect.Parameter.empty


@dataclass(frozen=True)
class Attribute:
    """One attribute of an operator: its tag and its default (REQUIRED if it has none)."""

    name: str
    tag: Tag
    default: Any


@dataclass(eq=False)
class Operator:
    """Everything that is known about one operator.

    Attributes:
        name: the registered name of MXNet 1.9.1.
        fn: the definition: tensors in, tensor or tuple of tensors out.
        inputs: names of the tensor parameters, in order.
        optional: the inputs that may be left out.
        variadic: name of the ``*data`` parameter, or None.
        attributes: the attributes, in MXNet's order.
        aliases: the other registered names.
        num_args: attribute that holds the number of variadic inputs (filled in, never asked for).
        outputs: number of outputs, or a function of the attribute dict.
        visible: number of outputs that a caller sees, or a function of the attribute dict.
        mutates: inputs that the definition writes to (running averages, optimizer states).
        writes_out: the definition takes a keyword-only ``out`` (a tensor, or a list of them if the operator takes
            any number of arrays; None without ``out=``), checks it, writes its results there and returns it.
        list_inputs: which inputs exist under given attributes (``no_bias`` drops ``bias``), for symbols.
        context: the definition takes a ``ctx``. Annotated ``Context | None = None`` it is an attribute that
            callers see (creation operators); annotated ``Context`` it is hidden, keyword-only, and filled in
            with the context of the first input.
        view: the definition may return memory of its input; front ends with copy semantics copy.
        same_dtype: all inputs must have one dtype.
        zero_grad: the derivative is zero everywhere; a recorded call still belongs to the graph.
        differentiable: False where MXNet defines no gradient: a backward through a recorded call is an MXNetError.
        straight_through: the gradient passes as if the operator copied its input, also where the result is integer.
        float32: what may be called in place of ``fn`` for float32 inputs without history when no attributes are
            given (usually torch's own function); by default the attribute of that name of ``fn``.
        shortcut: ``shortcut(ndim, *attribute values)`` gives a function to call in place of ``fn`` for float32 inputs
            without history, the first of ``ndim`` axes (of a list of them if the operator takes any number), whose
            result is a new contiguous tensor; None where only ``fn`` will do. The function may raise torch's errors
            where inputs do not fit: ``fn`` is called then.
        doc: the docstring of the operator.
    """

    name: str
    fn: Callable[..., Any]
    inputs: tuple[str, ...]
    optional: frozenset[str]
    variadic: str | None
    attributes: tuple[Attribute, ...]
    aliases: tuple[str, ...] = ()
    num_args: str | None = None
    outputs: int | Callable[[dict[str, Any]], int] = 1
    visible: int | Callable[[dict[str, Any]], int] | None = None
    mutates: tuple[str, ...] = ()
    writes_out: bool = False
    list_inputs: Callable[[dict[str, Any]], Sequence[str]] | None = None
    context: bool = False
    view: bool = False
    same_dtype: bool = False
    zero_grad: bool = False
    differentiable: bool = True
    straight_through: bool = False
    float32: Callable[..., Any] | None = None
    shortcut: Callable[..., Callable[[Any], Tensor] | None] | None = None
    hints: dict[str, Any] = field(default_factory=dict)
    doc: str = ""
    #: ``prepare(*values, **values)`` turns raw attribute values into the checked tuple for ``fn``; cached.
    prepare: Callable[..., tuple[Any, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.zero_grad = self.zero_grad or not self.differentiable  # the short ways hand such calls on
        self._index = {a.name: i for i, a in enumerate(self.attributes)}
        self.attr_names = tuple(a.name for a in self.attributes)
        self._defaults = tuple(a.default for a in self.attributes)
        self._ready = REQUIRED not in self._defaults
        self.prepare = functools.lru_cache(maxsize=1024, typed=True)(self.parse)
        if any(a.tag.mxnet_name.startswith("float") for a in self.attributes):
            self.prepare = _apart_from_zero(self.prepare, self.parse)

    @property
    def defaults(self) -> tuple[Any, ...] | None:
        """The attribute values of a call without attributes; None if one is required."""
        return self._defaults if self._ready else None

    def parse(self, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        """Check raw attribute values, fill in defaults; MXNetError in MXNet's words."""
        values = list(self._defaults)
        given = dict(zip(self.attr_names, args, strict=False))
        given.update(kwargs)
        for name, raw in given.items():
            position = self._index.get(name)
            if position is None:
                if name == self.num_args or (len(name) > 4 and name.startswith("__") and name.endswith("__")):
                    continue
                raise MXNetError(
                    f"Cannot find argument '{name}', Possible Arguments:\n{self.describe()}, {self.where(given)}"
                )
            if raw is _Null:
                continue
            if raw is None and name == "dtype":
                raw = "float64"  # MXNet's front end names NumPy's dtype of None
            attribute = self.attributes[position]
            if name == "dtype" and type(raw) is int and attribute.tag.mxnet_name.startswith("int"):
                raise TypeError(f"{self.name}: Cannot interpret '{raw}' as a data type")  # the same front end
            try:
                values[position] = attribute.tag.convert(raw)
            except Illegal as error:
                raise complain(attribute.tag, name, raw, error, self.where(given)) from None
            except TypeError as error:  # NumPy's own complaint about what is no dtype
                raise TypeError(f"{self.name}: {name}={raw!r}: {error}") from None
        if not self._ready:
            for attribute, value in zip(self.attributes, values, strict=True):
                if value is REQUIRED:
                    raise MXNetError(
                        f"Required parameter {attribute.name} of {attribute.tag.mxnet_name} is not presented, "
                        f"{self.where(given)}"
                    )
        return tuple(values)

    def attr_dict(self, values: Sequence[Any]) -> dict[str, Any]:
        """Attribute values by name."""
        return dict(zip(self.attr_names, values, strict=True))

    def where(self, given: dict[str, Any]) -> str:
        """The operator and the attributes of a call, as error messages end."""
        shown = "".join(f', {k}="{v}"' for k, v in given.items())
        return f'in operator {self.name}(name=""{shown})'

    def describe(self) -> str:
        """The attributes with their types and defaults, one a line."""
        lines = []
        for a in self.attributes:
            note = "required" if a.default is REQUIRED else f"optional, default={a.default!r}"
            lines.append(f"{a.name} : {a.tag.mxnet_name}, {note}")
        return "----------------\n" + "\n".join(lines) + "\n----------------"

    def num_outputs(self, values: Sequence[Any]) -> int:
        """Number of outputs under these attribute values."""
        return self.outputs if isinstance(self.outputs, int) else self.outputs(self.attr_dict(values))

    def num_visible(self, values: Sequence[Any]) -> int:
        """Number of outputs a caller sees under these attribute values."""
        if self.visible is None:
            return self.num_outputs(values)
        return self.visible if isinstance(self.visible, int) else self.visible(self.attr_dict(values))

    def call(self, tensors: Sequence[Tensor | None], values: Sequence[Any], ctx: Context | None = None) -> Any:
        """Run the definition on tensors with checked attribute values."""
        if self.variadic is not None:
            keywords = self.attr_dict(values)
            if self.context:
                keywords["ctx"] = ctx
            return self.fn(*tensors, **keywords)
        if self.context and "ctx" not in self._index:
            return self.fn(*tensors, *values, ctx=ctx)
        return self.fn(*tensors, *values)


def _apart_from_zero(cached: Callable[..., Any], plain: Callable[..., Any]) -> Callable[..., Any]:
    """Keep -0.0 out of a cache that cannot tell it from 0.0."""

    def prepare(*args: Any, **kwargs: Any) -> Any:
        if 0.0 in args or (kwargs and 0.0 in kwargs.values()):
            for value in (*args, *kwargs.values()):
                if type(value) is float and value == 0.0 and math.copysign(1.0, value) < 0:
                    return plain(*args, **kwargs)
        return cached(*args, **kwargs)

    return prepare


def op_error(name: str, text: str, **tensors: Tensor) -> MXNetError:
    """An MXNetError that names the operator and shows what it was given.

    ``op_error("dot", "columns of lhs must equal rows of rhs", lhs=a, rhs=b)`` reads
    ``dot: columns of lhs must equal rows of rhs, got lhs float32 (2, 3), rhs float32 (4, 5)``.
    """
    shown = ", ".join(f"{k} {NAME_OF_TORCH.get(t.dtype, t.dtype)} {tuple(t.shape)}" for k, t in tensors.items())
    return MXNetError(f"{name}: {text}" + (f", got {shown}" if shown else ""))


def _is_tensor(hint: Any) -> bool:
    return hint is Tensor or hint == (Tensor | None)


def make_record(name: str, fn: Callable[..., Any], like: Callable[..., Any] | None = None, **options: Any) -> Operator:
    """Read a typed function into an operator record. ``like`` gives the signature if ``fn`` has none."""
    described = like or fn
    hints = hints_of(described)
    inputs: list[str] = []
    optional: set[str] = set()
    variadic = None
    attributes: list[Attribute] = []
    context = False
    for parameter in inspect.signature(described).parameters.values():
        hint = hints.get(parameter.name)
        if options.get("writes_out") and parameter.name == "out":
            continue
        if parameter.kind is parameter.VAR_POSITIONAL:
            if hint is not Tensor:
                raise TypeError(f"operator {name}: *{parameter.name} must be annotated Tensor")
            variadic = parameter.name
        elif _is_tensor(hint):
            inputs.append(parameter.name)
            if parameter.default is not _UNSET:
                optional.add(parameter.name)
        elif hint is Context:
            context = True
        else:
            context = context or hint == (Context | None)
            default = REQUIRED if parameter.default is _UNSET else parameter.default
            try:
                tag = tag_of(hint)
            except TypeError as error:
                raise TypeError(f"operator {name}, parameter {parameter.name}: {error}") from None
            attributes.append(Attribute(parameter.name, tag, default))
    options.setdefault("float32", getattr(fn, "float32", None))
    return Operator(
        name, fn, tuple(inputs), frozenset(optional), variadic, tuple(attributes), context=context, hints=hints,
        **options,
    )  # fmt: skip


def _add(name: str, record: Operator) -> None:
    if name in REGISTRY:
        raise TypeError(f"operator {name!r} is defined twice: {REGISTRY[name].fn!r} and {record.fn!r}")
    REGISTRY[name] = record


def register(
    name: str,
    fn: Callable[..., Any],
    *,
    like: Callable[..., Any] | None = None,
    doc: str | None = None,
    **options: Any,
) -> Operator:
    """Register ``fn`` as operator ``name``: the table form of `operator`.

    Args:
        name: MXNet's registered name.
        fn: the definition; if it is not a typed Python function (say ``torch.exp``), ``like`` names a typed
            function with the same parameters.
        doc: the docstring of the operator, where ``fn`` has none of its own.
        options: fields of `Operator` (``aliases``, ``outputs``, ``view``, ...).
    """
    record = make_record(name, fn, like, **options)
    record.doc = doc or inspect.getdoc(fn) or ""
    if timing.ON:
        record.fn = timing.timed(name, record.fn)
        record.float32 = record.float32 and timing.timed(name, record.float32)
        record.shortcut = None
    _add(name, record)
    for other in record.aliases:
        _add(other, record)
    return record


def operator(name: str, **options: Any) -> Callable[[F], F]:
    """Make the decorated function the definition of operator ``name``.

    The typed signature is the record: ``Tensor`` parameters are inputs (``Tensor | None = None`` may be left
    out, ``*data: Tensor`` takes any number), the others attributes, in MXNet's order. An unknown annotation or a
    second definition of a name is an error at import. ``options`` are fields of `Operator`.
    """

    def decorate(fn: F) -> F:
        register(name, fn, **options)
        return fn

    return decorate


def alias(name: str, *others: str) -> None:
    """Give a registered operator further names."""
    record = REGISTRY[name]
    record.aliases += others
    for other in others:
        _add(other, record)


def find(name: str) -> Operator:
    """The operator registered under ``name``; MXNetError if there is none."""
    try:
        return REGISTRY[name]
    except KeyError:
        raise MXNetError(f"operator {name!r} is not registered") from None


#: operators with a dtype for their result, through which a gradient passes also where that is an integer one
CASTING = frozenset({"_np_sum", "_npi_mean", "_np_prod"})


def check_same_dtype(record: Operator, names: Sequence[str], tensors: Sequence[torch.Tensor | None]) -> None:
    """MXNetError unless all given inputs have one dtype."""
    first: tuple[str, torch.Tensor] | None = None
    for name, tensor in zip(names, tensors, strict=False):
        if tensor is None:
            continue
        if first is None:
            first = (name, tensor)
        elif tensor.dtype is not first[1].dtype:
            shown = {first[0]: first[1], name: tensor}
            raise op_error(record.name, f"{name} must have the dtype of {first[0]}", **shown)
