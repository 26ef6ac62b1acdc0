"""`mxnet.operator`: operators that a program defines in Python, and questions about the registered ones."""

from __future__ import annotations

import warnings
from collections import namedtuple
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

import numpy as np
import torch

from ._core.dtypes import NAME_OF_TORCH
from .nd import NDArray as NDArray
from .nd._custom import PROPERTIES
from .registry import REGISTRY, REQUIRED, find
from .util import is_np_array as is_np_array

C = TypeVar("C", bound=Callable[..., Any])


class CustomOp:
    """Base class of operators written in Python; subclasses define `forward` and `backward`."""

    def __init__(self) -> None:
        pass

    def forward(self, is_train: int, req: list[str], in_data: list[Any], out_data: list[Any], aux: list[Any]) -> None:
        """Compute the outputs. The default leaves them as they are.

        Args:
            is_train: 1 while training, else 0.
            req: for each output ``"write"``, ``"inplace"``, ``"add"`` or ``"null"``; see `assign`.
            in_data: the inputs.
            out_data: the outputs, to be written to.
            aux: the auxiliary states, which may be written to.
        """

    def backward(
        self,
        req: list[str],
        out_grad: list[Any],
        in_data: list[Any],
        out_data: list[Any],
        in_grad: list[Any],
        aux: list[Any],
    ) -> None:
        """Compute the gradients of the inputs. The default leaves them as they are.

        Args:
            req: for each gradient of an input ``"write"``, ``"add"`` or ``"null"``; see `assign`.
            out_grad: gradients of the outputs.
            in_data: the inputs of forward.
            out_data: the outputs of forward.
            in_grad: gradients of the inputs, to be written to.
            aux: the auxiliary states.
        """

    def assign(self, dst: Any, req: str, src: Any) -> None:
        """Write ``src`` to ``dst`` as ``req`` says: ``"write"`` and ``"inplace"`` replace, ``"null"`` does nothing."""
        if req in ("write", "inplace"):
            dst[:] = src
        elif req == "add":
            dst[:] += src


class CustomOpProp:
    """Base class of the descriptions of custom operators: names, shapes, types, and how to create the operator.

    Args:
        need_top_grad: whether backward needs the gradients of the outputs; a loss does not.

    Source: MXNet 1.9.1 python/mxnet/operator.py.
    """

    def __init__(self, need_top_grad: bool = True) -> None:
        self.need_top_grad_ = need_top_grad

    def infer_shape(self, in_shape: list[list[int]]) -> Any:
        """Shapes of inputs, outputs and auxiliary states (may be left out) from those of the inputs.

        The default gives every output the shape of the first input, and knows no auxiliary state.
        """
        return in_shape, (in_shape[0],) * len(self.list_outputs()), ()

    def infer_type(self, in_type: list[Any]) -> Any:
        """NumPy types of inputs, outputs and auxiliary states from those of the inputs: by default the first one's."""
        first = in_type[0]
        return in_type, [first] * len(self.list_outputs()), [first] * len(self.list_auxiliary_states())

    def infer_storage_type(self, in_stype: list[str]) -> Any:
        """Storage types of inputs, outputs and auxiliary states; the default allows ``"default"`` only."""
        _dense_only("infer_storage_type", "in_stype", in_stype)
        return (
            in_stype,
            ["default"] * len(self.list_outputs()),
            ["default"] * len(self.list_auxiliary_states()),
        )

    def infer_storage_type_backward(
        self,
        ograd_stype: list[str],
        in_stype: list[str],
        out_stype: list[str],
        igrad_stype: list[str],
        aux_stype: list[str],
    ) -> Any:
        """Storage types in backward, five lists as given; the default allows ``"default"`` gradients only."""
        _dense_only("infer_storage_type_backward", "ograd_stype", ograd_stype)
        known = ["default" if stype == "undefined" else stype for stype in igrad_stype]
        _dense_only("infer_storage_type_backward", "igrad_stype", known)
        lists = [ograd_stype, in_stype, out_stype, igrad_stype, aux_stype]
        for stypes in lists:
            stypes[:] = ["default"] * len(stypes)
        return tuple(lists)

    def list_outputs(self) -> list[str]:
        """Names of the outputs."""
        return ["output"]

    def list_arguments(self) -> list[str]:
        """Names of the inputs."""
        return ["data"]

    def list_auxiliary_states(self) -> list[str]:
        """Names of the auxiliary states."""
        return []

    def declare_backward_dependency(self, out_grad: list[int], in_data: list[int], out_data: list[int]) -> list[int]:
        """The numbers, among those given, of the arrays that backward reads; the others have no values there."""
        return [*(out_grad if self.need_top_grad_ else ()), *in_data, *out_data]

    def create_operator(self, ctx: Any, in_shapes: list[list[int]], in_dtypes: list[int]) -> CustomOp:
        """The operator for inputs on ``ctx`` of these shapes and (MXNet's numbers of) dtypes."""
        return CustomOp()


