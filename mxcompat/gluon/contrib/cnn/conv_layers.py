"""Convolutions whose windows are shifted by learned offsets."""

from __future__ import annotations

from typing import Any

from ...block import HybridBlock
from ...nn import Activation
from ...nn._conv import describe
from ...nn._windows import check_layout, spread, weight_shapes

__all__ = ["DeformableConvolution", "ModulatedDeformableConvolution"]


def _attributes(
    window: tuple[Any, ...], groups: int, layout: str, adj: Any, num_filter: int, use_bias: bool, **own: Any
) -> dict[str, Any]:
    """Attributes of one of the two operators; the convolution for the offsets has none of its own."""
    kernel, strides, padding, dilation = window
    count = len(kernel)
    found = {
        "kernel": kernel,
        "stride": spread(strides, count),
        "dilate": spread(dilation, count),
        "pad": spread(padding, count),
        "num_filter": num_filter,
        "num_group": groups,
        **own,
        "no_bias": not use_bias,
        "layout": layout,
    }
    return {**found, "adj": adj} if adj else found


def _offset_shapes(in_channels: int, kwargs: dict[str, Any]) -> list[Any]:
    layout = kwargs["layout"]
    data = [0] * len(layout)
    data[layout.index("N")] = 1
    data[layout.index("C")] = in_channels
    return weight_shapes("Convolution", data, kwargs)


class _Deformable(HybridBlock):
    """What both layers share: their parameters and the convolution that gives the offsets."""

    _kwargs_offset: dict[str, Any]
    _kwargs_deformable_conv: dict[str, Any]

    def _add_offset(self, in_channels: int, weight_initializer: Any, bias_initializer: Any) -> None:
        shapes = _offset_shapes(in_channels, self._kwargs_offset)
        self.offset_weight = self.params.get(
            "offset_weight", shape=shapes[1], init=weight_initializer, allow_deferred_init=True
        )
        self.offset_bias: Any = None
        if not self._kwargs_offset["no_bias"]:
            self.offset_bias = self.params.get(
                "offset_bias", shape=shapes[2], init=bias_initializer, allow_deferred_init=True
            )

    def _add_output(self, weight_initializer: Any, bias_initializer: Any) -> None:
        kwargs = self._kwargs_deformable_conv
        channels, kernel = kwargs["num_filter"], kwargs["kernel"]
        self.deformable_conv_weight = self.params.get(
            "deformable_conv_weight",
            shape=[channels, 0, kernel[0], kernel[1]],  # a list, as it prints; whatever the layout
            init=weight_initializer,
            allow_deferred_init=True,
        )
        self.deformable_conv_bias: Any = None
        if not kwargs["no_bias"]:
            self.deformable_conv_bias = self.params.get(
                "deformable_conv_bias", shape=(channels,), init=bias_initializer, allow_deferred_init=True
            )

    def _add_activation(self, activation: str | None) -> None:
        self.act: Any = Activation(activation, prefix=activation + "_") if activation else None

    def _offsets(self, F: Any, x: Any, weight: Any, bias: Any) -> Any:
        inputs = (x, weight) if bias is None else (x, weight, bias)
        return F.Convolution(*inputs, cudnn_off=True, **self._kwargs_offset)

    def _activated(self, out: Any) -> Any:
        return out if self.act is None else self.act(out)


class DeformableConvolution(_Deformable):
    """Convolution over images whose window is deformed at every position by offsets that a second one gives.

    Args:
        channels: number of outputs O.
        kernel_size, strides, padding, dilation: a number, or two.
        groups: number of groups G that do not see each other.
        num_deformable_group: number of groups D of input channels with offsets of their own.
        layout: ``NCHW``; ``NHWC`` is taken, but the operator has no such kernel.
        use_bias: add a bias to the outputs.
        in_channels: number of inputs C of the offsets; 0 to learn it from the first input.
        activation: name of a function as in `nn.Activation`; None for none.
        weight_initializer, bias_initializer: first values for the outputs.
        offset_weight_initializer, offset_bias_initializer: first values for the offsets.
        offset_use_bias: add a bias to the offsets.
        op_name: kept as an attribute.
        adj: handed on to both operators.

    Parameters of the layer:
        offset_weight: ``(2 D kernel_h kernel_w, C / G, kernel_h, kernel_w)``,
        offset_bias: ``(2 D kernel_h kernel_w,)``,
        deformable_conv_weight: ``(O, C / G, kernel_h, kernel_w)``, deformable_conv_bias: ``(O,)``.

    Shapes:
        data: ``(N, C, H, W)``. Output: ``(N, O, H', W')`` as in `nn.Conv2D`.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/cnn/conv_layers.py.
    """

    def __init__(
        self,
        channels: int,
        kernel_size: Any = (1, 1),
        strides: Any = (1, 1),
        padding: Any = (0, 0),
        dilation: Any = (1, 1),
        groups: int = 1,
        num_deformable_group: int = 1,
        layout: str = "NCHW",
        use_bias: bool = True,
        in_channels: int = 0,
        activation: str | None = None,
        weight_initializer: Any = None,
        bias_initializer: Any = "zeros",
        offset_weight_initializer: Any = "zeros",
        offset_bias_initializer: Any = "zeros",
        offset_use_bias: bool = True,
        op_name: str = "DeformableConvolution",
        adj: Any = None,
        prefix: str | None = None,
        params: Any = None,
    ) -> None:
        super().__init__(prefix=prefix, params=params)
        check_layout(self, layout, ("NCHW", "NHWC"))
        kernel = spread(kernel_size, 2)
        window = (kernel, strides, padding, dilation)
        points = kernel[0] * kernel[1] * num_deformable_group
        self._channels = channels
        self._in_channels = in_channels
        self._op_name = op_name
        self._kwargs_offset = _attributes(window, groups, layout, adj, 2 * points, offset_use_bias)
        self._kwargs_deformable_conv = _attributes(
            window, groups, layout, adj, channels, use_bias, num_deformable_group=num_deformable_group
        )
        with self.name_scope():
            self._add_offset(in_channels, offset_weight_initializer, offset_bias_initializer)
            self._add_output(weight_initializer, bias_initializer)
            self._add_activation(activation)

    def hybrid_forward(
        self,
        F: Any,
        x: Any,
        offset_weight: Any,
        deformable_conv_weight: Any,
        offset_bias: Any = None,
        deformable_conv_bias: Any = None,
    ) -> Any:
        inputs = {
            "data": x,
            "offset": self._offsets(F, x, offset_weight, offset_bias),
            "weight": deformable_conv_weight,
        }
        if deformable_conv_bias is not None:
            inputs["bias"] = deformable_conv_bias
        return self._activated(F.contrib.DeformableConvolution(**inputs, name="fwd", **self._kwargs_deformable_conv))

    def _alias(self) -> str:
        return "deformable_conv"

    def __repr__(self) -> str:
        return describe(self, self._kwargs_deformable_conv, self.deformable_conv_weight, self.deformable_conv_bias)


