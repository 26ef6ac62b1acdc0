"""Convolutions and transposed convolutions over one to three axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...util import is_np_array
from ..block import HybridBlock
from ._windows import check_layout, sizes, spread, weight_shapes
from .activations import Activation


def _infer_weight_shape(op_name: str, data_shape: Sequence[int], kwargs: Mapping[str, Any]) -> list[Any]:
    return weight_shapes(op_name, data_shape, kwargs)


class _Conv(HybridBlock):
    """What all convolutions share.

    Args:
        channels: number of outputs O.
        kernel_size: the window, an int for each axis.
        strides, padding, dilation: a number, or one for each axis.
        groups: number of groups G that do not see each other.
        layout: order of the axes, such as ``NCHW``.
        in_channels: number of inputs C; 0 to learn it from the first input.
        activation: name of a function as in `Activation`; None for none.
        use_bias: add a bias.
        weight_initializer, bias_initializer: first values; None for the initializer of the whole net.
        op_name: the operator, by its name in ``mx.nd`` (or ``mx.npx`` in NumPy mode).
        adj: output padding of a transposed convolution.
    """

    def __init__(
        self,
        channels: int,
        kernel_size: Any,
        strides: Any,
        padding: Any,
        dilation: Any,
        groups: int,
        layout: str,
        in_channels: int = 0,
        activation: str | None = None,
        use_bias: bool = True,
        weight_initializer: Any = None,
        bias_initializer: Any = "zeros",
        op_name: str = "Convolution",
        adj: Any = None,
        prefix: str | None = None,
        params: Any = None,
    ) -> None:
        super().__init__(prefix=prefix, params=params)
        count = len(kernel_size)
        self._channels = channels
        self._in_channels = in_channels
        self._op_name = op_name
        self._kwargs: dict[str, Any] = {
            "kernel": kernel_size,
            "stride": spread(strides, count),
            "dilate": spread(dilation, count),
            "pad": spread(padding, count),
            "num_filter": channels,
            "num_group": groups,
            "no_bias": not use_bias,
            "layout": layout,
        }
        if adj is not None:
            self._kwargs["adj"] = adj
        data_shape = [-1 if is_np_array() else 0] * (count + 2)
        data_shape[layout.index("N")] = 1
        data_shape[layout.index("C")] = in_channels
        shapes = _infer_weight_shape(op_name, data_shape, self._kwargs)
        self.bias: Any = None
        self.act: Any = None
        with self.name_scope():
            self.weight = self.params.get("weight", shape=shapes[1], init=weight_initializer, allow_deferred_init=True)
            if use_bias:
                self.bias = self.params.get("bias", shape=shapes[2], init=bias_initializer, allow_deferred_init=True)
            if activation is not None:
                self.act = Activation(activation, prefix=activation + "_")

    def hybrid_forward(self, F: Any, x: Any, weight: Any, bias: Any = None) -> Any:
        convolve = getattr(F.npx if is_np_array() else F, self._op_name)
        inputs = (x, weight) if bias is None else (x, weight, bias)
        out = convolve(*inputs, name="fwd", **self._kwargs)
        return out if self.act is None else self.act(out)

    def _alias(self) -> str:
        return "conv"

    def __repr__(self) -> str:
        return describe(self, self._kwargs, self.weight, self.bias)


def describe(layer: Any, kwargs: Mapping[str, Any], weight: Any, bias: Any) -> str:
    """A convolution as it prints; the first two sizes of the weight stand for its inputs and outputs."""
    count = len(kwargs["kernel"])
    shape = weight.shape
    text = f"{type(layer).__name__}({shape[1] or None} -> {shape[0]}"
    text += f", kernel_size={kwargs['kernel']}, stride={kwargs['stride']}"
    if kwargs["pad"] != (0,) * count:
        text += f", padding={kwargs['pad']}"
    if kwargs["dilate"] != (1,) * count:
        text += f", dilation={kwargs['dilate']}"
    if hasattr(layer, "out_pad") and layer.out_pad != (0,) * count:  # of classes outside that set it
        text += f", output_padding={layer.out_pad}"
    if kwargs["num_group"] != 1:
        text += f", groups={kwargs['num_group']}"
    if bias is None:
        text += ", bias=False"
    if layer.act is not None:
        text += f", {layer.act}"
    return text + ")"


def _operator(kwargs: dict[str, Any], name: str) -> str:
    """The operator of a layer: what the caller chose, or ``name``, in NumPy's spelling in NumPy mode."""
    chosen: str = kwargs.pop("op_name", name)
    return name.lower() if is_np_array() else chosen


