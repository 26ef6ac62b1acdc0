"""A dictionary of parameters with a common prefix."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from typing import Any

import numpy as np
import torch

from .. import initializer
from .. import nd as ndarray
from .._core.context import Context
from ..nd.ndarray import NDArray
from ._arrays import load_arrays, save_arrays
from ._parameter import Constant, Parameter
from .utils import _brief_print_list, _indent

_NAMING = "(names: https://mxnet.apache.org/versions/1.9.1/api/python/docs/tutorials/packages/gluon/blocks/naming.html)"


class ParameterDict:
    """Parameters by their full names.

    Args:
        prefix: what `get` puts before a name.
        shared: another dictionary, in which `get` looks before it makes a new parameter.

    Source: MXNet 1.9.1 python/mxnet/gluon/parameter.py.
    """

    def __init__(self, prefix: str = "", shared: ParameterDict | None = None) -> None:
        self._prefix = prefix
        self._params: OrderedDict[str, Parameter] = OrderedDict()
        self._shared = shared

    def __repr__(self) -> str:
        name = self._prefix + " " if self._prefix else ""
        content = "\n".join([_indent(f"  {param}", 2) for param in self.values()])
        return f"{name}(\n{content}\n)"

    def __getitem__(self, key: str) -> Parameter:
        return self._params[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._params)

    def items(self) -> ItemsView[str, Parameter]:
        """Names and parameters, in the order they were added."""
        return self._params.items()

    def keys(self) -> KeysView[str]:
        """Full names, in the order they were added."""
        return self._params.keys()

    def values(self) -> ValuesView[Parameter]:
        """Parameters, in the order they were added."""
        return self._params.values()

    @property
    def prefix(self) -> str:
        """What `get` puts before a name."""
        return self._prefix

    def _get_impl(self, name: str) -> Parameter | None:
        """The parameter of a full name, from here or from the shared dictionary; None if there is none."""
        found = self._params.get(name)
        if found is None and self._shared is not None:
            found = self._shared._params.get(name)
            if found is not None:
                self._params[name] = found
        return found

    def get(self, name: str, **kwargs: Any) -> Parameter:
        """The parameter named ``prefix + name``: one that is here, one of the shared dictionary, or a new one.

        Args:
            name: name without the prefix.
            kwargs: arguments for a new `Parameter`. An existing one must agree with them; unknown dimensions of its
                shape are filled in.

        Raises:
            AssertionError: the existing parameter has another value of an attribute.
        """
        name = self.prefix + name
        param = self._get_impl(name)
        if param is None:
            param = self._params[name] = Parameter(name, **kwargs)
            return param
        for key, wanted in kwargs.items():
            existing = getattr(param, key, None)
            if existing is None:
                setattr(param, key, wanted)
            elif not _reconcile(param, key, wanted, existing):
                raise AssertionError(
                    f"Parameter '{name}' exists with {key}={getattr(param, key)!r}, asked for was {wanted!r}; ask for "
                    "the same, or take another name"
                )
        return param

    def get_constant(self, name: str, value: Any = None) -> Parameter:
        """The constant named ``prefix + name``: one that is here, one of the shared dictionary, or a new one.

        Args:
            name: name without the prefix.
            value: value of a new constant; an existing one must have the same.

        Raises:
            KeyError: there is none and no value was given.
            AssertionError: a parameter of that name is no constant, or has another value.
        """
        name = self.prefix + name
        param = self._get_impl(name)
        if param is None:
            if value is None:
                raise KeyError(f"No constant named '{name}'. Specify value to create a new constant.")
            param = self._params[name] = Constant(name, value)
        elif value is not None:
            if not isinstance(param, Constant):
                raise AssertionError(f"'{name}' is the name of a Parameter, not of a constant; take another name")
            if isinstance(value, NDArray):
                value = value.asnumpy()
            if param.shape != value.shape or not (param.value.asnumpy() == value).all():
                raise AssertionError(f"Constant '{name}' already exists but its value is not the new value")
        return param

    def update(self, other: Any) -> None:
        """Add all parameters of another dictionary.

        Raises:
            AssertionError: a name stands for different parameters.
        """
        own = self._params
        added = dict(other.items())
        for key, value in added.items():
            if own.get(key, value) is not value:
                raise AssertionError(
                    f"ParameterDict.update: both dictionaries have a parameter '{key}', and not the same one; rename "
                    "one by another prefix"
                )
        own.update(added)

    def initialize(
        self,
        init: Any = initializer.Uniform(),  # noqa: B008
        ctx: Context | list[Context] | None = None,
        verbose: bool = False,
        force_reinit: bool = False,
    ) -> None:
        """Initialize all parameters, in order.

        Args:
            init: initializer of the parameters that have none of their own.
            ctx: context, or a list of contexts that get a copy each; None is the current one.
            verbose: let the initializer print what it does.
            force_reinit: also initialize what is initialized already.
        """
        if verbose:
            init.set_verbosity(verbose=verbose)
        for param in self.values():
            param.initialize(None, ctx, init, force_reinit=force_reinit)

    def zero_grad(self) -> None:
        """Set all gradients to zero."""
        dense = []
        for param in self.values():
            if param.grad_req == "null" or param._grad is None:
                continue
            for gradient in param.list_grad():
                if gradient.stype == "row_sparse":
                    ndarray.zeros_like(gradient, out=gradient)
                else:
                    dense.append(gradient._t)
        if dense:
            torch._foreach_zero_(dense)

    def reset_ctx(self, ctx: Context | list[Context]) -> None:
        """Move all parameters to other contexts.

        Args:
            ctx: context, or a list of contexts that get a copy each.
        """
        for param in self.values():
            param.reset_ctx(ctx)

    def list_ctx(self) -> list[Context]:
        """All contexts that hold a parameter, in no particular order."""
        return list({ctx for param in self.values() for ctx in param.list_ctx()})

    def setattr(self, name: str, value: Any) -> None:
        """Set an attribute (``"grad_req"``, ``"lr_mult"``, ...) of all parameters."""
        for param in self.values():
            setattr(param, name, value)

    def save(self, filename: str, strip_prefix: str = "") -> None:
        """Write the parameters to a file.

        Args:
            filename: path of the file.
            strip_prefix: what all names start with, and what is left out in the file.

        Raises:
            ValueError: a name starts otherwise.
        """
        arrays = {}
        for param in self.values():
            weight = param._reduce()
            if not param.name.startswith(strip_prefix):
                raise ValueError(
                    f"ParameterDict.save: the name '{param.name}' does not start with strip_prefix='{strip_prefix}': "
                    "is the parameter shared with another Block, or was a child made outside of 'with "
                    f"self.name_scope()'? {_NAMING}"
                )
            arrays[param.name[len(strip_prefix) :]] = weight
        save_arrays(filename, arrays)

    def load(
        self,
        filename: str,
        ctx: Context | list[Context] | None = None,
        allow_missing: bool = False,
        ignore_extra: bool = False,
        restore_prefix: str = "",
        cast_dtype: bool = False,
        dtype_source: str = "current",
    ) -> None:
        """Read the parameters from a file.

        Args:
            filename: path of the file.
            ctx: context, or list of contexts, of parameters that are not initialized.
            allow_missing: leave parameters alone that the file does not have.
            ignore_extra: skip arrays that are no parameter here.
            restore_prefix: what comes before the names of the file.
            cast_dtype: convert where dtypes differ.
            dtype_source: with ``cast_dtype``, whose dtype is kept: ``"current"`` or ``"saved"``.

        Raises:
            AssertionError: a parameter is missing in the file, superfluous there, or of another shape or dtype.
        """
        if restore_prefix:
            for name in self.keys():
                if not name.startswith(restore_prefix):
                    raise AssertionError(
                        f"restore_prefix is '{restore_prefix}' but Parameters name '{name}' does not start with "
                        f"'{restore_prefix}'. {_NAMING}"
                    )
        arrays = load_arrays(filename)
        self.load_dict(arrays, ctx, allow_missing, ignore_extra, restore_prefix, filename, cast_dtype, dtype_source)

    def load_dict(
        self,
        param_dict: Mapping[str, Any] | Iterable[tuple[str, Any]] | Any,
        ctx: Context | list[Context] | None = None,
        allow_missing: bool = False,
        ignore_extra: bool = False,
        restore_prefix: str = "",
        filename: str | None = None,
        cast_dtype: bool = False,
        dtype_source: str = "current",
    ) -> None:
        """Take the parameters from a dictionary of arrays.

        Args:
            param_dict: arrays by name; ``arg:`` and ``aux:`` before a name are dropped.
            filename: the file they come from, for messages. The other arguments: see `load`.
        """
        loaded: Any = param_dict
        if isinstance(param_dict, dict):
            loaded = [(k[4:] if k.startswith(("arg:", "aux:")) else k, v) for k, v in param_dict.items()]
        arrays = {restore_prefix + k: v for k, v in loaded}
        where = f"file: {filename}" if filename else "param_dict"
        skip = len(restore_prefix)
        if not allow_missing:
            for name in self.keys():
                if name not in arrays:
                    raise AssertionError(
                        f"Parameter '{name[skip:]}' is missing in {where}, which has {_brief_print_list(arrays)}: give "
                        f"allow_missing=True to leave it alone, or the prefix that the file was saved under. {_NAMING}"
                    )
        for name, value in arrays.items():
            if name in self._params:
                self[name]._load_init(value, ctx, cast_dtype=cast_dtype, dtype_source=dtype_source)
            elif not ignore_extra:
                raise AssertionError(
                    f"{where} holds '{name[skip:]}', a name that this ParameterDict lacks; it has "
                    f"{_brief_print_list(self._params)}: give ignore_extra=True to skip it, or the prefix that the "
                    f"file was saved under. {_NAMING}"
                )


def _reconcile(param: Parameter, key: str, wanted: Any, existing: Any) -> bool:
    """Whether an existing attribute agrees with a wanted one; merges shapes that each know a part."""
    if key == "shape" and len(wanted) == len(existing):
        merged = _merge_shapes(wanted, existing)
        if merged is not None:
            param._shape = merged
            return True
    elif key == "dtype" and np.dtype(wanted) == np.dtype(existing):
        return True
    return wanted is None or bool(wanted == existing)


def _merge_shapes(wanted: Any, existing: Any) -> tuple[int, ...] | None:
    merged = []
    for new, old in zip(wanted, existing, strict=True):
        if new != old and new > 0 and old > 0:
            return None
        merged.append(old if new in (0, -1) else new)
    return tuple(merged)
