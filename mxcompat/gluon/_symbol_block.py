"""SymbolBlock: a block made of a graph."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from .. import symbol
from .._core.errors import MXNetError
from ..base import mx_real_t
from ..nd.ndarray import NDArray
from ..symbol import Symbol
from ..util import is_np_array
from ._hybrid import HybridBlock
from ._parameter_dict import ParameterDict
from ._structure import _common_prefix, _flatten, _regroup
from .utils import _check_same_symbol_type

_ROW_SPARSE = "1"
#: what the parameters of a batch normalization end with, by the ending of its variance
_NORMALIZATION = {"running_var": ("running_mean", "gamma", "beta"), "moving_var": ("moving_mean", "gamma", "beta")}


class SymbolBlock(HybridBlock):
    """A block that computes a graph: of a saved model, or a part of another block.

    Args:
        outputs: the symbol, or symbols, to compute.
        inputs: the variables among its arguments that are the inputs; the others are parameters.
        params: a ParameterDict to share parameters of.

    Raises:
        AssertionError: an input that is no variable, or a row_sparse parameter.

    Source: MXNet 1.9.1 python/mxnet/gluon/block.py.
    """

    @staticmethod
    def imports(
        symbol_file: str,
        input_names: str | list[str],
        param_file: str | None = None,
        ctx: Any = None,
        allow_missing: bool = False,
        ignore_extra: bool = False,
    ) -> SymbolBlock:
        """A block of files that `HybridBlock.export` or ``Module.save_checkpoint`` wrote.

        Args:
            symbol_file: path of the graph.
            input_names: names of the inputs.
            param_file: path of the parameters.
            ctx: context, or list of contexts, of the parameters.
            allow_missing: do without parameters that the file does not have.
            ignore_extra: skip arrays that are no parameter here.
        """
        names = [input_names] if isinstance(input_names, str) else input_names
        graph = _of_kind_in_force(symbol.load(symbol_file))
        if param_file is None:
            return SymbolBlock(graph, [symbol.var(name, dtype=mx_real_t) for name in names])
        block = SymbolBlock(graph, [_of_kind_in_force(symbol.var(name)) for name in names])
        block.collect_params().load(param_file, ctx, allow_missing, ignore_extra, cast_dtype=True, dtype_source="saved")
        return block

    def __init__(self, outputs: Any, inputs: Any, params: Any = None) -> None:
        super().__init__(prefix=None, params=None)
        self._prefix = ""
        self._params = ParameterDict("", params)
        if isinstance(inputs, Symbol) and len(inputs.list_outputs()) == 1:
            inputs = [inputs]
        if isinstance(outputs, (list, tuple)) and len(outputs) == 1:
            outputs = outputs[0]
        given, self._in_format = _flatten(inputs, "input")
        heads, self._out_format = _flatten(outputs, "output")
        for one in given:
            if len(one.get_internals().list_outputs()) != 1:
                raise AssertionError(f"Input symbols must be variable, but {one} is an output of operators")
        input_names = {one.name for one in given}
        for head in heads:
            for node in head.get_internals():
                if node.attr("__storage_type__") == _ROW_SPARSE:
                    raise AssertionError(
                        f"SymbolBlock: Parameter '{node.name}' is row_sparse; only dense ones are supported"
                    )
        if len(heads) > 1:
            out = symbol.Group(heads, _check_same_symbol_type(heads))
        else:
            out = heads[0]
        arguments = out.list_arguments()
        states = out.list_auxiliary_states()
        arg_types, aux_types = _infer_param_types(given, out, arguments, states)
        for name, dtype in zip(arguments, arg_types, strict=True):
            if name not in input_names:
                self.params.get(name, allow_deferred_init=True, dtype=dtype)
        for name, dtype in zip(states, aux_types, strict=True):
            if name not in input_names:
                self.params.get(name, grad_req="null", allow_deferred_init=True, dtype=dtype)
        self._cached_graph = given, out
        skip = len(_common_prefix(list(self._params.keys())))
        self._reg_params = {name[skip:]: param for name, param in self._params.items()}

    def __repr__(self) -> str:
        inputs, out = self._cached_graph
        return f"{type(self).__name__}(\n{out} : {len(inputs)} -> {len(out.list_outputs())}\n)"

    def forward(self, x: Any, *args: Any) -> Any:
        """Compute the graph with arrays, or put it behind symbols.

        Args:
            x: the first input.
            args: the others.

        Raises:
            AssertionError: the first input is neither array nor symbol, or symbols are not nested as the inputs are.
        """
        if isinstance(x, NDArray):
            with x.ctx:
                return self._call_cached_op(x, *args)
        if not isinstance(x, Symbol):
            raise AssertionError(f"SymbolBlock: the first input must be an NDArray or a Symbol, got {type(x)}")
        flat, fmt = _flatten([x, *args], "input")
        if fmt != self._in_format:
            raise AssertionError(f"Invalid input format: {fmt}, the block was made for {self._in_format}")
        inputs, out = self._cached_graph
        composed = copy.copy(out)
        composed._compose(**{place.name: one for place, one in zip(inputs, flat, strict=True)})
        return _regroup(list(composed), self._out_format)

    def hybrid_forward(self, F: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
        """Not used: the graph is given."""
        raise NotImplementedError("SymbolBlock computes a graph, it has no hybrid_forward")

    def _clear_cached_op(self) -> None:
        graph = getattr(self, "_cached_graph", ())
        super()._clear_cached_op()
        self._cached_graph = graph

    def cast(self, dtype: Any) -> None:
        """Convert all parameters to another dtype; those of batch normalization stay float32 with float16."""
        self._clear_cached_op()
        super().cast(dtype)
        if np.dtype(dtype).name != "float16":
            return
        names = self._cached_graph[1].get_internals().list_inputs()
        for name in names:
            for ending, others in _NORMALIZATION.items():
                if not name.endswith(ending):
                    continue
                prefix = name[: -len(ending)]
                siblings = [prefix + other for other in others]
                if all(sibling in names for sibling in siblings):
                    for one in (name, *siblings):
                        self.params.get(one).cast("float32")

    def reset_ctx(self, ctx: Any) -> None:
        """Move all parameters to other contexts.

        Args:
            ctx: context, or a list of contexts that get a copy each; None is the current one.
        """
        params = self.collect_params()
        for is_input, param in self._cached_op_args:
            if not is_input and param.name not in params.keys():
                param.reset_ctx(ctx)  # a backend added it
        for param in params.values():
            param.reset_ctx(ctx)


def _of_kind_in_force(graph: Any) -> Any:
    """The symbol as one of the kind in force."""
    return graph.as_np_ndarray() if is_np_array() else graph


def _infer_param_types(
    in_params: list[Any],
    out_params: Any,
    arg_params: list[str],
    aux_params: list[str],
    default_dtype: Any = mx_real_t,
) -> tuple[list[Any], list[Any]]:
    """The dtypes of arguments and auxiliary states that follow from the inputs' dtypes.

    Args:
        in_params: symbols of the inputs.
        out_params: symbol of the outputs.
        arg_params: names of the arguments.
        aux_params: names of the auxiliary states.
        default_dtype: for those that cannot be inferred.
    """
    known: dict[str, Any] = {}
    for one in in_params:
        found = one.infer_type()[0]
        if not found:
            break
        known[one.name] = found[0]
    arg_types: Any = None
    aux_types: Any = None
    if len(known) == len(in_params):
        try:
            arg_types, _, aux_types = out_params.infer_type(**known)
        except MXNetError:
            arg_types = aux_types = None  # the graph does not say: the default it is
    if arg_types is None or len(arg_types) != len(arg_params):
        arg_types = [default_dtype] * len(arg_params)
    if aux_types is None or len(aux_types) != len(aux_params):
        aux_types = [default_dtype] * len(aux_params)
    return list(arg_types), list(aux_types)
