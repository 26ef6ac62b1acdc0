"""The Symbol class: outputs of a graph, and everything that can be asked of them or made from them."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from .._core.dtypes import FLAG_OF_TORCH, to_torch_dtype
from .._core.errors import MXNetError, NotImplementedForSymbol
from ..attribute import _scoped_attributes
from ..graph.build import SHORT_KEYS, copy_graph, make_node, outputs_of, parse_attributes, substitute, variable_key
from ..graph.facts import output_name
from ..graph.json import from_json, to_json
from ..graph.node import Entry, Node, in_order, variables
from ..serialization.symbol_json import read_text, write_text
from ._debug import debug_text
from ._inference import Inference
from ._running import Running

if TYPE_CHECKING:
    from ._methods import Methods
else:
    from ._method_table import Methods

_LISTED_SHORT = {f"__{key}__": key for key in SHORT_KEYS}


class Symbol(Inference, Running, Methods):
    """One or several outputs of a graph of operators.

    Attributes:
        handle: the outputs, a list of `mxcompat.graph.node.Entry`.

    Symbols are made by `var`, by the functions of `mxnet.sym` and by `load`. Source: MXNet 1.9.1
    python/mxnet/symbol/symbol.py.
    """

    __slots__ = ("handle",)
    __module__ = "mxcompat.symbol.symbol"

    #: whether it is a symbol of the NumPy front end
    _in_numpy: ClassVar[bool] = False
    #: keeps NumPy from taking a symbol for an array of objects
    __array_priority__ = 1000.0

    def __init__(self, handle: list[Entry] | None) -> None:
        self.handle: list[Entry] = handle  # type: ignore[assignment]  # None only while a pickle is read

    def as_np_ndarray(self) -> Any:
        """The same outputs as a symbol of the NumPy front end."""
        if not NUMPY_CLASS:
            importlib.import_module(".numpy", __package__)  # loaded when a program first wants it
        return NUMPY_CLASS[0](list(self.handle))

    def as_nd_ndarray(self) -> Symbol:
        """This symbol itself, which is one of the classic front end."""
        return self

    def __repr__(self) -> str:
        name = self.name
        if name is None:
            name = f"group [{', '.join(str(each.name) for each in self)}]"
        return f"<{type(self).__name__} {name}>"

    # ------------------------------------------------------------------ outputs
    def __len__(self) -> int:
        return len(self.handle)

    def __iter__(self) -> Iterator[Symbol]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: Any) -> Symbol:
        count = len(self.handle)
        if isinstance(index, slice):
            start = 0 if index.start is None else index.start
            stop = count if index.stop is None else index.stop
            step = 1 if index.step is None else index.step
            group: Symbol = Group([self[i] for i in range(start, stop, step)], type(self))
            return group
        if isinstance(index, str):
            found = [i for i, name in enumerate(self.list_outputs()) if name == index]
            if len(found) > 1:
                raise ValueError(f'There are multiple outputs with name "{index}"')
            if not found:
                raise ValueError(f'Cannot find output that matches name "{index}"')
            index = found[0]
        if not isinstance(index, int):
            raise TypeError(f"a Symbol's output is named by an integer, a name or a slice, got {type(index).__name__}")
        if index >= count:
            raise IndexError(f"symbol has {count} outputs, index {index} is out of range")
        if index < 0:
            raise MXNetError(f"Symbol only accept nonnegative index, got {index}")
        return type(self)([self.handle[index]])

    @property
    def name(self) -> str | None:
        """Name of the node; None for a group of several."""
        node = self.handle[0].node
        if any(entry.node is not node for entry in self.handle):
            return None
        return node.name

    def list_outputs(self) -> list[str]:
        """Names of the outputs."""
        return [output_name(*entry) for entry in self.handle]

    def list_arguments(self) -> list[str]:
        """Names of the variables behind the outputs that no operator writes to, depth first."""
        return [node.name for node in variables(self.handle)[0]]

    def list_auxiliary_states(self) -> list[str]:
        """Names of the variables that operators write to (running averages), depth first."""
        return [node.name for node in variables(self.handle)[1]]

    def list_inputs(self) -> list[str]:
        """Names of all variables behind the outputs, depth first."""
        return [node.name for node in in_order(self.handle) if node.op is None]

    def get_internals(self) -> Symbol:
        """A group of the outputs of every node behind this symbol."""
        return Symbol([entry for node in in_order(self.handle) for entry in outputs_of(node)])

    def get_children(self) -> Symbol | None:
        """A group of the direct inputs of the outputs' nodes; None for variables."""
        seen: dict[Node, None] = dict.fromkeys(entry.node for entry in self.handle)
        entries = [entry for node in seen for entry in node.inputs]
        return Symbol(entries) if entries else None

    # ------------------------------------------------------------------ attributes
    def attr(self, key: str) -> str | None:
        """An attribute of the node, or None; ``name`` is its name.

        Raises:
            MXNetError: the symbol is a group of several nodes.
        """
        node = self._only_node("attr")
        if key == "name":
            return node.name
        if key == "_value_index":
            return str(self.handle[0].index)
        value = node.attrs.get(key)
        return node.attrs.get(f"__{key}__") if value is None and key in SHORT_KEYS else value

    def _only_node(self, what: str) -> Node:
        node = self.handle[0].node
        if any(entry.node is not node for entry in self.handle):
            raise MXNetError(f"{what}: the symbol is a group of several nodes ({', '.join(self.list_outputs())})")
        return node

    def list_attr(self, recursive: bool = False) -> dict[str, str]:
        """The attributes of the node (of the first output).

        Args:
            recursive: refused, as in MXNet; see `attr_dict`.
        """
        if recursive:
            raise DeprecationWarning(
                f"Symbol.list_attr: recursive={recursive} is gone; call attr_dict() for the attributes of all nodes"
            )
        return _listed(self.handle[0].node.attrs)

    def attr_dict(self) -> dict[str, dict[str, str]]:
        """The attributes of every node behind this symbol, by node name."""
        return {node.name: _listed(node.attrs) for node in in_order(self.handle) if node.attrs}

    def _set_attr(self, **kwargs: str) -> None:
        """Set attributes of the node; text only."""
        for key, value in kwargs.items():
            if not isinstance(value, str):
                raise ValueError(f"Set Attr only accepts string values, got {key}={value!r}")
        node = self._only_node("_set_attr")
        changed = {**node.attrs, **{variable_key(key, value): value for key, value in kwargs.items()}}
        if node.op is not None:
            values = parse_attributes(node.op, changed, node.name)
            node.values = values
        node.attrs = changed

    # ------------------------------------------------------------------ composition
    def __call__(self, *args: Symbol, **kwargs: Any) -> Symbol:
        """A copy with variables replaced by other symbols, by name. ``name`` renames the output's node."""
        copied = self.__copy__()
        copied._compose(*args, **kwargs)
        return copied

    def _compose(self, *args: Symbol, **kwargs: Any) -> None:
        name = kwargs.pop("name", None)
        if args and kwargs:
            raise TypeError(
                f"Symbol: {len(args)} inputs came by position and {sorted(kwargs)} by keyword; give all in one way"
            )
        for value in (*args, *kwargs.values()):
            if not isinstance(value, Symbol):
                raise TypeError(f"Compose expect `Symbol` as arguments, got {type(value).__name__}")
        node = self.handle[0].node
        atomic = node.op is not None and not node.inputs and all(entry.node is node for entry in self.handle)
        named = {key: value.handle for key, value in kwargs.items()}
        if atomic and node.op is not None:
            made = make_node(node.op, name or node.name, node.attrs, [value.handle for value in args], named)
            node.inputs, node.name, node.subgraphs = made.inputs, made.name, made.subgraphs
            return
        if args:
            raise MXNetError("General composition only support kwargs for now: name the variables to replace")
        if name:
            node.name = name
        self.handle = substitute(self.handle, named)

    def _gen_atomic_symbol(self) -> Symbol:
        """The operator of the node alone, ready to be composed with other inputs."""
        node = self._only_node("_gen_atomic_symbol")
        return Symbol(outputs_of(Node(node.op, "", (), dict(node.attrs), node.values)))

    def __copy__(self) -> Symbol:
        return self.__deepcopy__(None)

    def __deepcopy__(self, _: Any) -> Symbol:
        return type(self)(copy_graph(self.handle))

    # ------------------------------------------------------------------ pickling and text
    def __getstate__(self) -> dict[str, str | None]:
        return {"handle": self.tojson() if self.handle else None}

    def __setstate__(self, state: dict[str, str | None]) -> None:
        text = state["handle"]
        self.handle = [] if text is None else load_json(text).handle

    def __reduce__(self) -> Any:
        return type(self), (None,), self.__getstate__()

    def debug_str(self) -> str:
        """The graph as text: variables, and operators with inputs and attributes."""
        return debug_text(self.handle)

    def tojson(self, remove_amp_cast: bool = True) -> str:
        """The graph in MXNet's JSON form.

        Args:
            remove_amp_cast: leave out the casts that mixed precision put in.
        """
        return to_json(self.handle, remove_amp_cast)

    def save(self, fname: str, remove_amp_cast: bool = True) -> None:
        """Write the JSON form to a file.

        Args:
            fname: path.
            remove_amp_cast: leave out the casts that mixed precision put in.
        """
        if not isinstance(fname, str):
            raise TypeError(f"fname need to be string, got {type(fname).__name__}")
        write_text(fname, self.tojson(remove_amp_cast))

    # ------------------------------------------------------------------ methods with a signature of their own
    def flatten(self, inplace: bool = False, **kwargs: Any) -> Any:
        """``sym.flatten``; ``inplace`` has no meaning for symbols."""
        return OPS["flatten"](self, **kwargs)

    def expand_dims(self, axis: int, inplace: bool = False, **kwargs: Any) -> Any:
        """``sym.expand_dims``; ``inplace`` has no meaning for symbols."""
        return OPS["expand_dims"](self, axis=axis, **kwargs)

    def squeeze(self, axis: Any = None, inplace: bool = False, **kwargs: Any) -> Any:
        """``sym.squeeze``; ``inplace`` has no meaning for symbols."""
        return OPS["squeeze"](self, axis=axis, **kwargs)

    def diag(self, k: int = 0, **kwargs: Any) -> Any:
        """``sym.diag`` of the diagonal ``k``."""
        return OPS["diag"](self, k, **kwargs)

    def split_v2(self, *args: Any, **kwargs: Any) -> Any:
        """``sym.split_v2`` of this symbol."""
        return OPS["split_v2"](self, *args, **kwargs)

    # ------------------------------------------------------------------ backends, gradients
    def get_backend_symbol(self, backend: str) -> Symbol:
        """The graph cut up for a backend that MXNet was built with; there is none here.

        Raises:
            MXNetError: always, as MXNet does for a backend that it does not know.
        """
        raise MXNetError(f"get_backend_symbol: SubgraphProperty {backend} is not found in SubgraphBackendRegistry")

    def optimize_for(
        self,
        backend: str,
        args: dict[str, Any] | None = None,
        aux: dict[str, Any] | None = None,
        ctx: Any = None,
        shape_dict: dict[str, Sequence[int]] | None = None,
        type_dict: dict[str, Any] | None = None,
        stype_dict: dict[str, str] | None = None,
        skip_infer: bool = False,
        **kwargs: Any,
    ) -> Symbol:
        """A copy of the graph. No backend of MXNet's exists here, and one that it does not know changes nothing there.

        Args:
            backend: name of the backend.
            args, aux, ctx, shape_dict, type_dict, stype_dict, skip_infer, kwargs: checked, then without effect.
        """
        if not isinstance(backend, str):
            raise AssertionError(f"optimize_for: backend must be text, got {backend!r}")
        for name, given in (("args", args), ("aux", aux)):
            if given is not None and not isinstance(given, dict):
                raise AssertionError(f"optimize_for: {name} must be a dict, got {type(given).__name__}")
        for value in (shape_dict or {}).values():
            if not isinstance(value, (tuple, list)):
                raise ValueError(f"simple_bind: the shape {value!r} must be a tuple or a list")
        for value in (type_dict or {}).values():
            np.dtype(value)
        return self.__copy__()

    def gradient(self, wrt: Sequence[str]) -> Symbol:
        """Not implemented in MXNet 1.9.1 either; bind the symbol and use ``backward``.

        Raises:
            MXNetError: always.
        """
        raise MXNetError("Symbol.gradient: not implemented; bind the symbol and call backward on the executor")

    # ------------------------------------------------------------------ what only arrays have
    def __bool__(self) -> bool:
        raise NotImplementedForSymbol(self.__bool__, "bool")

    __nonzero__ = __bool__

    def __iadd__(self, other: Any) -> Any:
        raise NotImplementedForSymbol(self.__iadd__, "+=", other, 1)

    def __isub__(self, other: Any) -> Any:
        raise NotImplementedForSymbol(self.__isub__, "-=", other)

    def __imul__(self, other: Any) -> Any:
        raise NotImplementedForSymbol(self.__imul__, "*=", other)

    def __idiv__(self, other: Any) -> Any:
        raise NotImplementedForSymbol(self.__idiv__, "/=", other)

    def __itruediv__(self, other: Any) -> Any:
        raise NotImplementedForSymbol(self.__itruediv__, "/=", other)

    def __neg__(self) -> Any:
        return self.__mul__(-1.0)

    def __abs__(self) -> Any:
        return self.abs()

    def wait_to_read(self) -> Any:
        """Arrays only."""
        raise NotImplementedForSymbol(self.wait_to_read, None)

    def asnumpy(self) -> Any:
        """Arrays only; see `eval`."""
        raise NotImplementedForSymbol(self.asnumpy, None)

    def asscalar(self) -> Any:
        """Arrays only; see `eval`."""
        raise NotImplementedForSymbol(self.asscalar, None)

    def copy(self) -> Any:
        """Arrays only; `copy.copy` copies a symbol."""
        raise NotImplementedForSymbol(self.copy, None)

    def as_in_context(self) -> Any:
        """Arrays only."""
        raise NotImplementedForSymbol(self.as_in_context, None)

    def detach(self) -> Any:
        """Arrays only; `sym.BlockGrad` stops gradients."""
        raise NotImplementedForSymbol(self.detach, None)

    def backward(self) -> Any:
        """Arrays and executors only."""
        raise NotImplementedForSymbol(self.backward, None)


