"""Operators on sparse arrays: by a rule where MXNet has one, else on dense copies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from ..._core.errors import MXNetError
from ..._core.state import FLAGS, THREAD
from ...autograd._graph import is_freed, leaf_of, refuse_inplace
from ...ops.sparse.layout import CsrDot
from ...registry.operator import Operator
from .. import _invoke
from ..ndarray import NDArray
from . import graphs as graphs  # its rules
from .base import BaseSparseNDArray, in_storage
from .csr import CSRNDArray
from .lazy import update_rows
from .rules import RULES, Call, check_csr_dot

#: operators whose result belongs to no graph
_WITHOUT_HISTORY = ("_contrib_getnnz", "_contrib_edge_id")


def run_sparse(
    op: Operator, arrays: Sequence[NDArray | None], values: tuple[Any, ...], cls: type[NDArray], out: Any
) -> Any:
    """Run ``op`` where an input, ``out`` or the result may be sparse."""
    targets = [] if out is None else list(out) if isinstance(out, (list, tuple)) else [out]
    recording = FLAGS.recorders and THREAD.recording
    if recording:
        for target in targets:
            refuse_inplace(f"{op.name} with out=", target)
    call = Call(op, arrays, values)
    if "r" in call.kinds and update_rows(op, arrays, values, call.kinds, out):
        return arrays[0] if out is None else out
    rule = RULES.get(op.name) if "c" in call.kinds or "r" in call.kinds or op.name in ("cast_storage", "dot") else None
    if op.name == "_sparse_retain":
        rule = RULES[op.name]
    plain = op.name in _WITHOUT_HISTORY or op.name.startswith("_contrib_dgl_")
    if not recording or plain or not any(a is not None and _in_graph(a) for a in arrays):
        result = None if rule is None else rule(call)
        if result is None:
            return _on_dense(op, arrays, values, cls, out, targets)
        if isinstance(result, list) and len(result) == 1:
            (result,) = result
    else:
        result = _recorded(call, rule, cls)
        if result is None:
            return _on_dense(op, arrays, values, cls, out, targets)
    return result if out is None else _store(op, result, out, targets)


def _in_graph(array: NDArray) -> bool:
    if isinstance(array, BaseSparseNDArray):
        return array._in_graph()
    tensor = array._t
    return tensor.requires_grad and (tensor.is_leaf or not is_freed(tensor))


def _recorded(call: Call, rule: Any, cls: type[NDArray]) -> Any:
    """The sparse result with the history of the same computation on dense tensors; None where the result is dense."""
    if call.op.name == "dot" and _is_by_dense(call):
        return _recorded_csr_dot(call)
    plain = None if rule is None else rule(call)
    if plain is None or plain.stype == "default":
        return None
    twin = _on_dense(call.op, call.arrays, call.values, cls, None, [])
    plain._twin = twin._t
    return plain


def _is_by_dense(call: Call) -> bool:
    lhs, rhs = call.arrays
    by_csr = isinstance(lhs, CSRNDArray) and not lhs._in_graph() and rhs.ndim == 2
    return by_csr and not call.attrs["transpose_b"] and call.attrs["forward_stype"] is None


def _recorded_csr_dot(call: Call) -> Any:
    lhs, rhs = call.arrays
    transposed = call.attrs["transpose_a"]
    tensor = rhs._t
    check_csr_dot(call, lhs, tensor, transposed)
    leaf = leaf_of(tensor)
    sparse_grad = leaf is not None and leaf.grad.stype == "row_sparse"
    product: Tensor = CsrDot.apply(tensor, *lhs._parts(), lhs._dims, transposed, sparse_grad)  # type: ignore[no-untyped-call]
    if not transposed:
        return NDArray._wrap(product, lhs._ctx)
    result = RULES["dot"](call)
    result._twin = product
    return result


def _on_dense(
    op: Operator,
    arrays: Sequence[NDArray | None],
    values: tuple[Any, ...],
    cls: type[NDArray],
    out: Any,
    targets: list[Any],
) -> Any:
    """MXNet's storage fallback: dense copies in, what the operator wrote back into the sparse arrays."""
    copies: dict[int, tuple[BaseSparseNDArray, NDArray]] = {}

    def plain(array: Any) -> Any:
        if not isinstance(array, BaseSparseNDArray):
            return array
        if id(array) not in copies:
            copies[id(array)] = array, NDArray._wrap(array._t, array._ctx)
        return copies[id(array)][1]

    dense_out = None if out is None else [plain(t) for t in targets] if isinstance(out, (list, tuple)) else plain(out)
    result = _invoke.invoke_dense(op, [plain(a) for a in arrays], values, cls, dense_out)
    written = {id(t) for t in targets}
    if op.variadic is not None and op.writes_out:  # updates of many weights: any of their inputs may be a state
        written |= {id(a) for a in arrays}
    else:
        written |= {id(a) for name, a in zip(op.inputs, arrays, strict=False) if name in op.mutates}
    for key, (array, copy) in copies.items():
        if key in written:
            array._take(copy)
    return result if out is None else out


def _store(op: Operator, result: Any, out: Any, targets: list[Any]) -> Any:
    if isinstance(result, list):
        if len(targets) != len(result):
            raise MXNetError(f"{op.name}: out must be {len(result)} arrays, got {len(targets)}")
        for one, target in zip(result, targets, strict=True):
            _store(op, one, target, [target])
        return out
    if len(targets) != 1 or not isinstance(targets[0], NDArray):
        raise MXNetError(f"{op.name}: out must be one NDArray, got {out!r}")
    (target,) = targets
    if target.shape != result.shape:
        raise MXNetError(f"{op.name}: out has shape {target.shape}, the result has shape {result.shape}")
    if isinstance(target, BaseSparseNDArray):
        target._take(result if result.stype == target.stype else in_storage("default", result))
    else:
        _invoke.assign(target, in_storage("default", result)._t)
    return out


def install() -> None:
    """Make every operator take sparse arrays."""
    _invoke.SPARSE[:] = [run_sparse]
