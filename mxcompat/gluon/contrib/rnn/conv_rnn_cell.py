"""Convolutional recurrent cells: `mxnet.gluon.contrib.rnn.conv_rnn_cell`.

The nine classes are three kinds (RNN, LSTM, GRU) times one to three spatial axes. A kind brings gates and a step; the
number of axes brings the constructor's defaults.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from typing import Any

from ...._core.errors import ArgumentTypeError
from ...rnn import HybridRecurrentCell

__all__ = [
    "Conv1DGRUCell",
    "Conv1DLSTMCell",
    "Conv1DRNNCell",
    "Conv2DGRUCell",
    "Conv2DLSTMCell",
    "Conv2DRNNCell",
    "Conv3DGRUCell",
    "Conv3DLSTMCell",
    "Conv3DRNNCell",
]

Sizes = int | Sequence[int]


def _out_size(size: int, kernel: int, pad: int, dilate: int) -> int:
    return math.floor(size + 2 * pad - dilate * (kernel - 1) - 1) + 1 if size else 0


class _BaseConvRNNCell(HybridRecurrentCell):
    """A recurrent cell whose projections are convolutions.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/rnn/conv_rnn_cell.py.
    """

    #: suffixes of the gates; their number times the hidden channels is the number of filters
    _gate_names: Sequence[str] = ()
    _state_count = 1
    _kind = ""
    i2h_weight: Any

    def __init__(
        self,
        input_shape: Sequence[int],
        hidden_channels: int,
        i2h_kernel: Sizes,
        h2h_kernel: Sizes,
        i2h_pad: Sizes,
        i2h_dilate: Sizes,
        h2h_dilate: Sizes,
        i2h_weight_initializer: Any,
        h2h_weight_initializer: Any,
        i2h_bias_initializer: Any,
        h2h_bias_initializer: Any,
        dims: int,
        conv_layout: str,
        activation: Any,
        prefix: str | None = None,
        params: Any = None,
    ) -> None:
        super().__init__(prefix=prefix, params=params)
        self._hidden_channels = hidden_channels
        self._input_shape = input_shape
        self._conv_layout = conv_layout
        self._activation = activation

        def sizes(name: str, value: Sizes) -> tuple[int, ...]:
            if isinstance(value, numbers.Integral):
                return (int(value),) * dims
            if not isinstance(value, (list, tuple)) or len(value) != dims:
                raise ArgumentTypeError(
                    f"{type(self).__name__}: {name}={value!r} must be an int or have {dims} entries, one per axis"
                )
            return tuple(value)

        self._i2h_kernel = sizes("i2h_kernel", i2h_kernel)
        self._stride = (1,) * dims
        self._i2h_pad = sizes("i2h_pad", i2h_pad)
        self._i2h_dilate = sizes("i2h_dilate", i2h_dilate)
        self._h2h_kernel = sizes("h2h_kernel", h2h_kernel)
        if any(k % 2 == 0 for k in self._h2h_kernel):
            raise ArgumentTypeError(
                f"{type(self).__name__}: h2h_kernel={h2h_kernel!r} must be odd, so that the state keeps its size"
            )
        self._h2h_dilate = sizes("h2h_dilate", h2h_dilate)
        self._h2h_pad = tuple(d * (k - 1) // 2 for d, k in zip(self._h2h_dilate, self._h2h_kernel, strict=True))
        self._channel_axis = conv_layout.find("C")
        shapes = self._decide_shapes()
        inits = {
            "i2h_weight": i2h_weight_initializer,
            "h2h_weight": h2h_weight_initializer,
            "i2h_bias": i2h_bias_initializer,
            "h2h_bias": h2h_bias_initializer,
        }
        for name, init in inits.items():
            setattr(self, name, self.params.get(name, shape=shapes[name], init=init, allow_deferred_init=True))

    @property
    def _num_gates(self) -> int:
        return len(self._gate_names)

    def _decide_shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes of the parameters; notes the shape of a state and the number of input channels."""
        hidden, filters = self._hidden_channels, self._hidden_channels * self._num_gates
        first = self._channel_axis == 1
        self._in_channels = self._input_shape[self._channel_axis - 1]
        space = tuple(self._input_shape[1:] if first else self._input_shape[:-1])
        settings = zip(space, self._i2h_kernel, self._i2h_pad, self._i2h_dilate, strict=False)
        after = tuple(_out_size(*each) for each in settings)
        self._state_shape = (hidden, *after) if first else (*after, hidden)

        def weight(channels: int, kernel: tuple[int, ...]) -> tuple[int, ...]:
            return (filters, channels, *kernel) if first else (filters, *kernel, channels)

        return {
            "i2h_weight": weight(self._in_channels, self._i2h_kernel),
            "h2h_weight": weight(hidden, self._h2h_kernel),
            "i2h_bias": (filters,),
            "h2h_bias": (filters,),
        }

    def __repr__(self) -> str:
        shape = self.i2h_weight.shape
        channels = shape[1 if self._channel_axis == 1 else -1]
        mapping = f"{channels if channels else None} -> {shape[0]}"
        return f"{type(self).__name__}({mapping}, {self._activation}, {self._conv_layout})"

    def _alias(self) -> str:
        return self._kind

    def state_info(self, batch_size: int = 0) -> list[dict[str, Any]]:
        """Shape (N, state shape) and layout of each state."""
        info = {"shape": (batch_size, *self._state_shape), "__layout__": self._conv_layout}
        return [dict(info) for _ in range(self._state_count)]

    def _conv_forward(
        self,
        F: Any,
        inputs: Any,
        states: Any,
        i2h_weight: Any,
        h2h_weight: Any,
        i2h_bias: Any,
        h2h_bias: Any,
        step: str,
    ) -> tuple[Any, Any]:
        common = {
            "num_filter": self._hidden_channels * self._num_gates,
            "stride": self._stride,
            "layout": self._conv_layout,
        }
        i2h = F.Convolution(
            data=inputs, weight=i2h_weight, bias=i2h_bias, kernel=self._i2h_kernel, pad=self._i2h_pad,
            dilate=self._i2h_dilate, name=step + "i2h", **common,
        )  # fmt: skip
        h2h = F.Convolution(
            data=states[0], weight=h2h_weight, bias=h2h_bias, kernel=self._h2h_kernel, pad=self._h2h_pad,
            dilate=self._h2h_dilate, name=step + "h2h", **common,
        )  # fmt: skip
        return i2h, h2h

    def _split(self, F: Any, value: Any, name: str) -> Any:
        return F.SliceChannel(value, num_outputs=self._num_gates, axis=self._channel_axis, name=name)


