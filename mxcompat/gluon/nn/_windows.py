"""What convolutions and poolings share: sizes along each axis, layouts, and the shapes of weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ... import nd
from ..._core.errors import ArgumentTypeError, MXNetError
from ...base import numeric_types
from ...util import is_np_array

#: the layouts an operator can be told, by the number of spatial axes
CHANNELS_FIRST = ("NCW", "NCHW", "NCDHW")
CHANNELS_LAST = ("NWC", "NHWC", "NDHWC")


def check_layout(layer: object, layout: str, legal: tuple[str, ...]) -> None:
    """AssertionError for a layout that a layer does not have."""
    if layout not in legal:
        words = " and ".join(repr(one) for one in legal)
        raise ArgumentTypeError(f"{type(layer).__name__}: Only supports {words} layout for now, got layout={layout!r}")


def sizes(layer: object, name: str, value: Any, count: int) -> Any:
    """A size for each of ``count`` axes, from one number for all, or from that many numbers."""
    if isinstance(value, numeric_types):
        return spread(value, count)
    if len(value) != count:
        raise ArgumentTypeError(f"{type(layer).__name__}: {name}={value!r} must be a number or {count} ints")
    return value


def spread(value: Any, count: int) -> Any:
    """One number for all axes, or what was given, whose length the operator judges."""
    if isinstance(value, np.generic):
        value = value.item()  # prints as MXNet's did, whatever NumPy
    return (value,) * count if isinstance(value, numeric_types) else value


def is_transposed(name: str) -> bool:
    """Whether an operator is a transposed convolution, by its name in either spelling."""
    return name.lower().startswith("deconv")


def weight_shapes(name: str, data_shape: Sequence[int], kwargs: Mapping[str, Any]) -> list[Any]:
    """Shapes of data, weight and bias of a (transposed) convolution, with 0 for what is not known.

    Args:
        name: the operator, ``Convolution`` or ``Deconvolution``, in this or in NumPy's spelling.
        data_shape: shape of the input, 0 (or -1) where it is not known.
        kwargs: attributes of the operator.

    Raises:
        AttributeError: there is no such operator. MXNetError: attributes that do not fit each other.
    """
    if not is_np_array() and not hasattr(nd, name):
        raise AttributeError(f"there is no operator {name!r} in mx.nd and mx.sym")
    kernel = _checked(name, kwargs)
    layout = kwargs.get("layout") or CHANNELS_FIRST[len(kernel) - 1]
    filters, groups = int(kwargs["num_filter"]), kwargs.get("num_group", 1)
    unknown = 0 if 0 in data_shape or -1 not in data_shape else -1
    channels = data_shape[layout.index("C")]
    known = channels > 0
    transposed = is_transposed(name)
    if groups < 1:
        raise MXNetError(f"{name}: num_group={groups} must be at least 1")
    if filters % groups:
        raise MXNetError(f"{name}: num_group={groups} must divide num_filter={filters}")
    # MXNet takes an unknown number of channels of a transposed convolution as 2^64 - 1 here
    if (known or transposed) and (channels if known else 2**64 - 1) % groups:
        text = f"{channels} channels of the input" if known else "the channels of the input, which must be given"
        raise MXNetError(f"{name}: num_group={groups} must divide {text}")
    if transposed:
        first, second = channels if known else unknown, filters // groups
    else:
        first, second = filters, channels // groups if known else unknown
    last = layout.endswith("C")
    weight = (first, *kernel, second) if last else (first, second, *kernel)
    found: list[Any] = [tuple(data_shape), weight]
    return found if kwargs.get("no_bias") else [*found, (filters,)]


def _checked(name: str, kwargs: Mapping[str, Any]) -> tuple[int, ...]:
    """The kernel, after a look at everything that has an entry for each of its axes."""
    kernel = tuple(kwargs["kernel"])
    filters = kwargs["num_filter"]
    if isinstance(filters, (bool, float)) or int(filters) < 1:
        raise MXNetError(f"{name}: num_filter={filters!r} must be an integer of at least 1")
    for key, least in (("kernel", 1), ("stride", 1), ("dilate", 1), ("pad", None), ("adj", None)):
        if key not in kwargs:
            continue
        value = tuple(kwargs[key])
        if len(value) != len(kernel):
            raise MXNetError(f"{name}: {key}={value} has {len(value)} entries, kernel={kernel} has {len(kernel)}")
        for entry in value:
            if isinstance(entry, (bool, float)) or (least is not None and entry < least):
                wanted = "integers" if least is None else f"integers of at least {least}"
                raise MXNetError(f"{name}: {key}={value} must hold {wanted}")
    if len(kernel) == 3 and is_transposed(name) and tuple(kwargs["dilate"]) != (1, 1, 1):
        raise MXNetError(f"{name}: dilate={kwargs['dilate']} is not supported over three axes")
    for axis, extra in enumerate(kwargs.get("adj", ())):
        if extra >= kwargs["stride"][axis]:
            raise MXNetError(
                f"{name}: output padding adj={tuple(kwargs['adj'])} must be smaller than stride={kwargs['stride']}"
            )
    return kernel