#: MXNet's name for what all kinds of symbols have in common
SymbolBase = Symbol
#: functions of operators that the class needs; filled when they are bound
OPS: dict[str, Any] = {}
#: the symbol class of the NumPy front end, put here by it
NUMPY_CLASS: list[type[Any]] = []


def _listed(attrs: dict[str, str]) -> dict[str, str]:
    """Attributes as they are listed: ``__lr_mult__`` and the like under their short name, too."""
    return {**attrs, **{_LISTED_SHORT[key]: value for key, value in attrs.items() if key in _LISTED_SHORT}}


def Group(symbols: Iterable[Symbol], create_fn: type[Any] = Symbol) -> Any:
    """One symbol with the outputs of several.

    Args:
        symbols: the symbols.
        create_fn: class of the result.

    Raises:
        TypeError: the list is empty or holds something else.
    """
    symbols = list(symbols)
    if not symbols or any(not isinstance(each, Symbol) for each in symbols):
        raise TypeError(f"Group: symbols={symbols!r} must be a list of one or more Symbols")
    return create_fn([entry for each in symbols for entry in each.handle])


def var(
    name: str,
    attr: dict[str, str] | None = None,
    shape: Sequence[int] | None = None,
    lr_mult: float | None = None,
    wd_mult: float | None = None,
    dtype: Any = None,
    init: Any = None,
    stype: str | None = None,
    **kwargs: Any,
) -> Symbol:
    """A variable: an input of a graph, known by its name.

    Args:
        name: the name.
        attr: attributes, text by text.
        shape: its shape, where it is known; an entry of 0 is unknown.
        lr_mult: factor on the learning rate.
        wd_mult: factor on the weight decay.
        dtype: its dtype.
        init: an initializer, or the text of one.
        stype: storage type.
        kwargs: further attributes, whose names must have the form ``__name__``.

    Raises:
        TypeError: ``name`` is no text.
        ValueError: an attribute of another form.
    """
    if not isinstance(name, str):
        raise TypeError(f"Expect a string for variable `name`, got {type(name).__name__}")
    attrs = _scoped_attributes(attr)
    if shape is not None:
        attrs["__shape__"] = str(shape)
    if lr_mult is not None:
        attrs["__lr_mult__"] = str(lr_mult)
    if wd_mult is not None:
        attrs["__wd_mult__"] = str(wd_mult)
    if dtype is not None:
        attrs["__dtype__"] = str(FLAG_OF_TORCH[to_torch_dtype(dtype)])
    if init is not None:
        attrs["__init__"] = init if isinstance(init, str) else init.dumps()
    if stype is not None:
        attrs["__storage_type__"] = str(_STORAGE_TYPES[stype])
    for key, value in kwargs.items():
        if not (key.startswith("__") and key.endswith("__")):
            raise ValueError(
                f"var: unknown argument {key}={value!r}; further attributes are written with two underscores "
                f"before and behind, as __{key.strip('_')}__"
            )
        attrs[key] = str(value)
    symbol = Symbol([Entry(Node(None, name))])
    symbol._set_attr(**attrs)
    return symbol


Variable = var

_STORAGE_TYPES = {"undefined": -1, "default": 0, "row_sparse": 1, "csr": 2}


def load_json(json_str: str) -> Symbol:
    """The symbol that a text of MXNet's JSON form describes; files of every release since 0.8 are read.

    Raises:
        TypeError: not a text.
        MXNetError: the text describes no graph; the message says which node is wrong.
    """
    if not isinstance(json_str, str):
        raise TypeError(f"json_str required to be string, got {type(json_str).__name__}")
    return Symbol(from_json(json_str))


def load(fname: str) -> Symbol:
    """The symbol in a file; see `load_json`.

    Raises:
        TypeError: the name is no text.
        MXNetError: the file cannot be read or describes no graph.
    """
    if not isinstance(fname, str):
        raise TypeError(f"fname need to be string, got {type(fname).__name__}")
    return Symbol(from_json(read_text(fname)))
