"""What all cells have in common: shared parameters, first states, unrolling, weights by gate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .. import nd as ndarray
from .. import symbol

#: a step's result: the output, and the states for the next step
Step = tuple[Any, list[Any]]
Weights = dict[str, Any]

MODIFIED = (
    "this cell is inside a modifier cell such as ZoneoutCell, which stands in its place now: call and unroll that one"
)


def split_steps(inputs: Any, axis: int, length: Any, split: Any) -> list[Any]:
    """A sequence in one symbol as a list of its steps, by ``split`` or ``SliceChannel``: it names the result."""
    return list(split(inputs, axis=axis, num_outputs=length, squeeze_axis="1"))


def _normalize_sequence(
    length: int | None, inputs: Any, layout: str, merge: bool | None, in_layout: str | None = None
) -> tuple[Any, int]:
    """A sequence as one symbol or as a list of steps.

    Args:
        length: number of steps.
        inputs: one symbol, or a list of a symbol for each step.
        layout: wanted layout, with T for time.
        merge: True for one symbol, False for a list, None to leave it as it is.
        in_layout: layout of ``inputs``, if that differs.

    Returns:
        The sequence, and the place of time in ``layout``.

    Raises:
        AssertionError: no inputs; a list of another length; a symbol of several outputs that is to be split.
    """
    if inputs is None:
        raise AssertionError(
            "unroll: inputs=None is not legal any more; make the input symbols and pass them"
        )  # fmt: skip
    axis = layout.find("T")
    in_axis = axis if in_layout is None else in_layout.find("T")
    if isinstance(inputs, symbol.Symbol):
        if merge is False:
            if len(inputs.list_outputs()) != 1:
                raise AssertionError(
                    f"unroll: inputs is a group of {len(inputs.list_outputs())} symbols; pass list(inputs), or one "
                    "symbol that unroll splits"
                )
            inputs = split_steps(inputs, in_axis, length, symbol.split)
    else:
        if length is not None and len(inputs) != length:
            raise AssertionError(f"{len(inputs)} inputs for {length} steps")
        if merge is True:
            steps = [symbol.expand_dims(one, axis=axis) for one in inputs]
            inputs = symbol.Concat(*steps, dim=axis)
            in_axis = axis
    if isinstance(inputs, symbol.Symbol) and axis != in_axis:
        inputs = symbol.swapaxes(inputs, dim0=axis, dim1=in_axis)
    return inputs, axis


class RNNParams:
    """The variables of a cell by name; cells that are given the same one share their weights.

    Args:
        prefix: start of the variables' names.

    Source: MXNet 1.9.1 python/mxnet/rnn/rnn_cell.py.
    """

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._params: dict[str, Any] = {}

    def get(self, name: str, **kwargs: Any) -> Any:
        """A variable, made when it is first asked for.

        Args:
            name: its name without the prefix.
            kwargs: arguments of ``symbol.Variable``.
        """
        name = self._prefix + name
        if name not in self._params:
            self._params[name] = symbol.Variable(name, **kwargs)
        return self._params[name]


class BaseRNNCell:
    """One step of a recurrent network, to be called with the input and the states of a step.

    Args:
        prefix: start of the names of parameters and results.
        params: parameters to share with other cells.

    Source: MXNet 1.9.1 python/mxnet/rnn/rnn_cell.py.
    """

    _num_hidden: int
    _cells: list[Any]

    def __init__(self, prefix: str = "", params: RNNParams | None = None) -> None:
        self._own_params = params is None
        self._prefix = prefix
        self._params = RNNParams(prefix) if params is None else params
        #: a modifier has been put around this cell
        self._modified = False
        self.reset()

    def reset(self) -> None:
        """Begin a new graph: steps and first states are numbered from zero again."""
        self._init_counter = -1
        self._counter = -1
        for cell in getattr(self, "_cells", ()):
            cell.reset()

    def __call__(self, inputs: Any, states: Any) -> Step:
        """One step.

        Args:
            inputs: symbol of shape (N, C).
            states: the states before.

        Returns:
            The output, and the states after.
        """
        raise NotImplementedError(f"{type(self).__name__} has no step")

    @property
    def params(self) -> RNNParams:
        """The parameters; whoever has asked for them may share them."""
        self._own_params = False
        return self._params

    @property
    def state_info(self) -> list[dict[str, Any]]:
        """Shape and layout of each state; 0 for the batch size."""
        raise NotImplementedError(f"{type(self).__name__} has no state_info")

    @property
    def state_shape(self) -> list[Any]:
        """Shape of each state; 0 for the batch size."""
        return [info["shape"] for info in self.state_info]

    @property
    def _gate_names(self) -> Sequence[str]:
        """Ends of the names of the gates, in the order in which their weights lie."""
        return ()

    def begin_state(self, func: Callable[..., Any] = symbol.zeros, **kwargs: Any) -> list[Any]:
        """Symbols for the states before the first step.

        Args:
            func: makes a symbol of name and shape: ``symbol.zeros``, ``symbol.Variable``, ...
            kwargs: further arguments of ``func``.

        Raises:
            AssertionError: there is a modifier around this cell.
        """
        if self._modified:
            raise AssertionError(MODIFIED)
        states = []
        for info in self.state_info:
            self._init_counter += 1
            kwargs.update(info or {})
            states.append(func(name=f"{self._prefix}begin_state_{self._init_counter}", **kwargs))
        return states

    def unpack_weights(self, args: Weights) -> Weights:
        """Weights with those of this cell split by gate: ``i2h_weight`` becomes ``i2h_i_weight``, ...

        Args:
            args: arrays by name; the dict is not changed.
        """
        args = args.copy()
        if not self._gate_names:
            return args
        size = self._num_hidden
        for part in ("i2h", "h2h"):
            arrays = {kind: args.pop(f"{self._prefix}{part}_{kind}") for kind in ("weight", "bias")}
            for j, gate in enumerate(self._gate_names):
                for kind, array in arrays.items():
                    args[f"{self._prefix}{part}{gate}_{kind}"] = array[j * size : (j + 1) * size].copy()
        return args

    def pack_weights(self, args: Weights) -> Weights:
        """Undo `unpack_weights`.

        Args:
            args: arrays by name; the dict is not changed.
        """
        args = args.copy()
        if not self._gate_names:
            return args
        for part in ("i2h", "h2h"):
            for kind in ("weight", "bias"):
                pieces = [args.pop(f"{self._prefix}{part}{gate}_{kind}") for gate in self._gate_names]
                args[f"{self._prefix}{part}_{kind}"] = ndarray.concatenate(pieces)
        return args

    def unroll(
        self,
        length: int,
        inputs: Any,
        begin_state: Any = None,
        layout: str = "NTC",
        merge_outputs: bool | None = None,
    ) -> tuple[Any, Any]:
        """Step after step.

        Args:
            length: number of steps.
            inputs: one symbol of the layout, or a list of a symbol (N, C) for each step.
            begin_state: the states before; `begin_state` by default.
            layout: ``"NTC"`` or ``"TNC"``.
            merge_outputs: True for one symbol, False for a list, None for what comes easiest.

        Returns:
            The outputs, and the states after the last step.
        """
        self.reset()
        inputs, _ = _normalize_sequence(length, inputs, layout, False)
        states = self.begin_state() if begin_state is None else begin_state
        outputs = []
        for i in range(length):
            output, states = self(inputs[i], states)
            outputs.append(output)
        return _normalize_sequence(length, outputs, layout, merge_outputs)[0], states

    def _get_activation(self, inputs: Any, activation: Any, **kwargs: Any) -> Any:
        """An activation by its name, or by a function that makes it."""
        if not callable(activation):
            return symbol.Activation(inputs, act_type=activation, **kwargs)
        return activation(inputs, **kwargs)

    def _affine(self, inputs: Any, state: Any, gates: int, name: str) -> tuple[Any, Any]:
        """What input and state give for all gates: two symbols, ``<name>i2h`` and ``<name>h2h``."""
        get, width = self._params.get, self._num_hidden * gates
        i2h, h2h = (
            symbol.FullyConnected(
                data=data, weight=get(f"{part}_weight"), bias=get(f"{part}_bias"), num_hidden=width, name=name + part
            )
            for part, data in (("i2h", inputs), ("h2h", state))
        )
        return i2h, h2h


def hidden_state(size: int) -> dict[str, Any]:
    """Shape and layout of a state of so many entries for each instance."""
    return {"shape": (0, size), "__layout__": "NC"}


def all_states(cells: Sequence[BaseRNNCell]) -> list[dict[str, Any]]:
    """The states of several cells."""
    return [info for cell in cells for info in cell.state_info]


def all_begin_states(cells: Sequence[BaseRNNCell], **kwargs: Any) -> list[Any]:
    """The first states of several cells."""
    return [state for cell in cells for state in cell.begin_state(**kwargs)]