class _ConvRNNCell(_BaseConvRNNCell):
    _gate_names = ("",)
    _kind = "conv_rnn"

    def hybrid_forward(
        self, F: Any, inputs: Any, states: Any, i2h_weight: Any, h2h_weight: Any, i2h_bias: Any, h2h_bias: Any
    ) -> Any:
        """One step with the operators of ``F``."""
        step = f"t{self._counter}_"
        i2h, h2h = self._conv_forward(F, inputs, states, i2h_weight, h2h_weight, i2h_bias, h2h_bias, step)
        output = self._get_activation(F, i2h + h2h, self._activation, name=step + "out")
        return output, [output]


class _ConvLSTMCell(_BaseConvRNNCell):
    _gate_names = ("_i", "_f", "_c", "_o")
    _state_count = 2
    _kind = "conv_lstm"

    def hybrid_forward(
        self, F: Any, inputs: Any, states: Any, i2h_weight: Any, h2h_weight: Any, i2h_bias: Any, h2h_bias: Any
    ) -> Any:
        """One step with the operators of ``F``."""
        step = f"t{self._counter}_"
        i2h, h2h = self._conv_forward(F, inputs, states, i2h_weight, h2h_weight, i2h_bias, h2h_bias, step)
        parts = self._split(F, i2h + h2h, step + "slice")
        i = F.Activation(parts[0], act_type="sigmoid", name=step + "i")
        f = F.Activation(parts[1], act_type="sigmoid", name=step + "f")
        g = self._get_activation(F, parts[2], self._activation, name=step + "c")
        o = F.Activation(parts[3], act_type="sigmoid", name=step + "o")
        next_c = F.elemwise_add(f * states[1], i * g, name=step + "state")
        next_h = F.elemwise_mul(o, self._get_activation(F, next_c, self._activation), name=step + "out")
        return next_h, [next_h, next_c]


