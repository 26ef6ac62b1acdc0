"""Poolings."""

from __future__ import annotations

from ...suite import Suite
from ._layers import examine

suite = Suite(__name__)

_SHAPES = {1: (2, 2, 6), 2: (1, 2, 6, 5), 3: (1, 2, 4, 5, 4)}
_LAST = {1: "NWC", 2: "NHWC", 3: "NDHWC"}
_VARIANTS = {
    "plain": {},
    "three": {"pool_size": 3},
    "strides": {"pool_size": 3, "strides": 1},
    "padding": {"pool_size": 3, "strides": 2, "padding": 1},
    "ceil": {"pool_size": 3, "strides": 2, "ceil_mode": True},
    "prefix": {"prefix": "mine_"},
}


def layer(mx, name, shape, kwargs):
    return examine(mx, lambda mx: getattr(mx.gluon.nn, name)(**kwargs), [shape])


for _n, _shape in _SHAPES.items():
    for _kind in ("Max", "Avg"):
        _name = f"{_kind}Pool{_n}D"
        _cases = dict(_VARIANTS)
        _cases["channels_last"] = {"layout": _LAST[_n]}
        if _kind == "Avg":
            _cases["without_padding"] = {"pool_size": 3, "padding": 1, "count_include_pad": False}
            _cases["ceil_padding"] = {"pool_size": 3, "strides": 2, "padding": 1, "ceil_mode": True}
        if _n == 2:
            _cases["oblong"] = {"pool_size": (2, 3), "strides": (1, 2), "padding": (0, 1)}
            _cases["list"] = {"pool_size": [2, 2]}
        suite.table(
            _name,
            {
                case: lambda mx, name=_name, shape=_shape, kwargs=kwargs: layer(mx, name, shape, kwargs)
                for case, kwargs in _cases.items()
            },
        )
        _name = f"Global{_kind}Pool{_n}D"
        suite.table(
            _name,
            {
                case: lambda mx, name=_name, shape=_shape, kwargs=kwargs: layer(mx, name, shape, kwargs)
                for case, kwargs in {
                    "plain": {},
                    "channels_last": {"layout": _LAST[_n]},
                    "prefix": {"prefix": "mine_"},
                }.items()
            },
        )

suite.table(
    "private",
    {
        "kwargs": lambda mx: [
            mx.gluon.nn.MaxPool2D()._kwargs,
            mx.gluon.nn.AvgPool1D(3, 2, 1)._kwargs,
            mx.gluon.nn.GlobalAvgPool3D()._kwargs,
            mx.gluon.nn.MaxPool2D(strides=2)._kwargs,
        ],
        "alias": lambda mx: mx.gluon.nn.MaxPool2D()._alias(),
        "base": lambda mx: mx.gluon.nn.MaxPool2D.__mro__[1].__name__,
        "positional": lambda mx: [
            repr(mx.gluon.nn.MaxPool1D(2, 1, 0, "NWC", True)),
            repr(mx.gluon.nn.MaxPool3D(2, 1, 0, True, "NDHWC")),
            repr(mx.gluon.nn.AvgPool2D(2, 1, 0, True, "NHWC", False)),
            repr(mx.gluon.nn.AvgPool1D(2, 1, 0, "NWC", True, False)),
        ],
    },
)


def run(mx, make, shape):
    return make(mx.gluon.nn)(mx.nd.ones(shape)).asnumpy()


suite.errors(
    "bad",
    {
        "layout_1d": (lambda mx: mx.gluon.nn.MaxPool1D(layout="NCHW"), ("layout",)),
        "layout_2d": (lambda mx: mx.gluon.nn.MaxPool2D(layout="NCW"), ("layout",)),
        "layout_3d": (lambda mx: mx.gluon.nn.AvgPool3D(layout="NCHW"), ("layout",)),
        "layout_global": (lambda mx: mx.gluon.nn.GlobalAvgPool2D(layout="HWC"), ("layout",)),
        "size_1d": (lambda mx: mx.gluon.nn.MaxPool1D((2, 2)), ("pool_size",)),
        "size_2d": (lambda mx: mx.gluon.nn.MaxPool2D((2,)), ("pool_size",)),
        "size_3d": (lambda mx: mx.gluon.nn.AvgPool3D((2, 2)), ("pool_size",)),
        "axes": (lambda mx: run(mx, lambda nn: nn.MaxPool2D(), (1, 2, 3)), ("Pooling",)),
        "small": (lambda mx: run(mx, lambda nn: nn.MaxPool2D(5), (1, 2, 3, 3)), ("Pooling",)),
        "unknown": (lambda mx: mx.gluon.nn.MaxPool2D(nope=1), ("nope",)),
        "count_in_max": (lambda mx: mx.gluon.nn.MaxPool2D(count_include_pad=True).nope, ()),
    },
)