def _dense_only(method: str, argument: str, stypes: list[str]) -> None:
    for index, stype in enumerate(stypes):
        if stype != "default":
            raise AssertionError(
                f"{method}: the default takes dense arrays only, {argument}[{index}] is {stype!r}; define "
                "infer_storage_type and infer_storage_type_backward for sparse arrays"
            )


def register(reg_name: str) -> Callable[[C], C]:
    """Decorate a subclass of `CustomOpProp` to make its operator known; a second one replaces the first.

    Args:
        reg_name: the name that `mxnet.nd.Custom` takes as ``op_type``.
    """

    def do_register(prop_cls: C) -> C:
        PROPERTIES[str(reg_name)] = prop_cls
        return prop_cls

    return do_register


register("custom_op")(CustomOpProp)


class PythonOp:
    """Base of the operator classes from before `CustomOp`. They make symbols only.

    Args:
        need_top_grad: whether backward needs the gradients of the outputs.
    """

    _ref_holder: list[Any] = []

    def __init__(self, need_top_grad: bool = True) -> None:
        self.info_: Any = None
        self.need_top_grad_ = need_top_grad
        self._warn("PythonOp")

    @staticmethod
    def _warn(name: str) -> None:
        warnings.warn(f"{name} has been deprecated. Please use CustomOp", UserWarning, stacklevel=4)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.get_symbol(*args, **kwargs)

    def get_symbol(self, *args: Any, **kwargs: Any) -> Any:
        """The operator applied to symbols; subclasses define it."""
        raise NotImplementedError(f"{type(self).__name__} does not define get_symbol()")

    def forward(self, in_data: list[Any], out_data: list[Any]) -> None:
        """Compute the outputs; by default the first output is the first input."""
        out_data[0][:] = in_data[0]

    def backward(self, out_grad: list[Any], in_data: list[Any], out_data: list[Any], in_grad: list[Any]) -> None:
        """Compute the gradients of the inputs; by default that of the first is one."""
        in_grad[0][:] = 1.0

    def infer_shape(self, in_shape: list[Any]) -> Any:
        """Shapes of inputs and outputs; by default one output with the shape of the first input."""
        return in_shape, [in_shape[0]]

    def list_outputs(self) -> list[str]:
        """Names of the outputs."""
        return ["output"]

    def list_arguments(self) -> list[str]:
        """Names of the inputs."""
        return ["data"]

    def need_top_grad(self) -> bool:
        """Whether backward needs the gradients of the outputs."""
        return self.need_top_grad_