class Conv1D(_Conv):
    """Convolution over one axis, such as time.

    Args:
        channels: number of outputs O.
        kernel_size, strides, padding, dilation: a number, or a list of one.
        groups: number of groups G that do not see each other.
        layout: ``NCW`` only.
        activation: name of a function as in `Activation`; None for none.
        use_bias: add a bias.
        weight_initializer, bias_initializer: first values; None for the initializer of the whole net.
        in_channels: number of inputs C; 0 to learn it from the first input.

    Parameters of the layer:
        weight: ``(O, C / G, kernel)``. bias: ``(O,)``.

    Shapes:
        data: ``(N, C, W)``. Output: ``(N, O, W')``, ``W' = (W + 2 padding - dilation (kernel - 1) - 1) // stride + 1``.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/conv_layers.py, src/operator/nn/convolution.cc.
    """

    def __init__(
        self,
        channels: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        layout: str = "NCW",
        activation: str | None = None,
        use_bias: bool = True,
        weight_initializer: Any = None,
        bias_initializer: Any = "zeros",
        in_channels: int = 0,
        **kwargs: Any,
    ) -> None:
        check_layout(self, layout, ("NCW",))
        kernel_size = sizes(self, "kernel_size", kernel_size, 1)
        op_name = _operator(kwargs, "Convolution")
        super().__init__(
            channels, kernel_size, strides, padding, dilation, groups, layout, in_channels, activation, use_bias,
            weight_initializer, bias_initializer, op_name, **kwargs,
        )  # fmt: skip


class Conv2D(_Conv):
    """Convolution over two axes, such as those of an image.

    Args:
        channels: number of outputs O.
        kernel_size, strides, padding, dilation: a number, or two.
        groups: number of groups G that do not see each other.
        layout: ``NCHW`` or ``NHWC``.
        activation: name of a function as in `Activation`; None for none.
        use_bias: add a bias.
        weight_initializer, bias_initializer: first values; None for the initializer of the whole net.
        in_channels: number of inputs C; 0 to learn it from the first input.

    Parameters of the layer:
        weight: ``(O, C / G, kernel_h, kernel_w)``, ``(O, kernel_h, kernel_w, C / G)`` for ``NHWC``. bias: ``(O,)``.

    Shapes:
        data: ``(N, C, H, W)``. Output: ``(N, O, H', W')``, each axis as in `Conv1D`. Other layouts likewise.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/conv_layers.py, src/operator/nn/convolution.cc.
    """

    def __init__(
        self,
        channels: int,
        kernel_size: Any,
        strides: Any = (1, 1),
        padding: Any = (0, 0),
        dilation: Any = (1, 1),
        groups: int = 1,
        layout: str = "NCHW",
        activation: str | None = None,
        use_bias: bool = True,
        weight_initializer: Any = None,
        bias_initializer: Any = "zeros",
        in_channels: int = 0,
        **kwargs: Any,
    ) -> None:
        check_layout(self, layout, ("NCHW", "NHWC"))
        kernel_size = sizes(self, "kernel_size", kernel_size, 2)
        op_name = _operator(kwargs, "Convolution")
        super().__init__(
            channels, kernel_size, strides, padding, dilation, groups, layout, in_channels, activation, use_bias,
            weight_initializer, bias_initializer, op_name, **kwargs,
        )  # fmt: skip


