"""Parameters that torch modules share: one tensor, seen from both sides.

The array of a shared Parameter holds the very tensor (an `torch.nn.Parameter`) that the modules hold, its *twin*. What
makes new arrays (`cast`, `reset_ctx`, `initialize`, another ``grad_req``) puts the new memory into the twin.
"""

from __future__ import annotations

import weakref
from typing import Any

from torch import Tensor, nn
from torch.utils.weak import WeakTensorKeyDictionary

from .._core.context import context_of_device
from .._core.dtypes import NUMPY_OF_TORCH
from .._core.errors import NotSupportedError
from .._core.state import THREAD
from ..autograd import _backward

#: twin -> a weak reference to its Parameter
OWNERS: Any = WeakTensorKeyDictionary()


def share(param: Any, buffer: bool = False) -> Tensor:
    """The tensor that torch modules hold for a Parameter: an `torch.nn.Parameter`, or a plain tensor for a buffer.

    Args:
        param: an initialized Parameter.
        buffer: it is not trained, and modules keep it as a buffer.

    Raises:
        NotSupportedError: a sparse array.
        RuntimeError: several contexts.
    """
    if param._stype != "default":
        raise NotSupportedError(f"to_torch: parameter {param.name!r} with stype={param._stype!r}")
    arrays = param.list_data()
    if len(arrays) != 1:
        raise RuntimeError(
            f"to_torch: parameter '{param.name}' lies on {param.list_ctx()}; a torch module lives on one context: "
            "collect_params().reset_ctx(...) first"
        )
    array = arrays[0]
    known: Tensor | None = param._twin
    if known is not None and array._t is known:
        return known
    if param.grad_req != "null" and getattr(array._t, "_mx_leaf", None) is None:
        param._twin = None
        param._init_grad()  # a deep copy of a net has gradients that its arrays do not know
    tensor = array._t.detach()
    twin = tensor if buffer or not tensor.is_floating_point() else nn.Parameter(tensor, requires_grad=False)
    adopt(param, twin)
    return twin


def adopt(param: Any, twin: Tensor) -> None:
    """Make ``twin`` the tensor of a Parameter's only array; its memory becomes that of the array."""
    param._twin = twin
    OWNERS[twin] = weakref.ref(param)
    keep_shared(param)
    if twin.is_leaf and twin.is_floating_point() and not hasattr(twin, "_mx_hooked"):
        twin._mx_hooked = True  # type: ignore[attr-defined]
        if isinstance(twin, nn.Parameter):
            wanted = twin.requires_grad
            twin.requires_grad_(True)
            twin.register_post_accumulate_grad_hook(_torch_accumulated)  # type: ignore[no-untyped-call]
            twin.requires_grad_(wanted)


def keep_shared(param: Any) -> None:
    """After a Parameter got a new array: put its memory into the twin, and the twin into the array."""
    twin = param._twin
    if twin is None:
        return
    (array,) = param._data
    fresh = array._t
    if fresh is twin:
        return
    leaf = getattr(fresh, "_mx_leaf", None)
    twin.grad = None
    if twin.data_ptr() != fresh.data_ptr() or twin.dtype is not fresh.dtype or twin.shape != fresh.shape:
        twin.data = fresh.detach()
    if isinstance(twin, nn.Parameter):
        twin.requires_grad_(fresh.requires_grad)
    twin._mx_leaf = leaf
    if leaf is not None and leaf.dense and twin.requires_grad:
        twin.grad = leaf.grad._t
    array._t = twin


def follow(param: Any) -> None:
    """After torch moved or cast the twin: let the Parameter know."""
    twin = param._twin
    (array,) = param._data
    ctx = context_of_device(twin.device)
    param._dtype = NUMPY_OF_TORCH[twin.dtype]
    param._ctx_list = [ctx]
    param._ctx_map = [[], []]
    param._ctx_map[ctx.device_typeid & 1] = [None] * ctx.device_id + [0]
    array._ctx = ctx
    if param._grad is not None:
        leaf = twin._mx_leaf
        if leaf.dense and twin.grad is not None:
            leaf.grad._t = twin.grad
        elif leaf.dense:
            leaf.grad._t = leaf.grad._t.to(twin.device, twin.dtype)
        leaf.grad._ctx = ctx


def _torch_accumulated(twin: Tensor) -> None:
    """Called when a backward that torch was asked for has added to the gradient: let Gluon see it."""
    leaf = getattr(twin, "_mx_leaf", None)
    if THREAD.backward or leaf is None or twin.grad is None:
        return  # a backward of this library delivers by itself
    if not leaf.dense:
        leaf.fresh = True
        leaf.grad._receive_gradient(twin.grad.detach(), "write")
    elif twin.grad.requires_grad:  # made by create_graph: the graph stays with torch
        leaf.fresh = True
        leaf.grad._t.data.copy_(twin.grad.detach())
    else:
        _backward._deliver(twin, leaf)


def recording_tensor(array: Any, recording: bool) -> Tensor:
    """The tensor of an array as a source of a computation: without history outside of ``record()``."""
    tensor: Tensor = array._t
    return tensor if recording or not tensor.requires_grad else tensor.detach()
