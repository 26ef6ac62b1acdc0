"""One parameter of a network: its arrays and gradients on every context."""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import autograd, initializer, symbol
from .. import nd as ndarray
from .._core.context import Context, cpu, current_context
from .._core.errors import MXNetError
from ..base import mx_real_t
from ..nd.ndarray import NDArray
from ..registry.classes import unregister
from ..util import is_np_array, is_np_shape
from ._arrays import array_of, clear, of_kind_in_force, zeros_of
from ._twins import keep_shared
from .utils import shape_is_known

_STYPES = ("default", "row_sparse", "csr")
_GRAD_REQS = ("write", "add", "null")
_BFLOAT16 = np.dtype([("bfloat16", np.uint16)])


class DeferredInitializationError(MXNetError):
    """A parameter was asked for before the first forward pass told its shape."""


class Parameter:
    """A weight of a block: one array, and one gradient array, on each context it is initialized on.

    Args:
        name: full name.
        grad_req: ``"write"``, ``"add"`` (call `zero_grad` yourself) or ``"null"`` (no gradient).
        shape: its shape; 0 (-1 with NumPy shapes) is an unknown dimension.
        dtype: element type.
        lr_mult: factor of the learning rate.
        wd_mult: factor of the weight decay.
        init: initializer; None leaves it to the one given to `initialize`.
        allow_deferred_init: with an unknown shape, let `initialize` wait for the first forward pass.
        differentiable: False makes grad_req ``"null"`` forever.
        stype: storage type of the array: ``"default"``, ``"row_sparse"`` or ``"csr"``.
        grad_stype: storage type of the gradient.

    Raises:
        AssertionError: an unknown grad_req or storage type.

    Source: MXNet 1.9.1 python/mxnet/gluon/parameter.py.
    """

    def __init__(
        self,
        name: str,
        grad_req: str = "write",
        shape: int | Sequence[int] | None = None,
        dtype: Any = mx_real_t,
        lr_mult: float = 1.0,
        wd_mult: float = 1.0,
        init: Any = None,
        allow_deferred_init: bool = False,
        differentiable: bool = True,
        stype: str = "default",
        grad_stype: str = "default",
    ) -> None:
        self._var: Any = None
        self._data: list[Any] | None = None
        self._grad: list[Any] | None = None
        self._ctx_list: list[Context] | None = None
        self._ctx_map: list[list[int | None]] | None = None
        self._trainer: Any = None
        self._deferred_init: Any = ()
        self._differentiable = differentiable
        self._allow_deferred_init = allow_deferred_init
        self._grad_req: str | None = None
        self._shape: Any = (shape,) if isinstance(shape, int) else shape
        self.name = name
        self._dtype = dtype
        self.lr_mult = lr_mult
        self.wd_mult = wd_mult
        self.grad_req = grad_req
        self.init = init
        for key, value in (("grad_stype", grad_stype), ("stype", stype)):
            if value not in _STYPES:
                raise AssertionError(
                    f"{key} for Parameter '{name}' must be one of {', '.join(map(repr, _STYPES))}, but got '{value}'"
                )
        self._grad_stype = grad_stype
        self._stype = stype

    #: the torch tensor that modules of torch hold in place of the array's own, once the parameter is shared with one
    _twin: Any = None

    def __repr__(self) -> str:
        return f"Parameter {self.name} (shape={self.shape}, dtype={self.dtype})"

    # ---- what it is

    @property
    def grad_req(self) -> Any:
        """What backward does with the gradient: ``"write"``, ``"add"`` or ``"null"``. May be set at any time.

        Raises:
            AssertionError: set to something else.
        """
        return self._grad_req

    @grad_req.setter
    def grad_req(self, req: str) -> None:
        if req not in _GRAD_REQS:
            raise AssertionError(
                f"Parameter '{self.name}': grad_req={req!r} is not legal, give 'write', 'add' or 'null'"
            )
        if not self._differentiable:
            req = "null"
        if self._grad_req == req:
            return
        self._grad_req = req
        if req == "null" and self._grad is not None:
            self._grad = None
            self._data = [array.detach() for array in self._data or ()]
            keep_shared(self)
        elif self._data is not None:
            self._init_grad()

    @property
    def dtype(self) -> Any:
        """Element type. Setting it converts the arrays."""
        return self._dtype

    @dtype.setter
    def dtype(self, dtype: Any) -> None:
        self.cast(dtype)

    @property
    def shape(self) -> Any:
        """The shape, or None. Unknown dimensions are 0, with NumPy shapes -1; only these may be set.

        Raises:
            AssertionError: set to a shape that contradicts what is known.
        """
        if self._shape is None or not is_np_shape():
            return self._shape
        return tuple(i if i != 0 else -1 for i in self._shape)

    @shape.setter
    def shape(self, new_shape: Any) -> None:
        known = self._shape
        if known is not None and not (
            len(known) == len(new_shape) and all(j in (-1, 0, i) for i, j in zip(new_shape, known, strict=True))
        ):
            raise AssertionError(
                f"Parameter '{self.name}': Expected shape {new_shape} is incompatible with given shape {known}."
            )
        self._shape = new_shape

    def _set_trainer(self, trainer: Any) -> None:
        """Remember the Trainer. RuntimeError if a sparse parameter has one already."""
        if self._stype != "default" and self._trainer and trainer and self._trainer is not trainer:
            raise RuntimeError(
                f"Parameter '{self.name}' has a Trainer already, and a {self._stype} Parameter can have only one"
            )
        self._trainer = trainer

    # ---- its arrays

    def _check_and_get(self, arr_list: list[Any] | None, ctx: Any) -> Any:
        """The array of a context out of ``arr_list``; all for ``list``, the current context's for None.

        Raises:
            DeferredInitializationError: initialization waits for the first forward pass.
            RuntimeError: not initialized, or not on this context.
        """
        if arr_list is not None:
            if ctx is list:
                return arr_list
            if ctx is None:
                if len(arr_list) == 1:
                    return arr_list[0]
                ctx = current_context()
            index = self._index_of(ctx)
            if index is not None:
                return arr_list[index]
            raise RuntimeError(
                f"Parameter '{self.name}' was not initialized on context {ctx}. It was only initialized on "
                f"{self._ctx_list}."
            )
        if self._deferred_init:
            raise DeferredInitializationError(
                f"Parameter '{self.name}' is not initialized yet (deferred): its shape {self.shape} is known "
                "after the first forward pass. Pass one batch through the network first, or name the input sizes "
                "when making the layers (in_units, in_channels, ...)."
            )
        raise RuntimeError(
            f"Parameter '{self.name}' has not been initialized. Call initialize(), and use Block.collect_params() "
            "rather than Block.params for initializing and for the Trainer: params leaves out the children's."
        )

    def _index_of(self, ctx: Context) -> int | None:
        """The place of a context's array in the lists. cpu and cpu_pinned are one kind, as in MXNet."""
        places = self._ctx_map[ctx.device_typeid & 1] if self._ctx_map else ()
        return places[ctx.device_id] if ctx.device_id < len(places) else None

    def _get_row_sparse(self, arr_list: list[Any] | None, ctx: Any, row_id: Any) -> Any:
        """Arrays of a row_sparse parameter after their rows ``row_id`` were fetched from the Trainer's store."""
        if not isinstance(row_id, NDArray):
            raise TypeError(f"Parameter '{self.name}': row_id must be an NDArray, got {type(row_id)}")
        if not self._trainer:
            raise RuntimeError(
                f"Parameter '{self.name}': its rows come from the store of a Trainer, and it has none; make a "
                "Trainer with it first"
            )
        results = self._check_and_get(arr_list, ctx)
        self._trainer._row_sparse_pull(self, results, row_id)
        return results

    def _load_init(self, data: Any, ctx: Any, cast_dtype: bool = False, dtype_source: str = "current") -> None:
        """Initialize, or overwrite, with an array from a file.

        Args:
            data: the array.
            ctx: context or contexts; None is where the parameter is or is to be, else ``cpu(0)``.
            cast_dtype: convert where the dtypes differ.
            dtype_source: with ``cast_dtype``: keep the ``"current"`` dtype or take the ``"saved"`` one.

        Raises:
            AssertionError: another shape, dtype or set of contexts.
        """
        if cast_dtype and dtype_source not in ("current", "saved"):
            raise AssertionError(f"dtype_source must be 'current' or 'saved', got {dtype_source!r}")
        if self.shape:
            self._take_shape_of(data)
        if self.dtype:
            data = self._agree_on_dtype(data, cast_dtype, dtype_source)
        if self._stype != data.stype:
            data = data.tostype(self._stype)
        data = of_kind_in_force(data)
        if isinstance(ctx, Context):
            ctx = [ctx]
        if self._data is not None or self._deferred_init:
            present = self.list_ctx() if self._data is not None else self._deferred_init[1]
            if ctx is not None and set(ctx) != set(present):
                raise AssertionError(
                    f"Failed to load Parameter '{self.name}' on {ctx} because it was previous initialized on "
                    f"{self.list_ctx()}."
                )
            ctx = present
        if self._data is None:
            self._init_impl(data, [cpu()] if ctx is None else ctx)
        else:
            self.set_data(data)
        self._deferred_init = ()

    def _take_shape_of(self, data: Any) -> None:
        unknown = -1 if is_np_shape() else 0
        if any(i not in (unknown, j) for i, j in zip(self.shape, data.shape, strict=False)):
            raise AssertionError(
                f"Failed loading Parameter '{self.name}': its shape is {self.shape}, the saved array has {data.shape}"
            )
        self.shape = tuple(i if i != unknown else j for i, j in zip(self.shape, data.shape, strict=False))

    def _agree_on_dtype(self, data: Any, cast_dtype: bool, dtype_source: str) -> Any:
        wanted = np.dtype(self.dtype)
        if cast_dtype and wanted.type != data.dtype:
            if dtype_source == "current":
                return data.astype(self.dtype, copy=False)
            self.dtype = data.dtype
        elif (wanted if data.dtype == _BFLOAT16 else wanted.type) != data.dtype:
            raise AssertionError(
                f"Failed loading Parameter '{self.name}': its dtype is {self.dtype}, the saved array has "
                f"{data.dtype}; give cast_dtype=True to convert"
            )
        return data

    def _finish_deferred_init(self) -> None:
        """Do the initialization that waited for the shape.

        Raises:
            AssertionError: the shape is still unknown.
        """
        if not self._deferred_init:
            return
        init, ctx, default_init, data = self._deferred_init
        self._deferred_init = ()
        if not shape_is_known(self.shape):
            raise AssertionError(
                f"Parameter '{self.name}' cannot be initialized, its shape {self.shape} is not known: name the input "
                "sizes when making the layers (in_units, in_channels, ...)"
            )
        with autograd.pause():
            if data is None:
                data = zeros_of(self.shape, self.dtype, cpu(), self._stype)
                self._fill(data, init, default_init)
            self._init_impl(data, ctx)

    def _fill(self, data: Any, init: Any, default_init: Any) -> None:
        """Fill an array with the initial value."""
        initializer.create(default_init)(initializer.InitDesc(self.name, {"__init__": init}), data)

    def _init_impl(self, data: Any, ctx_list: Sequence[Context]) -> None:
        """Set the arrays, as copies of ``data``, and make the gradients."""
        if self._twin is not None and len(ctx_list) != 1:
            raise ValueError(
                f"Parameter '{self.name}' is shared with a torch module, which lives on one context, "
                f"got {list(ctx_list)}"
            )
        self._ctx_list = list(ctx_list)
        self._ctx_map = [[], []]
        for i, ctx in enumerate(self._ctx_list):
            places = self._ctx_map[ctx.device_typeid & 1]
            places.extend([None] * (ctx.device_id + 1 - len(places)))
            places[ctx.device_id] = i
        self._data = [data.copyto(ctx) for ctx in self._ctx_list]
        self._init_grad()

    def _init_grad(self) -> None:
        """Make gradient arrays of zeros, and the arrays variables."""
        if self.grad_req == "null":
            self._grad = None
            keep_shared(self)
            return
        arrays = self._check_and_get(self._data, list)
        self._grad = [zeros_of(a.shape, a.dtype, a.ctx, self._grad_stype) for a in arrays]
        autograd.mark_variables(arrays, self._grad, self.grad_req)
        keep_shared(self)

    def _reduce(self) -> Any:
        """The value on ``cpu(0)``: the mean over the contexts, or all rows of a sparse parameter."""
        ctx = cpu()
        if self._stype == "default":
            arrays = self.list_data()
            if len(arrays) == 1:
                return self.data().copyto(ctx)
            copies = [array.copyto(ctx) for array in arrays]
            return (sum(copies[1:], copies[0]) if is_np_array() else ndarray.add_n(*copies)) / len(arrays)
        rows = ndarray.arange(0, self.shape[0], dtype="int64", ctx=ctx)
        data = ndarray.sparse.zeros("row_sparse", self.shape, ctx=ctx)
        self._trainer._row_sparse_pull(self, data, rows, full_idx=True)
        return data

    def initialize(
        self,
        init: Any = None,
        ctx: Context | list[Context] | None = None,
        default_init: Any = initializer.Uniform(),  # noqa: B008
        force_reinit: bool = False,
    ) -> None:
        """Make the arrays and their gradients.

        Args:
            init: initializer, before the parameter's own and ``default_init``.
            ctx: context, or a list of contexts that get a copy each; None is the current one.
            default_init: initializer if there is no other.
            force_reinit: initialize again; otherwise an initialized parameter only gets a UserWarning.

        Raises:
            ValueError: the shape is unknown and ``allow_deferred_init`` is off.
        """
        if self._data is not None and not force_reinit:
            warnings.warn(
                f"Parameter '{self.name}' is already initialized and keeps its values; give force_reinit=True to "
                "draw new ones",
                stacklevel=2,
            )
            return
        self._data = self._grad = None
        if init is None:
            init = default_init if self.init is None else self.init
        known = shape_is_known(self.shape)
        if not known and not self._allow_deferred_init:
            raise ValueError(
                f"Parameter '{self.name}' cannot be initialized, its shape {self.shape} is not known: name all sizes, "
                "or make it with allow_deferred_init=True"
            )
        self._deferred_init = (init, _contexts(ctx), default_init, None)
        if known:
            self._finish_deferred_init()

    def reset_ctx(self, ctx: Context | list[Context] | None) -> None:
        """Move the parameter to other contexts; the gradients start from zero.

        Args:
            ctx: context, or a list of contexts that get a copy each; None is the current one.

        Raises:
            ValueError: not initialized.
        """
        contexts = _contexts(ctx)
        if self._data:
            data = self._reduce()
            with autograd.pause():
                self._init_impl(data, contexts)
        elif self._deferred_init:
            init, _, default_init, data = self._deferred_init
            self._deferred_init = (init, contexts, default_init, data)
        else:
            raise ValueError(f"Cannot reset context for Parameter '{self.name}' because it has not been initialized.")

    def set_data(self, data: Any) -> None:
        """Overwrite the value on all contexts.

        Args:
            data: an array of the parameter's shape.

        Raises:
            AssertionError: another shape, or not initialized.
        """
        self.shape = data.shape
        if self._data is None:
            if not self._deferred_init:
                raise AssertionError(f"Parameter '{self.name}' has not been initialized")
            self._deferred_init = (*self._deferred_init[:3], data)
            return
        trainer = self._trainer
        if trainer and trainer._kv_initialized and trainer._update_on_kvstore and self not in trainer._params_to_init:
            trainer._reset_kvstore()  # the store holds a copy that would overwrite this value
        for array in self._data:
            array[:] = data

    def row_sparse_data(self, row_id: Any) -> Any:
        """The array on the context of ``row_id``, with these rows up to date.

        Args:
            row_id: row numbers.

        Raises:
            RuntimeError: the parameter is not row_sparse, or has no Trainer.
            TypeError: ``row_id`` is no array.
        """
        if self._stype != "row_sparse":
            raise RuntimeError(
                f"Parameter '{self.name}': row_sparse_data() serves row_sparse parameters, this one has "
                f"stype={self._stype!r}; call data()"
            )
        return self._get_row_sparse(self._data, row_id.ctx, row_id)

    def list_row_sparse_data(self, row_id: Any) -> list[Any]:
        """The arrays on all contexts, with the rows ``row_id`` up to date; see `row_sparse_data`."""
        if self._stype != "row_sparse":
            raise RuntimeError(
                f"Parameter '{self.name}': list_row_sparse_data() serves row_sparse parameters, this one has "
                f"stype={self._stype!r}; call list_data()"
            )
        found: list[Any] = self._get_row_sparse(self._data, list, row_id)
        return found

    def data(self, ctx: Context | None = None) -> Any:
        """The array on a context: the parameter itself, not a copy.

        Args:
            ctx: the context; None is the only one, or the current one if there are several.

        Raises:
            RuntimeError: not initialized (there), or the parameter is sparse.
            DeferredInitializationError: initialization waits for the first forward pass.
        """
        if self._stype != "default":
            raise RuntimeError(
                f"Parameter '{self.name}' on context {ctx}: data() serves dense parameters, this one has "
                f"stype={self._stype!r}; call row_sparse_data(row_id)"
            )
        return self._check_and_get(self._data, ctx)

    def list_data(self) -> list[Any]:
        """The arrays on all contexts, in the order of `list_ctx`. Raises as `data`."""
        if self._stype != "default":
            raise RuntimeError(
                f"Parameter '{self.name}': list_data() serves dense parameters, this one has "
                f"stype={self._stype!r}; call list_row_sparse_data(row_id)"
            )
        found: list[Any] = self._check_and_get(self._data, list)
        return found

    def grad(self, ctx: Context | None = None) -> Any:
        """The gradient array on a context.

        Args:
            ctx: as for `data`.

        Raises:
            RuntimeError: no gradient because of grad_req ``"null"``, or not initialized (there).
        """
        self._need_grad()
        return self._check_and_get(self._grad, ctx)

    def list_grad(self) -> list[Any]:
        """The gradient arrays on all contexts, in the order of `list_ctx`. Raises as `grad`."""
        self._need_grad()
        found: list[Any] = self._check_and_get(self._grad, list)
        return found

    def _need_grad(self) -> None:
        if self._grad is None and self._data is not None:
            raise RuntimeError(f"Cannot get gradient array for Parameter '{self.name}' because grad_req='null'")

    def list_ctx(self) -> list[Context]:
        """The contexts the parameter is, or is to be, initialized on. RuntimeError if there are none."""
        if self._data is not None:
            return self._ctx_list or []
        if self._deferred_init:
            waiting: list[Context] = self._deferred_init[1]
            return waiting
        raise RuntimeError(f"Parameter '{self.name}' has not been initialized")

    def zero_grad(self) -> None:
        """Set the gradients on all contexts to zero; nothing happens where there are none."""
        for gradient in self._grad or ():
            clear(gradient)

    def var(self) -> Any:
        """The symbol that stands for this parameter in graphs; always the same."""
        if self._var is None:
            self._var = symbol.var(
                self.name,
                shape=self.shape,
                dtype=self.dtype,
                lr_mult=self.lr_mult,
                wd_mult=self.wd_mult,
                init=self.init,
                stype=self._stype,
            )
            if is_np_array():
                self._var = self._var.as_np_ndarray()
        return self._var

    def cast(self, dtype: Any) -> None:
        """Convert the arrays and gradients to another dtype."""
        self._dtype = dtype
        if self._data is None:
            return
        with autograd.pause():
            self._data = [array.astype(dtype) for array in self._data]
            if self._grad is not None:
                self._grad = [gradient.astype(dtype) for gradient in self._grad]
                autograd.mark_variables(self._data, self._grad, self.grad_req)
        keep_shared(self)


