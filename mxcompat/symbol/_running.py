"""The methods of Symbol that run it: `bind`, `simple_bind`, `eval`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._core.context import current_context
from ..nd.ndarray import NDArray
from ._binding import bind, simple_bind
from .executor import Executor


class Running:
    """Binding a symbol to arrays."""

    __slots__ = ()

    def bind(
        self,
        ctx: Any,
        args: Any,
        args_grad: Any = None,
        grad_req: Any = "write",
        aux_states: Any = None,
        group2ctx: Any = None,
        shared_exec: Any = None,
    ) -> Executor:
        """An executor that works with given arrays.

        Args:
            ctx: where to run.
            args: the arguments, as a list in the order of `list_arguments` or a dict by name.
            args_grad: arrays that take the gradients, likewise; what is left out gets none.
            grad_req: ``"write"``, ``"add"`` or ``"null"``, for all, as a list, or as a dict by name.
            aux_states: the auxiliary states, as a list or dict.
            group2ctx: contexts by the names of groups (attribute ``ctx_group``). Arrays are made there and say so;
                everything is computed on the device of ``ctx``.
            shared_exec: accepted: memory between executors is torch's to share.

        Raises:
            ValueError: an argument is missing, a list has the wrong length, or an unknown ``grad_req``.
            TypeError: something that is no NDArray, or no context.
            MXNetError: arrays that do not fit the graph; the text names the node.
        """
        return bind(self, ctx, args, args_grad, grad_req, aux_states, group2ctx, shared_exec)

    def simple_bind(
        self,
        ctx: Any,
        grad_req: Any = "write",
        type_dict: Mapping[str, Any] | None = None,
        stype_dict: Mapping[str, str] | None = None,
        group2ctx: Any = None,
        shared_arg_names: list[str] | None = None,
        shared_exec: Executor | None = None,
        shared_buffer: dict[str, NDArray] | None = None,
        **kwargs: Any,
    ) -> Executor:
        """An executor on new arrays, of the shapes that follow from those given.

        Args:
            ctx: where to run.
            grad_req: as for `bind`.
            type_dict: dtypes by name; float32 where nothing follows.
            stype_dict: storage types by name.
            group2ctx: contexts by the names of groups (attribute ``ctx_group``). Arrays are made there and say so;
                everything is computed on the device of ``ctx``.
            shared_arg_names: arguments whose arrays and gradients are those of ``shared_exec``.
            shared_exec: an executor to share those, and all auxiliary states, with; as in MXNet, only if there is a
                ``shared_buffer`` too.
            shared_buffer: arrays by name whose memory is used for the other arguments; new ones are added.
            kwargs: shapes (tuples) by name.

        Raises:
            RuntimeError: shapes that do not fit, or too few of them.
        """
        return simple_bind(
            self, ctx, grad_req, type_dict, stype_dict, group2ctx, shared_arg_names, shared_exec, shared_buffer,
            **kwargs,
        )  # fmt: skip

    def eval(self, ctx: Any = None, **kwargs: NDArray) -> list[NDArray]:
        """Run the symbol once.

        Args:
            ctx: where; None is the current context.
            kwargs: the arguments by name.

        Returns:
            A list of the outputs.
        """
        return self.bind(current_context() if ctx is None else ctx, kwargs).forward()
