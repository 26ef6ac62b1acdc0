"""A torch module as a Gluon block: `mxnet.gluon.contrib.TorchBlock`."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter

from ... import nd
from ..._core.context import context_of_device
from ..._core.dtypes import NUMPY_OF_TORCH
from ..._core.errors import NotSupportedError
from ..._core.state import THREAD, is_recording
from ...nd.ndarray import NDArray
from .._exchange import to_arrays, to_tensors
from .._parameter import Parameter
from .._twins import OWNERS, adopt
from ..block import Block

#: buffers that `initialize(force_reinit=True)` resets, by the last part of their names
_RESET = {"running_mean": 0, "running_var": 1, "num_batches_tracked": 0}


class TorchBlock(Block):
    """A torch module inside a Gluon net: its parameters are parameters of the net.

    The parameters are called what ``module.state_dict()`` calls them, behind the prefix; buffers have grad_req
    ``"null"``. They share memory and gradients with the module, start with the module's values, and keep them when the
    net is initialized. The module trains or predicts as `mxnet.autograd` says, and records where that records.

    Args:
        module: the module. Parameters given to it later are not seen here.
        prefix: as for `Block`.

    Shapes:
        those of the module. Arrays in lists, tuples and dicts arrive as tensors, and tensors leave as arrays.

    Buffers without axes are arrays of one element.

    Raises:
        TypeError: ``module`` is no `torch.nn.Module`.
        NotSupportedError: a parameter or buffer of a dtype that MXNet does not have, without a shape yet, or, if it is
            trained and NumPy shapes are off, without axes.
    """

    module: nn.Module

    def __init__(self, module: nn.Module, prefix: str | None = None) -> None:
        if not isinstance(module, nn.Module):
            raise TypeError(f"TorchBlock wraps a torch.nn.Module, got {type(module).__name__}")
        super().__init__(prefix=prefix)
        object.__setattr__(self, "module", module)
        listed: dict[str, Tensor] = dict(module.named_parameters(remove_duplicate=False))
        kept = module.state_dict(keep_vars=True)
        for name, tensor in kept.items():
            if isinstance(tensor, Tensor):
                listed.setdefault(name, tensor)
        made: dict[int, Parameter] = {}
        for name, tensor in listed.items():
            param = made.get(id(tensor)) or _owner(tensor) or _TorchParameter(self.prefix + name, tensor)
            made[id(tensor)] = param
            self._reg_params[name] = param
            self.params._params.setdefault(param.name, param)

    def forward(self, *args: Any) -> Any:
        """Run the module."""
        module, recording = self.module, is_recording()
        if module.training != THREAD.training:
            module.train(THREAD.training)
        with torch.set_grad_enabled(recording):
            return to_arrays(module(*to_tensors(args, recording)))

    def _alias(self) -> str:
        return "torchblock"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.module!r})"


def _owner(tensor: Tensor) -> Parameter | None:
    """The Gluon parameter that a tensor already belongs to, as in a module made by `Block.to_torch`."""
    known = OWNERS.get(tensor)
    owner = None if known is None else known()
    return owner if owner is not None and owner._twin is tensor else None


class _TorchParameter(Parameter):
    """A parameter or buffer of a torch module."""

    def __init__(self, name: str, tensor: Tensor) -> None:
        if isinstance(tensor, (UninitializedBuffer, UninitializedParameter)):
            raise NotSupportedError(f"TorchBlock: {name!r} has no shape yet; run the module once first")
        if tensor.dtype not in NUMPY_OF_TORCH or tensor.layout is not torch.strided:
            raise NotSupportedError(f"TorchBlock: {name!r} with dtype {tensor.dtype} and layout {tensor.layout}")
        trained = isinstance(tensor, nn.Parameter) and tensor.is_floating_point()
        #: a buffer without axes, which this parameter shows as an array of one element
        self._scalar: Tensor | None = None
        if tensor.dim() == 0 and not THREAD.np_shape:
            if trained and tensor.requires_grad:
                raise NotSupportedError(
                    f"TorchBlock: parameter {name!r} without axes", "give it shape (1,), or switch on mx.npx.set_np()"
                )
            self._scalar, tensor = tensor, tensor.detach().view(1)
        super().__init__(
            name,
            grad_req="write" if trained and tensor.requires_grad else "null",
            shape=tuple(tensor.shape),
            dtype=NUMPY_OF_TORCH[tensor.dtype],
            differentiable=trained,
        )
        if not tensor.is_contiguous():
            tensor.data = tensor.data.contiguous()
        ctx = context_of_device(tensor.device)
        gradient = tensor.grad
        self._ctx_list = [ctx]
        self._ctx_map = [[], []]
        self._ctx_map[ctx.device_typeid & 1] = [None] * ctx.device_id + [0]
        self._data = [NDArray._wrap(tensor.detach(), ctx)]
        self._init_grad()
        adopt(self, tensor)
        if gradient is not None and self._grad is not None:
            self._grad[0]._t.copy_(gradient)

    def _init_impl(self, data: Any, ctx_list: Any) -> None:
        super()._init_impl(data, ctx_list)
        self._reach_scalar()

    def _reach_scalar(self) -> None:
        if self._scalar is not None:
            self._scalar.data = self.data()._t.detach().view(())

    def initialize(
        self, init: Any = None, ctx: Any = None, default_init: Any = None, force_reinit: bool = False
    ) -> None:
        """Leave the module's values; ``ctx`` moves them.

        Args:
            init: with ``force_reinit``: what draws new values of a trained parameter.
            ctx: context; None leaves the parameter where it is.
            default_init: initializer if there is no other.
            force_reinit: draw new values, and start running averages anew.
        """
        if ctx is not None and (ctx if isinstance(ctx, list) else [ctx]) != self._ctx_list:
            self.reset_ctx(ctx)
        if not force_reinit:
            return
        array = self.data()
        if self._differentiable:
            fresh = nd.zeros(self.shape, dtype=self.dtype)
            self._fill(fresh, init or default_init, default_init)
            array._t.data.copy_(fresh._t)
        else:
            value = _RESET.get(self.name.rpartition(".")[2].removeprefix("torchblock"))
            if value is not None:
                array._t.data.fill_(value)

    def cast(self, dtype: Any) -> None:
        """Convert to another dtype; whole numbers, such as counters, stay what they are."""
        if self._twin is None or self._twin.is_floating_point():
            super().cast(dtype)
            self._reach_scalar()