class _ConvGRUCell(_BaseConvRNNCell):
    _gate_names = ("_r", "_z", "_o")
    _kind = "conv_gru"

    def hybrid_forward(
        self, F: Any, inputs: Any, states: Any, i2h_weight: Any, h2h_weight: Any, i2h_bias: Any, h2h_bias: Any
    ) -> Any:
        """One step with the operators of ``F``."""
        step = f"t{self._counter}_"
        i2h, h2h = self._conv_forward(F, inputs, states, i2h_weight, h2h_weight, i2h_bias, h2h_bias, step)
        i_reset, i_update, i_new = self._split(F, i2h, step + "i2h_slice")
        h_reset, h_update, h_new = self._split(F, h2h, step + "h2h_slice")
        reset = F.Activation(i_reset + h_reset, act_type="sigmoid", name=step + "r_act")
        update = F.Activation(i_update + h_update, act_type="sigmoid", name=step + "z_act")
        new = self._get_activation(F, i_new + reset * h_new, self._activation, name=step + "h_act")
        next_h = F.elemwise_add((1.0 - update) * new, update * states[0], name=step + "out")
        return next_h, [next_h]


def _constructor(dims: int, layout: str) -> Any:
    """The constructor of cells over ``dims`` spatial axes."""
    zeros, ones = (0,) * dims, (1,) * dims

    def __init__(
        self: Any,
        input_shape: Sequence[int],
        hidden_channels: int,
        i2h_kernel: Sizes,
        h2h_kernel: Sizes,
        i2h_pad: Sizes = zeros,
        i2h_dilate: Sizes = ones,
        h2h_dilate: Sizes = ones,
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        conv_layout: str = layout,
        activation: Any = "tanh",
        prefix: str | None = None,
        params: Any = None,
    ) -> None:
        _BaseConvRNNCell.__init__(
            self, input_shape, hidden_channels, i2h_kernel, h2h_kernel, i2h_pad, i2h_dilate, h2h_dilate,
            i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer,
            dims, conv_layout, activation, prefix, params,
        )  # fmt: skip

    return __init__


_ARGUMENTS = """

    Args:
        input_shape: shape of one step of one sample, in the order of ``conv_layout``.
        hidden_channels: number of channels of a state.
        i2h_kernel, i2h_pad, i2h_dilate: the convolution of the input, an int or one per axis.
        h2h_kernel, h2h_dilate: the convolution of the state; odd kernels only, padded so that the size stays.
        i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer: initial values.
        conv_layout: of data, states and weights.
        activation: a word of ``Activation`` or a block.
        prefix: prefix of names.
        params: a ParameterDict to share parameters with.

    Raises:
        AssertionError: a size with another number of entries than axes, or an even ``h2h_kernel``.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/rnn/conv_rnn_cell.py.
    """


class Conv1DRNNCell(_ConvRNNCell):
    __doc__ = "Elman cell with convolutions over one axis." + _ARGUMENTS
    __init__ = _constructor(1, "NCW")


class Conv2DRNNCell(_ConvRNNCell):
    __doc__ = "Elman cell with convolutions over two axes." + _ARGUMENTS
    __init__ = _constructor(2, "NCHW")


class Conv3DRNNCell(_ConvRNNCell):
    __doc__ = "Elman cell with convolutions over three axes." + _ARGUMENTS
    __init__ = _constructor(3, "NCDHW")


class Conv1DLSTMCell(_ConvLSTMCell):
    __doc__ = "LSTM cell with convolutions over one axis." + _ARGUMENTS
    __init__ = _constructor(1, "NCW")


class Conv2DLSTMCell(_ConvLSTMCell):
    __doc__ = "LSTM cell with convolutions over two axes." + _ARGUMENTS
    __init__ = _constructor(2, "NCHW")


class Conv3DLSTMCell(_ConvLSTMCell):
    __doc__ = "LSTM cell with convolutions over three axes." + _ARGUMENTS
    __init__ = _constructor(3, "NCDHW")


class Conv1DGRUCell(_ConvGRUCell):
    __doc__ = "GRU cell with convolutions over one axis." + _ARGUMENTS
    __init__ = _constructor(1, "NCW")


class Conv2DGRUCell(_ConvGRUCell):
    __doc__ = "GRU cell with convolutions over two axes." + _ARGUMENTS
    __init__ = _constructor(2, "NCHW")


class Conv3DGRUCell(_ConvGRUCell):
    __doc__ = "GRU cell with convolutions over three axes." + _ARGUMENTS
    __init__ = _constructor(3, "NCDHW")