class Conv3D(_Conv):
    """Convolution over three axes, such as those of a volume or a film.

    Args:
        channels: number of outputs O.
        kernel_size, strides, padding, dilation: a number, or three.
        groups: number of groups G that do not see each other.
        layout: ``NCDHW`` or ``NDHWC``.
        activation: name of a function as in `Activation`; None for none.
        use_bias: add a bias.
        weight_initializer, bias_initializer: first values; None for the initializer of the whole net.
        in_channels: number of inputs C; 0 to learn it from the first input.

    Parameters of the layer:
        weight: ``(O, C / G, kernel...)``, ``(O, kernel..., C / G)`` for ``NDHWC``. bias: ``(O,)``.

    Shapes:
        data: ``(N, C, D, H, W)``. Output: ``(N, O, D', H', W')``, each axis as in `Conv1D`. Other layouts likewise.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/conv_layers.py, src/operator/nn/convolution.cc.
    """

    def __init__(
        self,
        channels: int,
        kernel_size: Any,
        strides: Any = (1, 1, 1),
        padding: Any = (0, 0, 0),
        dilation: Any = (1, 1, 1),
        groups: int = 1,
        layout: str = "NCDHW",
        activation: str | None = None,
        use_bias: bool = True,
        weight_initializer: Any = None,
        bias_initializer: Any = "zeros",
        in_channels: int = 0,
        **kwargs: Any,
    ) -> None:
        check_layout(self, layout, ("NCDHW", "NDHWC"))
        kernel_size = sizes(self, "kernel_size", kernel_size, 3)
        op_name = _operator(kwargs, "Convolution")
        super().__init__(
            channels, kernel_size, strides, padding, dilation, groups, layout, in_channels, activation, use_bias,
            weight_initializer, bias_initializer, op_name, **kwargs,
        )  # fmt: skip


class Conv1DTranspose(_Conv):
    """Transposed convolution over one axis: the gradient of `Conv1D` with respect to its input, as a layer.

    Args:
        channels: number of outputs O.
        kernel_size, strides, padding, dilation: a number, or a list of one.
        output_padding: added to the size of the output, less than the stride.
        groups: number of groups G that do not see each other; give ``in_channels``, too, when there are several.
        layout: ``NCW`` only.
        activation: name of a function as in `Activation`; None for none.
        use_bias: add a bias.
        weight_initializer, bias_initializer: first values; None for the initializer of the whole net.
        in_channels: number of inputs C; 0 to learn it from the first input.

    Parameters of the layer:
        weight: ``(C, O / G, kernel)``. bias: ``(O,)``.

    Shapes:
        data: ``(N, C, W)``. Output: ``(N, O, W')``,
        ``W' = (W - 1) stride - 2 padding + dilation (kernel - 1) + 1 + output_padding``.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/conv_layers.py, src/operator/nn/deconvolution.cc.
    """

    def __init__(
        self,
        channels: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        layout: str = "NCW",
        activation: str | None = None,
        use_bias: bool = True,
        weight_initializer: Any = None,
        bias_initializer: Any = "zeros",
        in_channels: int = 0,
        **kwargs: Any,
    ) -> None:
        check_layout(self, layout, ("NCW",))
        kernel_size = sizes(self, "kernel_size", kernel_size, 1)
        output_padding = sizes(self, "output_padding", output_padding, 1)
        op_name = _operator(kwargs, "Deconvolution")
        super().__init__(
            channels, kernel_size, strides, padding, dilation, groups, layout, in_channels, activation, use_bias,
            weight_initializer, bias_initializer, op_name, output_padding, **kwargs,
        )  # fmt: skip
        self.outpad = output_padding


