"""Rules for the shapes of parameters and labels of layers and losses.

Source: the ``*Shape`` functions of MXNet 1.9.1 src/operator/.
"""

from __future__ import annotations

import math
from typing import Any

from .node import Node
from .shape_rules_same import attributes, unify
from .shapes import Mismatch, Shape, fill, is_known, rule


@rule("FullyConnected", complete=True)
def fully_connected(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    attrs = attributes(node)
    hidden, data = attrs["num_hidden"], ins[0]
    if not attrs["no_bias"]:
        fill(ins, 2, (hidden,), " for bias")
    if data is None:
        return
    if attrs["flatten"]:
        features = math.prod(data[1:]) if -1 not in data[1:] else -1
        fill(outs, 0, (data[0], hidden))
        out = outs[0]
        if out is not None and data[0] == -1:
            ins[0] = (out[0], *data[1:])
    else:
        features = data[-1]
        fill(outs, 0, (*data[:-1], hidden))
        out = outs[0]
        if out is not None:
            fill(ins, 0, (*out[:-1], -1))
    fill(ins, 1, (hidden, features), " for weight")


def _channels(layout: str | None, ndim: int) -> int:
    """The axis of channels in a layout."""
    return 1 if layout is None else layout.index("C") if len(layout) == ndim else 1


@rule("Convolution", "Convolution_v1", enough=True)
def convolution(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    attrs = attributes(node)
    data, kernel, filters = ins[0], attrs["kernel"], attrs["num_filter"]
    if not attrs["no_bias"]:
        fill(ins, 2, (filters,), " for bias")
    if data is None or len(data) != len(kernel) + 2:
        if data is not None:
            raise Mismatch(f"kernel={kernel} needs data of {len(kernel) + 2} dimensions, got {list(data)}")
        return
    last = _channels(attrs["layout"], len(data)) != 1
    channels = data[-1 if last else 1]
    share = -1 if channels == -1 else channels // attrs["num_group"]
    fill(ins, 1, (filters, *kernel, share) if last else (filters, share, *kernel), " for weight")
    _back_through_window(attrs, ins, outs, 1 if last else 2)
    if node.op is not None and node.op.name == "Convolution" and attrs["layout"] in _PLAIN:
        extents = tuple(
            _window(d, k, st, p, w) for d, (k, st, p, w) in zip(data[2:], _windows(attrs, len(kernel)), strict=True)
        )
        if channels != -1 and channels % attrs["num_group"]:
            raise Mismatch(f"input num_filter must divide group size: {channels} channels, {attrs['num_group']} groups")
        fill(outs, 0, (data[0], filters, *extents))


_PLAIN = (None, "NCW", "NCHW", "NCDHW")


def _windows(attrs: dict[str, Any], n: int) -> list[tuple[int, int, int, int]]:
    """Kernel, stride, padding and dilation of each axis."""
    ones, zeros = (1,) * n, (0,) * n
    rows = (attrs["kernel"], attrs["stride"] or ones, attrs["pad"] or zeros, attrs.get("dilate") or ones)
    for name, row in zip(("stride", "pad", "dilate"), rows[1:], strict=True):
        if len(row) != n:
            raise Mismatch(f"{name}={row} must have {n} entries, as kernel has")
    return list(zip(*rows, strict=True))


def _window(size: int, kernel: int, stride: int, pad: int, dilate: int = 1, up: bool = False) -> int:
    """How many windows there are along an axis."""
    if size == -1:
        return -1
    room = size + 2 * pad - dilate * (kernel - 1) - 1
    if room < 0 or stride < 1:
        raise Mismatch(f"kernel size exceed input: kernel={kernel}, stride={stride}, pad={pad}, an extent of {size}")
    return (-(-room // stride) if up else room // stride) + 1


@rule("Pooling", enough=True)
def _pooling(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    attrs, data = attributes(node), ins[0]
    n = len(attrs["kernel"])
    if data is None or attrs["layout"] not in _PLAIN or attrs["pooling_convention"] == "same":
        return
    if attrs["global_pool"] and len(data) in (3, 4, 5):
        fill(outs, 0, (*data[:2], *(1,) * (len(data) - 2)))
    elif n and len(data) == n + 2:
        up = attrs["pooling_convention"] == "full"
        rows = zip(data[2:], _windows(attrs, n), strict=True)
        fill(outs, 0, (*data[:2], *(_window(d, k, st, p, 1, up) for d, (k, st, p, _) in rows)))


def _back_through_window(attrs: dict[str, Any], ins: list[Shape], outs: list[Shape], first: int) -> None:
    """The batch, and where the stride is 1 the extents, of the data follow from those of the output."""
    data, out = ins[0], outs[0]
    if data is None or out is None or len(out) != len(data):
        return
    n = len(attrs["kernel"])
    stride, pad = attrs["stride"] or (1,) * n, attrs["pad"] or (0,) * n
    dilate = attrs.get("dilate") or (1,) * n
    found = list(data)
    found[0] = data[0] if data[0] != -1 else out[0]
    for i in range(n):
        if data[first + i] == -1 and out[first + i] != -1 and stride[i] == 1:
            found[first + i] = out[first + i] + dilate[i] * (attrs["kernel"][i] - 1) - 2 * pad[i]
    ins[0] = tuple(found)


@rule("Deconvolution")
def _deconvolution(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    attrs = attributes(node)
    data, kernel, filters = ins[0], attrs["kernel"], attrs["num_filter"]
    if not attrs["no_bias"]:
        fill(ins, 2, (filters,), " for bias")
    if data is None or len(data) != len(kernel) + 2:
        return
    last = _channels(attrs["layout"], len(data)) != 1
    share = filters // attrs["num_group"]
    channels = data[-1 if last else 1]
    fill(ins, 1, (channels, *kernel, share) if last else (channels, share, *kernel), " for weight")


@rule("_contrib_DeformableConvolution", "_contrib_ModulatedDeformableConvolution")
def _deformable(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    attrs = attributes(node)
    data, kernel, filters, n = ins[0], attrs["kernel"], attrs["num_filter"], len(attrs["kernel"])
    modulated = "im2col_step" in attrs
    weight = 3 if modulated else 2
    if not attrs["no_bias"]:
        fill(ins, weight + 1, (filters,), " for bias")
    if data is None or len(data) != n + 2:
        return
    share = -1 if data[1] == -1 else data[1] // attrs["num_group"]
    fill(ins, weight, (filters, share, *kernel), " for weight")
    stride, pad, dilate = attrs["stride"] or (1,) * n, attrs["pad"] or (0,) * n, attrs["dilate"] or (1,) * n
    extents = tuple(
        -1 if d == -1 else (d + 2 * p - w * (k - 1) - 1) // s + 1
        for d, p, w, k, s in zip(data[2:], pad, dilate, kernel, stride, strict=True)
    )
    points = attrs["num_deformable_group"] * math.prod(kernel)
    fill(ins, 1, (data[0], 2 * points, *extents), " for offset")
    if modulated:
        fill(ins, 2, (data[0], points, *extents), " for mask")


def _moments(node: Node, outs: list[Shape], shape: Shape) -> None:
    for i in range(1, len(outs)):
        fill(outs, i, shape)


@rule("BatchNorm", "BatchNorm_v1", "_contrib_SyncBatchNorm", "_contrib_BatchNormWithReLU", complete=True)
def _batch_norm(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    unify(ins, outs, 1, 1)
    data = ins[0]
    if data is None:
        return
    axis = attributes(node).get("axis", 1)
    if not -len(data) <= axis < len(data):
        raise Mismatch(f"Channel axis out of range: axis={axis}, data has {len(data)} dimensions")
    for i in range(1, 5):
        fill(ins, i, (data[axis],))
    for i in range(1, len(outs)):
        fill(outs, i, (data[axis],))


@rule("InstanceNorm", complete=True)
def _instance_norm(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    unify(ins, outs, 1, 1)
    if ins[0] is not None and len(ins[0]) > 1:
        fill(ins, 1, (ins[0][1],), " for gamma")
        fill(ins, 2, (ins[0][1],), " for beta")


@rule("LayerNorm", complete=True)
def _layer_norm(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    unify(ins, outs, 1, 1)
    data, axis = ins[0], attributes(node)["axis"]
    if data is None:
        return
    if not -len(data) <= axis < len(data):
        raise Mismatch(f"Channel axis out of range: axis={axis}, data has {len(data)} dimensions")
    for i in (1, 2):
        fill(ins, i, (data[axis],))
    axis %= len(data)
    for i in range(1, len(outs)):
        fill(outs, i, tuple(1 if j == axis else d for j, d in enumerate(data)))


@rule("GroupNorm", complete=True)
def _group_norm(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    unify(ins, outs, 1, 1)
    groups, data = attributes(node)["num_groups"], ins[0]
    if data is None:
        return
    if len(data) < 3 or (data[1] != -1 and data[1] % groups):
        raise Mismatch(f"# of channels must be divisible by # of groups, got data {list(data)}, num_groups={groups}")
    for i in (1, 2):
        fill(ins, i, (groups,))
    for i in range(1, len(outs)):
        fill(outs, i, (data[0], groups))


@rule("LeakyReLU", complete=True)
def _leaky_relu(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    unify(ins, outs, 1, len(outs))
    data = ins[0]
    if len(ins) > 1 and data is not None and ins[1] is None:
        ins[1] = (data[1] if len(data) > 1 else 1,)


@rule("IdentityAttachKLSparseReg", complete=True)
def _kl_sparse(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    unify(ins, outs, 1)
    if len(ins) > 1 and ins[0] is not None and len(ins[0]) > 1:
        fill(ins, 1, (ins[0][1],))


@rule("Embedding", "_contrib_SparseEmbedding", complete=True)
def _embedding(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    attrs = attributes(node)
    fill(ins, 1, (attrs["input_dim"], attrs["output_dim"]), " for weight")
    if ins[0] is not None:
        fill(outs, 0, (*ins[0], attrs["output_dim"]))


_GATES = {"rnn_relu": 1, "rnn_tanh": 1, "lstm": 4, "gru": 3}


@rule("RNN", complete=True)
def _rnn(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    attrs = attributes(node)
    data = ins[0]
    if data is None:
        return
    if len(data) != 3:
        raise Mismatch(
            f"Input data should be rank-3 tensor of dim [sequence length, batch size, input size], got {list(data)}"
        )
    hidden, layers, projection = attrs["state_size"], attrs["num_layers"], attrs["projection_size"]
    ways = 2 if attrs["bidirectional"] else 1
    width = projection or hidden
    steps, batch, features = data
    fill(ins, 2, (layers * ways, batch, width), " for state")
    lstm = attrs["mode"] == "lstm"
    if lstm:
        fill(ins, 3, (layers * ways, batch, hidden), " for state_cell")
    if attrs["use_sequence_length"]:
        fill(ins, 4 if lstm else 3, (batch,), " for sequence_length")
    if features != -1:
        fill(ins, 1, (rnn_parameters(attrs, features),), " for parameters")
    fill(outs, 0, (steps, batch, ways * width))
    if len(outs) > 1:
        fill(outs, 1, (layers * ways, batch, width))
    if len(outs) > 2:
        fill(outs, 2, (layers * ways, batch, hidden))


def rnn_parameters(attrs: dict[str, Any], features: int) -> int:
    """Number of elements of the packed parameters of the RNN operator."""
    hidden, layers, projection = attrs["state_size"], attrs["num_layers"], attrs["projection_size"]
    ways, gates = 2 if attrs["bidirectional"] else 1, _GATES[attrs["mode"]]
    width = projection or hidden
    total = 0
    for layer in range(layers):
        inputs = features if layer == 0 else width * ways
        total += ways * gates * hidden * (inputs + width + 2)
        if projection:
            total += ways * projection * hidden
    return total


@rule("UpSampling")
def _upsampling(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    attrs = attributes(node)
    data, scale = ins[0], attrs["scale"]
    if attrs["sample_type"] == "bilinear" and data is not None and len(ins) > 1:
        kernel = 2 * scale - scale % 2
        fill(ins, 1, (data[1], 1, kernel, kernel), " for weight")


# ---------------------------------------------------------------------- losses


@rule("SoftmaxOutput", complete=True)
def _softmax_output(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    unify(ins, outs, 1)
    attrs, data, label = attributes(node), ins[0], ins[1]
    if data is None:
        return
    if attrs["multi_output"]:
        rest = data[2:]
        flat = (data[0], -1 if -1 in rest else math.prod(rest))
        legal: list[tuple[int, ...]] = [(data[0], *rest), flat, (data[0], 1, *rest)]
        if label is None:
            ins[1] = legal[0]
            return
    else:
        legal = [data[:-1] if len(data) > 1 else data, data]
        if label is None:
            ins[1] = legal[0]
            return
    for shape in legal:
        if len(shape) == len(label) and all(a == b or -1 in (a, b) for a, b in zip(shape, label, strict=True)):
            fill(ins, 1, shape)
            return
    raise Mismatch(
        f"Shape inconsistent, Provided label = {list(label)}, legal for data {list(data)}: {[list(s) for s in legal]}"
    )


@rule("LinearRegressionOutput", "LogisticRegressionOutput", "MAERegressionOutput", complete=True)
def _regression_output(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    unify(ins, outs, 1)
    data, label = ins[0], ins[1]
    if data is None:
        return
    if label is None:
        ins[1] = (data[0],) if len(data) == 2 and data[1] == 1 else data
        return
    if len(data) == len(label):
        fill(ins, 1, data)
    elif is_known(label) and is_known(data) and math.prod(label) != math.prod(data):
        raise Mismatch(f"Shape inconsistent, Provided label = {list(label)}, inferred shape={list(data)}")


@rule("SVMOutput", complete=True)
def _svm_output(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    unify(ins, outs, 1)
    if ins[0] is not None:
        fill(ins, 1, ins[0][:-1], " for label")


@rule("softmax_cross_entropy", complete=True)
def _softmax_cross_entropy(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    if ins[0] is not None:
        fill(ins, 1, (ins[0][0],), " for label")
        fill(outs, 0, (1,))


@rule("softmax", complete=True)
def _softmax(node: Node, ins: list[Shape], outs: list[Shape]) -> None:
    unify(ins, outs, 1)
