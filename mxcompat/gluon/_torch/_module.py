"""From blocks to torch modules, and the module for blocks that torch has no layer for."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn

from ..._core.state import set_recording, set_training
from .. import nn as layers
from .._exchange import to_arrays, to_tensors
from .._parameter import Constant, DeferredInitializationError
from .._redirect import RUNNING
from ..contrib.torch_block import TorchBlock
from ._layers import Shared
from ._rules import RULES


def to_torch(block: Any) -> nn.Module:
    """The block as a torch module; see `Block.to_torch`."""
    _check_initialized(block)
    return _translate(block, {})


def _check_initialized(block: Any) -> None:
    waiting: list[str] = []
    missing: list[str] = []
    for name, param in block.collect_params().items():
        if param._data is None:
            (waiting if param._deferred_init else missing).append(name)
    if missing:
        raise RuntimeError(
            f"to_torch: parameters {', '.join(missing)} have no values yet: call initialize(), or "
            "load_parameters(...), and run one batch through the block"
        )
    if waiting:
        raise DeferredInitializationError(
            f"to_torch: the shapes of parameters {', '.join(waiting)} are not known yet: run one batch through the "
            "block first, or name the input sizes when making the layers (in_units, in_channels, ...)"
        )


def _translate(block: Any, known: dict[int, nn.Module]) -> nn.Module:
    """The module of a block; one that several blocks share is one module, too."""
    found = known.get(id(block))
    if found is None:
        found = known[id(block)] = _make(block, known)
    return found


def _make(block: Any, known: dict[int, nn.Module]) -> nn.Module:
    if isinstance(block, TorchBlock):
        return block.module
    if not (block._forward_hooks or block._forward_pre_hooks):
        if type(block) in (layers.Sequential, layers.HybridSequential):
            stack = nn.Sequential()
            for name, child in block._children.items():
                stack._modules[name] = _translate(child, known)
            return stack
        rule = RULES.get(type(block))
        if rule is not None:
            act = block._children.get("act")
            module = rule(block, None if act is None else _translate(act, known))
            if module is not None:
                return module
    return BlockModule(block, known)


class BlockModule(Shared):
    """A block that torch has no layer for: its own ``forward``, on tensors.

    Calls of its children go to the modules here, so hooks on them, and modules put in their place, count.
    """

    def __init__(self, block: Any, known: dict[int, nn.Module]) -> None:
        super().__init__()
        self._block = block
        for name, child in block._children.items():
            self._modules[name] = _translate(child, known)
        #: the modules that stand for the children, to know later which were replaced
        self._translated = dict(self._modules)
        own = dict(block._reg_params)
        for full, param in block._params.items():
            if not any(param is one for one in own.values()):
                own[full.removeprefix(block._params.prefix)] = param
        for name, param in own.items():
            self.take(name, param, buffer=isinstance(param, Constant) or not param._differentiable)
        self._paths: dict[int, tuple[str, ...]] = {}
        self._find_paths(block, ())

    def _find_paths(self, block: Any, path: tuple[str, ...]) -> None:
        for name, child in block._children.items():
            if id(child) not in self._paths:
                self._paths[id(child)] = (*path, name)
                object.__setattr__(child, "_in_torch", True)
                self._find_paths(child, (*path, name))

    def forward(self, *args: Any) -> Any:
        """Run the block: recording where torch's gradient mode is on, in the module's training mode."""
        recording = torch.is_grad_enabled()
        previous = RUNNING.block, RUNNING.module, set_recording(recording), set_training(self.training)
        RUNNING.block, RUNNING.module = self._block, self
        try:
            return to_tensors(self._block(*to_arrays(args)), recording)
        finally:
            RUNNING.block, RUNNING.module = previous[:2]
            set_recording(previous[2])
            set_training(previous[3])

    @staticmethod
    def _call_child(module: nn.Module, args: tuple[Any, ...]) -> Any:
        recording = torch.is_grad_enabled()
        return to_arrays(module(*to_tensors(args, recording)))

    def __deepcopy__(self, memo: dict[int, Any]) -> BlockModule:
        result = BlockModule(copy.deepcopy(self._block, memo), {})
        memo[id(self)] = result
        for name, child in self._modules.items():
            if child is not self._translated.get(name):
                result._modules[name] = copy.deepcopy(child, memo)
        return result.train(self.training)

    def __getstate__(self) -> Any:
        raise TypeError(
            f"a module that runs the forward of {type(self._block).__name__} cannot be pickled: save its state_dict()"
        )

    def extra_repr(self) -> str:
        return f"runs {type(self._block).__module__}.{type(self._block).__qualname__}"
