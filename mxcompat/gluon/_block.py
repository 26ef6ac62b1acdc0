"""Block: the base of all layers and networks."""

from __future__ import annotations

import re
import warnings
from collections import OrderedDict
from collections.abc import Callable
from importlib import import_module
from typing import Any, ClassVar, TypeVar

from torch import nn

from .. import initializer
from .._core.context import Context
from .._core.state import THREAD
from . import _files
from ._arrays import check_all_np_ndarrays
from ._naming import _BlockScope
from ._parameter import Parameter
from ._parameter_dict import ParameterDict
from ._redirect import call_through_torch
from ._summary import print_summary
from .utils import HookHandle, _indent

B = TypeVar("B", bound="Block")


class Block:
    """A part of a network: parameters, child blocks, and a `forward` that computes with them.

    Blocks and parameters that are assigned to attributes belong to the block from then on.

    Args:
        prefix: what the names of its parameters and children start with; None numbers the block after its class.
        params: a ParameterDict to share parameters of, such as ``other.collect_params()``.

    Source: MXNet 1.9.1 python/mxnet/gluon/block.py.
    """

    #: a container that has no row of its own in a summary
    _is_container: ClassVar[bool] = False
    #: whether a torch module made by `to_torch` holds a module for this block
    _in_torch: bool = False

    def __init__(self, prefix: str | None = None, params: ParameterDict | None = None) -> None:
        self._empty_prefix = prefix == ""
        self._prefix, self._params = _BlockScope.create(prefix, params, self._alias())
        self._name = self._prefix[:-1] if self._prefix.endswith("_") else self._prefix
        self._scope = _BlockScope(self)
        self._children: OrderedDict[str, Any] = OrderedDict()
        self._reg_params: dict[str, Parameter] = {}
        self._forward_hooks: OrderedDict[int, Callable[..., Any]] = OrderedDict()
        self._forward_pre_hooks: OrderedDict[int, Callable[..., Any]] = OrderedDict()

    def __repr__(self) -> str:
        parts = [
            f"  ({key}): {_indent(repr(value), 2)}" for key, value in self.__dict__.items() if isinstance(value, Block)
        ]
        return f"{type(self).__name__}(\n" + "\n".join(parts) + "\n)"

    def __setattr__(self, name: str, value: Any) -> None:
        if hasattr(self, name):
            existing = getattr(self, name)
            if isinstance(existing, (Parameter, Block)) and not isinstance(value, type(existing)):
                raise TypeError(
                    f"Changing attribute type for {name} from {type(existing)} to {type(value)} is not allowed."
                )
        if isinstance(value, Block):
            self.register_child(value, name)
        elif isinstance(value, Parameter):
            if name in self._reg_params:
                raise AssertionError(
                    f"Overriding Parameter attribute {name} is not allowed. To share parameters between blocks, give "
                    "'params' when making the Block."
                )
            self._reg_params[name] = value
        object.__setattr__(self, name, value)

    # ---- names and parameters

    def _alias(self) -> str:
        """What blocks of this class are numbered after."""
        return type(self).__name__.lower()

    @property
    def prefix(self) -> str:
        """What the names of its parameters start with."""
        return self._prefix

    @property
    def name(self) -> str:
        """The prefix without the underscore at its end."""
        return self._name

    def name_scope(self) -> _BlockScope:
        """The scope, for a ``with`` statement, in which children get this block's prefix."""
        return self._scope

    @property
    def params(self) -> ParameterDict:
        """The block's own parameters, without its children's."""
        return self._params

    def collect_params(self, select: str | None = None) -> ParameterDict:
        """The parameters of the block and all its children.

        Args:
            select: a regular expression that the names must match from their start.
        """
        self._check_container_with_block()
        found = ParameterDict(self._params.prefix)
        if select:
            pattern = re.compile(select)
            found.update({name: value for name, value in self.params.items() if pattern.match(name)})
        else:
            found.update(self.params)
        for child in self._children.values():
            found.update(child.collect_params(select=select))
        return found

    def _check_container_with_block(self) -> None:
        """Warn of blocks in lists, tuples and dicts: they are not registered."""
        children = set(self._children.values())
        for key, value in self.__dict__.items():
            if key == "_children" or key.startswith("__") or not isinstance(value, (list, tuple, dict)):
                continue
            if _holds_stranger(value, children):
                warnings.warn(
                    f'"{type(self).__name__}.{key}" is an unregistered container with Blocks, whose parameters this '
                    "block does not find: call register_child(block) for each, or keep them in nn.Sequential or "
                    "nn.HybridSequential",
                    stacklevel=3,
                )

    def _collect_params_with_prefix(self, prefix: str = "") -> dict[str, Parameter]:
        """All parameters by their attribute names, such as ``"features.0.weight"``."""
        if prefix:
            prefix += "."
        found = {prefix + key: value for key, value in self._reg_params.items()}
        for name, child in self._children.items():
            found.update(child._collect_params_with_prefix(prefix + name))
        return found

    def initialize(
        self,
        init: Any = initializer.Uniform(),  # noqa: B008
        ctx: Context | list[Context] | None = None,
        verbose: bool = False,
        force_reinit: bool = False,
    ) -> None:
        """Initialize all parameters; see `ParameterDict.initialize`."""
        self.collect_params().initialize(init, ctx, verbose, force_reinit)

    def cast(self, dtype: Any) -> None:
        """Convert all parameters to another dtype."""
        for child in self._children.values():
            child.cast(dtype)
        for param in self.params.values():
            param.cast(dtype)

    # ---- files

    def save_parameters(self, filename: str, deduplicate: bool = False) -> None:
        """Write the parameters, under their attribute names, to a file for `load_parameters`.

        Args:
            filename: path of the file.
            deduplicate: write a parameter that several children share once only.
        """
        _files.save_parameters(self, filename, deduplicate)

    def save_params(self, filename: str) -> None:
        """Deprecated, see `save_parameters`: write the parameters under their full names."""
        _files.save_params(self, filename)

    def load_parameters(
        self,
        filename: str,
        ctx: Context | list[Context] | None = None,
        allow_missing: bool = False,
        ignore_extra: bool = False,
        cast_dtype: bool = False,
        dtype_source: str = "current",
    ) -> None:
        """Read the parameters from a file of `save_parameters`, or of `save_params` or ``ParameterDict.save``.

        Args:
            filename: path of the file.
            ctx: context, or list of contexts, of parameters that are not initialized; None is ``cpu(0)``.
            allow_missing: leave parameters alone that the file does not have.
            ignore_extra: skip arrays that are no parameter here.
            cast_dtype: convert where dtypes differ.
            dtype_source: with ``cast_dtype``, whose dtype is kept: ``"current"`` or ``"saved"``.

        Raises:
            AssertionError: a parameter is missing in the file, or of another shape or dtype.
            ValueError: the file has an array that is no parameter here.
        """
        _files.load_parameters(self, filename, ctx, allow_missing, ignore_extra, cast_dtype, dtype_source)

    def load_params(
        self,
        filename: str,
        ctx: Context | list[Context] | None = None,
        allow_missing: bool = False,
        ignore_extra: bool = False,
    ) -> None:
        """Deprecated, see `load_parameters`."""
        warnings.warn("load_params is deprecated: call load_parameters", stacklevel=2)
        self.load_parameters(filename, ctx, allow_missing, ignore_extra)

    def save(self, prefix: str) -> None:
        """Write parameters, names and traced graphs to ``<prefix>-model.params`` and ``<prefix>-model.json``."""
        _files.save_model(self, prefix)

    def load(self, prefix: str) -> None:
        """Take parameters, names and traced graphs from files of `save`.

        The block must have been made by the same program as the saved one.
        """
        _files.load_model(self, prefix)

    # ---- torch

    def to_torch(self) -> nn.Module:
        """The block as a torch module on the same parameters: same memory, same gradients.

        Dense, convolutions, poolings, normalizations, embeddings, recurrent layers, activations and stacks of them
        become layers of `torch.nn`; any other block becomes a module that runs the block's own ``forward``, with its
        children as modules inside. The keys of ``state_dict()`` are the names that `save_parameters` writes, except
        that layers of torch name their own parameters (``gamma`` is ``weight``, ``beta`` is ``bias``, recurrent layers
        have ``weight_ih_l0`` and so on).

        Raises:
            DeferredInitializationError: a shape is not known yet: run one batch through the block first.
            RuntimeError: a parameter is not initialized, or lies on several contexts.
            NotSupportedError: a parameter is a sparse array.
        """
        module: nn.Module = import_module(f"{__package__}._torch").to_torch(self)  # it builds on the layers
        return module

    # ---- children and hooks

    def register_child(self, block: Any, name: str | None = None) -> None:
        """Make a block a child, under ``name`` or the next number."""
        self._children[str(len(self._children)) if name is None else name] = block

    def register_forward_pre_hook(self, hook: Callable[..., Any]) -> HookHandle:
        """Call ``hook(block, inputs)`` before every forward; the handle takes it away again."""
        handle = HookHandle()
        handle.attach(self._forward_pre_hooks, hook)
        return handle

    def register_forward_hook(self, hook: Callable[..., Any]) -> HookHandle:
        """Call ``hook(block, inputs, output)`` after every forward; the handle takes it away again."""
        handle = HookHandle()
        handle.attach(self._forward_hooks, hook)
        return handle

    def register_op_hook(self, callback: Callable[..., Any], monitor_all: bool = False) -> None:
        """Call ``callback(node name, operator name, array)`` for operators inside hybridized children.

        Args:
            callback: the function.
            monitor_all: for inputs also, not for outputs only.
        """
        for child in self._children.values():
            child.register_op_hook(callback, monitor_all)

    def apply(self: B, fn: Callable[[Any], Any]) -> B:
        """Call a function with every child, theirs first, and then with the block; returns the block."""
        for child in self._children.values():
            child.apply(fn)
        fn(self)
        return self

    def hybridize(self, active: bool = True, **kwargs: Any) -> None:
        """Switch compilation of the hybrid children on or off; see `HybridBlock.hybridize`."""
        for child in self._children.values():
            child.hybridize(active, **kwargs)

    def summary(self, *inputs: Any) -> None:
        """Run the block once and print output shapes and numbers of parameters.

        Args:
            inputs: what `forward` takes.

        Raises:
            AssertionError: the block, or one inside, is hybridized.
        """
        print_summary(self, inputs)

    # ---- computing

    def __call__(self, *args: Any) -> Any:
        if self._forward_pre_hooks:
            for hook in tuple(self._forward_pre_hooks.values()):
                hook(self, args)
        out = call_through_torch(self, args) if self._in_torch else self.forward(*args)
        if self._forward_hooks:
            for hook in tuple(self._forward_hooks.values()):
                hook(self, args, out)
        if THREAD.np_array:
            check_all_np_ndarrays(out)
        return out

    def forward(self, *args: Any) -> Any:
        """Compute the output: what a subclass defines.

        Args:
            args: arrays; positional only.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define forward")


def _holds_stranger(value: Any, children: set[Any]) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_holds_stranger(one, children) for one in value)
    if isinstance(value, dict):
        return any(_holds_stranger(one, children) for one in value.values())
    return isinstance(value, Block) and value not in children