class ModulatedDeformableConvolution(_Deformable):
    """`DeformableConvolution` that also weighs the points of its window, by 0 to 2 (Zhu et al., 2018).

    Args:
        channels: number of outputs O.
        kernel_size, strides, padding, dilation: a number, or two.
        groups: number of groups G that do not see each other.
        num_deformable_group: number of groups D of input channels with offsets of their own.
        layout: ``NCHW``; ``NHWC`` is taken, but the operator has no such kernel.
        use_bias: add a bias to the outputs.
        in_channels: number of inputs C of the offsets; 0 to learn it from the first input.
        activation: name of a function as in `nn.Activation`; None for none.
        weight_initializer, bias_initializer: first values for the outputs.
        offset_weight_initializer, offset_bias_initializer: first values for the offsets and factors.
        offset_use_bias: add a bias to the offsets and factors.
        op_name: kept as an attribute.
        adj: handed on to both operators.

    Parameters of the layer:
        offset_weight: ``(3 D kernel_h kernel_w, C / G, kernel_h, kernel_w)``,
        offset_bias: ``(3 D kernel_h kernel_w,)``,
        deformable_conv_weight: ``(O, C / G, kernel_h, kernel_w)``, deformable_conv_bias: ``(O,)``.

    Shapes:
        data: ``(N, C, H, W)``. Output: ``(N, O, H', W')`` as in `nn.Conv2D`.

    Source: MXNet 1.9.1 python/mxnet/gluon/contrib/cnn/conv_layers.py.
    """

    def __init__(
        self,
        channels: int,
        kernel_size: Any = (1, 1),
        strides: Any = (1, 1),
        padding: Any = (0, 0),
        dilation: Any = (1, 1),
        groups: int = 1,
        num_deformable_group: int = 1,
        layout: str = "NCHW",
        use_bias: bool = True,
        in_channels: int = 0,
        activation: str | None = None,
        weight_initializer: Any = None,
        bias_initializer: Any = "zeros",
        offset_weight_initializer: Any = "zeros",
        offset_bias_initializer: Any = "zeros",
        offset_use_bias: bool = True,
        op_name: str = "ModulatedDeformableConvolution",
        adj: Any = None,
        prefix: str | None = None,
        params: Any = None,
    ) -> None:
        super().__init__(prefix=prefix, params=params)
        check_layout(self, layout, ("NCHW", "NHWC"))
        kernel = spread(kernel_size, 2)
        window = (kernel, strides, padding, dilation)
        points = kernel[0] * kernel[1] * num_deformable_group
        self._channels = channels
        self._in_channels = in_channels
        self._op_name = op_name
        self.offset_split_index = 2 * points
        self._kwargs_offset = _attributes(window, groups, layout, adj, 3 * points, offset_use_bias)
        self._kwargs_deformable_conv = _attributes(
            window, groups, layout, adj, channels, use_bias, num_deformable_group=num_deformable_group
        )
        with self.name_scope():
            self._add_output(weight_initializer, bias_initializer)
            self._add_offset(in_channels, offset_weight_initializer, offset_bias_initializer)
            self._add_activation(activation)

    def hybrid_forward(
        self,
        F: Any,
        x: Any,
        offset_weight: Any,
        deformable_conv_weight: Any,
        offset_bias: Any = None,
        deformable_conv_bias: Any = None,
    ) -> Any:
        found = self._offsets(F, x, offset_weight, offset_bias)
        inputs = {
            "data": x,
            "offset": F.slice_axis(found, axis=1, begin=0, end=self.offset_split_index),
            "mask": F.sigmoid(F.slice_axis(found, axis=1, begin=self.offset_split_index, end=None)) * 2,
            "weight": deformable_conv_weight,
        }
        if deformable_conv_bias is not None:
            inputs["bias"] = deformable_conv_bias
        out = F.contrib.ModulatedDeformableConvolution(**inputs, name="fwd", **self._kwargs_deformable_conv)
        return self._activated(out)

    def _alias(self) -> str:
        return "modulated_deformable_conv"