class Conv2DTranspose(_Conv):
    """Transposed convolution over two axes: the gradient of `Conv2D` with respect to its input, as a layer.

    Args:
        channels: number of outputs O.
        kernel_size, strides, padding, dilation: a number, or two.
        output_padding: added to the sizes of the output, less than the stride.
        groups: number of groups G that do not see each other; give ``in_channels``, too, when there are several.
        layout: ``NCHW`` or ``NHWC``.
        activation: name of a function as in `Activation`; None for none.
        use_bias: add a bias.
        weight_initializer, bias_initializer: first values; None for the initializer of the whole net.
        in_channels: number of inputs C; 0 to learn it from the first input.

    Parameters of the layer:
        weight: ``(C, O / G, kernel_h, kernel_w)``, ``(C, kernel_h, kernel_w, O / G)`` for ``NHWC``. bias: ``(O,)``.

    Shapes:
        data: ``(N, C, H, W)``. Output: ``(N, O, H', W')``, each axis as in `Conv1DTranspose`. Other layouts likewise.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/conv_layers.py, src/operator/nn/deconvolution.cc.
    """

    def __init__(
        self,
        channels: int,
        kernel_size: Any,
        strides: Any = (1, 1),
        padding: Any = (0, 0),
        output_padding: Any = (0, 0),
        dilation: Any = (1, 1),
        groups: int = 1,
        layout: str = "NCHW",
        activation: str | None = None,
        use_bias: bool = True,
        weight_initializer: Any = None,
        bias_initializer: Any = "zeros",
        in_channels: int = 0,
        **kwargs: Any,
    ) -> None:
        check_layout(self, layout, ("NCHW", "NHWC"))
        kernel_size = sizes(self, "kernel_size", kernel_size, 2)
        output_padding = sizes(self, "output_padding", output_padding, 2)
        op_name = _operator(kwargs, "Deconvolution")
        super().__init__(
            channels, kernel_size, strides, padding, dilation, groups, layout, in_channels, activation, use_bias,
            weight_initializer, bias_initializer, op_name, output_padding, **kwargs,
        )  # fmt: skip
        self.outpad = output_padding


class Conv3DTranspose(_Conv):
    """Transposed convolution over three axes: the gradient of `Conv3D` with respect to its input, as a layer.

    Args:
        channels: number of outputs O.
        kernel_size, strides, padding, dilation: a number, or three.
        output_padding: added to the sizes of the output, less than the stride.
        groups: number of groups G that do not see each other; give ``in_channels``, too, when there are several.
        layout: ``NCDHW`` or ``NDHWC``.
        activation: name of a function as in `Activation`; None for none.
        use_bias: add a bias.
        weight_initializer, bias_initializer: first values; None for the initializer of the whole net.
        in_channels: number of inputs C; 0 to learn it from the first input.

    Parameters of the layer:
        weight: ``(C, O / G, kernel...)``, ``(C, kernel..., O / G)`` for ``NDHWC``. bias: ``(O,)``.

    Shapes:
        data: ``(N, C, D, H, W)``. Output: ``(N, O, D', H', W')``, each axis as in `Conv1DTranspose`. Other layouts
        likewise.

    Source: MXNet 1.9.1 python/mxnet/gluon/nn/conv_layers.py, src/operator/nn/deconvolution.cc.
    """

    def __init__(
        self,
        channels: int,
        kernel_size: Any,
        strides: Any = (1, 1, 1),
        padding: Any = (0, 0, 0),
        output_padding: Any = (0, 0, 0),
        dilation: Any = (1, 1, 1),
        groups: int = 1,
        layout: str = "NCDHW",
        activation: str | None = None,
        use_bias: bool = True,
        weight_initializer: Any = None,
        bias_initializer: Any = "zeros",
        in_channels: int = 0,
        **kwargs: Any,
    ) -> None:
        check_layout(self, layout, ("NCDHW", "NDHWC"))
        kernel_size = sizes(self, "kernel_size", kernel_size, 3)
        output_padding = sizes(self, "output_padding", output_padding, 3)
        op_name = _operator(kwargs, "Deconvolution")
        super().__init__(
            channels, kernel_size, strides, padding, dilation, groups, layout, in_channels, activation, use_bias,
            weight_initializer, bias_initializer, op_name, output_padding, **kwargs,
        )  # fmt: skip
        self.outpad = output_padding