class Constant(Parameter):
    """A parameter that is not trained. `set_data` can still change it.

    Args:
        name: full name.
        value: its value; anything array-like becomes float32.

    Source: MXNet 1.9.1 python/mxnet/gluon/parameter.py.
    """

    def __init__(self, name: str, value: Any) -> None:
        if not isinstance(value, NDArray):
            value = array_of(value)
        self.value = value
        init_name = f"Constant_{name}_{id(self)}"
        _register_value(init_name, value)
        weakref.finalize(self, unregister, initializer.Initializer, init_name)
        super().__init__(name, grad_req="null", shape=value.shape, dtype=value.dtype, init=init_name)

    def _fill(self, data: Any, init: Any, default_init: Any) -> None:
        if init == self.init:
            self.value.copyto(data)  # not by name: a deep copy outlives what its original registered
        else:
            super()._fill(data, init, default_init)

    def __repr__(self) -> str:
        return f"Constant {self.name} (shape={self.shape}, dtype={self.dtype})"

    @property
    def grad_req(self) -> str:
        """Always ``"null"``; setting it to something else only warns."""
        return "null"

    @grad_req.setter
    def grad_req(self, req: str) -> None:
        if req != "null":
            warnings.warn(
                f"Constant '{self.name}' does not support grad_req={req!r}: it stays 'null'",
                stacklevel=2,
            )


def _register_value(name: str, value: Any) -> None:
    """Register, under a name, an initializer that copies ``value``: symbols know initializers by name."""

    class Init(initializer.Initializer):
        def _init_weight(self, _: Any, arr: Any) -> None:
            value.copyto(arr)

    initializer.alias(name)(Init)


def _contexts(ctx: Context | list[Context] | None) -> list[Context]:
    if ctx is None:
        return [current_context()]
    return [ctx] if isinstance(ctx, Context) else ctx