def _symbol_of(op: str, owner: PythonOp, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    module = import_module(".symbol._python_op", __package__)  # loads the symbols, which few programs need
    PythonOp._ref_holder.append(owner)
    return module.python_op_symbol(op, owner, args, kwargs)


class NumpyOp(PythonOp):
    """An operator on NumPy arrays: superseded by `CustomOp`."""

    def __init__(self, need_top_grad: bool = True) -> None:
        super().__init__(need_top_grad)
        self._warn("NumpyOp")

    def get_symbol(self, *args: Any, **kwargs: Any) -> Any:
        """The operator applied to symbols.

        Args:
            args: the inputs in order; missing ones become variables.
            kwargs: inputs by name, and ``name`` and ``attr`` of the node.

        Returns:
            A Symbol. It lives in this process only: a file keeps no Python object.
        """
        return _symbol_of("_Native", self, args, kwargs)


class NDArrayOp(PythonOp):
    """An operator on arrays: superseded by `CustomOp`."""

    def __init__(self, need_top_grad: bool = True) -> None:
        super().__init__(need_top_grad)
        self._warn("NDArrayOp")

    def get_symbol(self, *args: Any, **kwargs: Any) -> Any:
        """The operator applied to symbols.

        Args:
            args: the inputs in order; missing ones become variables.
            kwargs: inputs by name, and ``name`` and ``attr`` of the node.

        Returns:
            A Symbol. It lives in this process only: a file keeps no Python object.
        """
        return _symbol_of("_NDArray", self, args, kwargs)

    def declare_backward_dependency(self, out_grad: list[int], in_data: list[int], out_data: list[int]) -> list[int]:
        """The numbers, among those given, of the arrays that backward reads."""
        return [*(out_grad if self.need_top_grad() else ()), *in_data, *out_data]


def get_all_registered_operators() -> list[str]:
    """Names and aliases of all operators. (MXNet lists those that run in backward, too; here there are none.)"""
    return [*REGISTRY, "Custom"]


OperatorArguments = namedtuple("OperatorArguments", ["narg", "names", "types"])


def get_operator_arguments(op_name: str) -> OperatorArguments:
    """Number, names and types of an operator's arguments, inputs first. MXNetError for an unknown name.

    Differences:
        argument-types: MXNet's texts tell ``int`` from ``long`` and ``int (non-negative)``, and ``float`` from
        ``double``; here each group has one name.
    """
    if op_name in ("Custom", "_npi_Custom"):  # no record: its arguments are those of the program's own class
        return OperatorArguments(2, ["data", "op_type"], ["NDArray-or-Symbol[]", "string"])
    op = find(op_name)
    if op.variadic is not None:
        arguments = [(op.variadic, "NDArray-or-Symbol[]")]
        if op.num_args is not None and op.num_args not in op.attr_names:
            arguments.append((op.num_args, "int, required"))
    else:
        arguments = [(name, "NDArray-or-Symbol") for name in op.inputs]
    arguments += [(a.name, _describe(a.tag.mxnet_name, a.default)) for a in op.attributes]
    return OperatorArguments(len(arguments), [name for name, _ in arguments], [kind for _, kind in arguments])


def _describe(kind: str, default: Any) -> str:
    """The type of an attribute with its default, in MXNet's notation."""
    enum = kind.startswith("{")
    if default is REQUIRED:
        return f"{kind}, required"
    if isinstance(default, bool):
        text = str(int(default))
    elif default is None:
        text = "'None'" if enum or kind.startswith("int") else "''" if kind == "string" else "None"
    elif isinstance(default, tuple):
        text = "[" + ",".join("None" if n is None else f"{n:.9g}" for n in default) + "]"
    elif isinstance(default, float):
        text = f"{np.float32(default):.9g}"
    else:
        text = repr(NAME_OF_TORCH.get(default, default) if isinstance(default, torch.dtype) else str(default))
    return f"{kind}{',' if enum else ', '}optional, default={text}"


__all__ = [
    "CustomOp",
    "CustomOpProp",
    "NDArrayOp",
    "NumpyOp",
    "OperatorArguments",
    "PythonOp",
    "get_all_registered_operators",
    "get_operator_arguments",
    "register",
]
