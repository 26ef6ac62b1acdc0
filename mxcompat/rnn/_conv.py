"""Cells whose products are convolutions: states are images."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from .. import symbol
from ._base import BaseRNNCell, RNNParams, Step

Pair = tuple[int, int]
_LEAKY = functools.partial(symbol.LeakyReLU, act_type="leaky", slope=0.2)


class BaseConvRNNCell(BaseRNNCell):
    """What the convolutional cells have in common.

    Args:
        input_shape: shape of the input of a step, batch included.
        num_hidden: channels of output and states.
        h2h_kernel: kernel on the state; odd, so that the state keeps its size.
        h2h_dilate: its dilation.
        i2h_kernel: kernel on the input.
        i2h_stride: its stride.
        i2h_pad: its padding.
        i2h_dilate: its dilation.
        i2h_weight_initializer: initializer of the weights on the input.
        h2h_weight_initializer: initializer of the weights on the state.
        i2h_bias_initializer: initializer of the bias on the input.
        h2h_bias_initializer: initializer of the bias on the state.
        activation: its name, or a function that makes it.
        prefix: start of the names.
        params: parameters to share.
        conv_layout: layout of input and states.

    Raises:
        AssertionError: an even ``h2h_kernel``.

    Source: MXNet 1.9.1 python/mxnet/rnn/rnn_cell.py.
    """

    def __init__(
        self,
        input_shape: tuple[int, ...],
        num_hidden: int,
        h2h_kernel: Pair,
        h2h_dilate: Pair,
        i2h_kernel: Pair,
        i2h_stride: Pair,
        i2h_pad: Pair,
        i2h_dilate: Pair,
        i2h_weight_initializer: Any,
        h2h_weight_initializer: Any,
        i2h_bias_initializer: Any,
        h2h_bias_initializer: Any,
        activation: Any,
        prefix: str = "",
        params: RNNParams | None = None,
        conv_layout: str = "NCHW",
    ) -> None:
        super().__init__(prefix=prefix, params=params)
        if h2h_kernel[0] % 2 == 0 or h2h_kernel[1] % 2 == 0:
            raise AssertionError(f"h2h_kernel={h2h_kernel} must consist of odd numbers, so that states keep their size")
        self._h2h_kernel = h2h_kernel
        self._h2h_pad = tuple(d * (k - 1) // 2 for d, k in zip(h2h_dilate[:2], h2h_kernel[:2], strict=True))
        self._h2h_dilate = h2h_dilate
        self._i2h_kernel = i2h_kernel
        self._i2h_stride = i2h_stride
        self._i2h_pad = i2h_pad
        self._i2h_dilate = i2h_dilate
        self._num_hidden = num_hidden
        self._input_shape = input_shape
        self._conv_layout = conv_layout
        self._activation = activation
        example = symbol.Convolution(data=symbol.Variable("data"), num_filter=num_hidden, **self._on_input)
        shapes: Any = example.infer_shape(data=input_shape)[1]
        self._state_shape = (0, *shapes[0][1:])
        self._iW = self.params.get("i2h_weight", init=i2h_weight_initializer)
        self._hW = self.params.get("h2h_weight", init=h2h_weight_initializer)
        self._iB = self.params.get("i2h_bias", init=i2h_bias_initializer)
        self._hB = self.params.get("h2h_bias", init=h2h_bias_initializer)

    @property
    def _on_input(self) -> dict[str, Any]:
        return {
            "kernel": self._i2h_kernel, "stride": self._i2h_stride, "pad": self._i2h_pad,
            "dilate": self._i2h_dilate, "layout": self._conv_layout,
        }  # fmt: skip

    @property
    def _on_state(self) -> dict[str, Any]:
        return {
            "kernel": self._h2h_kernel, "dilate": self._h2h_dilate, "pad": self._h2h_pad, "stride": (1, 1),
            "layout": self._conv_layout,
        }  # fmt: skip

    @property
    def _num_gates(self) -> int:
        return len(self._gate_names)

    @property
    def _image_state(self) -> dict[str, Any]:
        return {"shape": self._state_shape, "__layout__": self._conv_layout}

    @property
    def state_info(self) -> list[dict[str, Any]]:
        """Two states of the shape of the output."""
        return [self._image_state, self._image_state]

    def _conv_forward(self, inputs: Any, states: Any, name: str) -> tuple[Any, Any]:
        """What input and state give for all gates."""
        width = self._num_hidden * self._num_gates
        i2h = symbol.Convolution(
            name=f"{name}i2h", data=inputs, num_filter=width, weight=self._iW, bias=self._iB, **self._on_input
        )
        h2h = symbol.Convolution(
            name=f"{name}h2h", data=states[0], num_filter=width, weight=self._hW, bias=self._hB, **self._on_state
        )
        return i2h, h2h

    def __call__(self, inputs: Any, states: Any) -> Step:
        raise NotImplementedError("BaseConvRNNCell is abstract class for convolutional RNN")


class ConvRNNCell(BaseConvRNNCell):
    """Plain convolutional cell. The arguments are those of `BaseConvRNNCell`.

    Source: MXNet 1.9.1 python/mxnet/rnn/rnn_cell.py.
    """

    def __init__(
        self,
        input_shape: tuple[int, ...],
        num_hidden: int,
        h2h_kernel: Pair = (3, 3),
        h2h_dilate: Pair = (1, 1),
        i2h_kernel: Pair = (3, 3),
        i2h_stride: Pair = (1, 1),
        i2h_pad: Pair = (1, 1),
        i2h_dilate: Pair = (1, 1),
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        activation: Any = _LEAKY,
        prefix: str = "ConvRNN_",
        params: RNNParams | None = None,
        conv_layout: str = "NCHW",
    ) -> None:
        super().__init__(
            input_shape, num_hidden, h2h_kernel, h2h_dilate, i2h_kernel, i2h_stride, i2h_pad, i2h_dilate,
            i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer, activation,
            prefix=prefix, params=params, conv_layout=conv_layout,
        )  # fmt: skip

    @property
    def state_info(self) -> list[dict[str, Any]]:
        """One state of the shape of the output."""
        return [self._image_state]

    @property
    def _gate_names(self) -> Sequence[str]:
        return ("",)

    def __call__(self, inputs: Any, states: Any) -> Step:
        self._counter += 1
        name = f"{self._prefix}t{self._counter}_"
        i2h, h2h = self._conv_forward(inputs, states, name)
        output = self._get_activation(i2h + h2h, self._activation, name=f"{name}out")
        return output, [output]


class ConvLSTMCell(BaseConvRNNCell):
    """Convolutional LSTM. The arguments are those of `BaseConvRNNCell`.

    Source: MXNet 1.9.1 python/mxnet/rnn/rnn_cell.py.
    """

    def __init__(
        self,
        input_shape: tuple[int, ...],
        num_hidden: int,
        h2h_kernel: Pair = (3, 3),
        h2h_dilate: Pair = (1, 1),
        i2h_kernel: Pair = (3, 3),
        i2h_stride: Pair = (1, 1),
        i2h_pad: Pair = (1, 1),
        i2h_dilate: Pair = (1, 1),
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        activation: Any = _LEAKY,
        prefix: str = "ConvLSTM_",
        params: RNNParams | None = None,
        conv_layout: str = "NCHW",
    ) -> None:
        super().__init__(
            input_shape, num_hidden, h2h_kernel, h2h_dilate, i2h_kernel, i2h_stride, i2h_pad, i2h_dilate,
            i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer, activation,
            prefix=prefix, params=params, conv_layout=conv_layout,
        )  # fmt: skip

    @property
    def _gate_names(self) -> Sequence[str]:
        return ["_i", "_f", "_c", "_o"]

    def __call__(self, inputs: Any, states: Any) -> Step:
        self._counter += 1
        name = f"{self._prefix}t{self._counter}_"
        i2h, h2h = self._conv_forward(inputs, states, name)
        axis = self._conv_layout.find("C")
        pieces = symbol.SliceChannel(i2h + h2h, num_outputs=4, axis=axis, name=f"{name}slice")
        in_gate = symbol.Activation(pieces[0], act_type="sigmoid", name=f"{name}i")
        forget_gate = symbol.Activation(pieces[1], act_type="sigmoid", name=f"{name}f")
        candidate = self._get_activation(pieces[2], self._activation, name=f"{name}c")
        out_gate = symbol.Activation(pieces[3], act_type="sigmoid", name=f"{name}o")
        memory = symbol._internal._plus(forget_gate * states[1], in_gate * candidate, name=f"{name}state")
        shown = self._get_activation(memory, self._activation)
        output = symbol._internal._mul(out_gate, shown, name=f"{name}out")
        return output, [output, memory]


class ConvGRUCell(BaseConvRNNCell):
    """Convolutional GRU; gates are split along axis 1 in every layout. The arguments are those of `BaseConvRNNCell`.

    Source: MXNet 1.9.1 python/mxnet/rnn/rnn_cell.py.
    """

    def __init__(
        self,
        input_shape: tuple[int, ...],
        num_hidden: int,
        h2h_kernel: Pair = (3, 3),
        h2h_dilate: Pair = (1, 1),
        i2h_kernel: Pair = (3, 3),
        i2h_stride: Pair = (1, 1),
        i2h_pad: Pair = (1, 1),
        i2h_dilate: Pair = (1, 1),
        i2h_weight_initializer: Any = None,
        h2h_weight_initializer: Any = None,
        i2h_bias_initializer: Any = "zeros",
        h2h_bias_initializer: Any = "zeros",
        activation: Any = _LEAKY,
        prefix: str = "ConvGRU_",
        params: RNNParams | None = None,
        conv_layout: str = "NCHW",
    ) -> None:
        super().__init__(
            input_shape, num_hidden, h2h_kernel, h2h_dilate, i2h_kernel, i2h_stride, i2h_pad, i2h_dilate,
            i2h_weight_initializer, h2h_weight_initializer, i2h_bias_initializer, h2h_bias_initializer, activation,
            prefix=prefix, params=params, conv_layout=conv_layout,
        )  # fmt: skip

    @property
    def _gate_names(self) -> Sequence[str]:
        return ["_r", "_z", "_o"]

    @property
    def state_info(self) -> list[dict[str, Any]]:
        """One state of the shape of the output."""
        return [self._image_state]

    def __call__(self, inputs: Any, states: Any) -> Step:
        self._counter += 1
        name = f"{self._prefix}t{self._counter}_"
        i2h, h2h = self._conv_forward(inputs, states, name)
        i2h_r, i2h_z, i2h = symbol.SliceChannel(i2h, num_outputs=3, name=f"{name}_i2h_slice")
        h2h_r, h2h_z, h2h = symbol.SliceChannel(h2h, num_outputs=3, name=f"{name}_h2h_slice")
        reset = symbol.Activation(i2h_r + h2h_r, act_type="sigmoid", name=f"{name}_r_act")
        update = symbol.Activation(i2h_z + h2h_z, act_type="sigmoid", name=f"{name}_z_act")
        candidate = self._get_activation(i2h + reset * h2h, self._activation, name=f"{name}_h_act")
        output = symbol._internal._plus((1.0 - update) * candidate, update * states[0], name=f"{name}out")
        return output, [output]
