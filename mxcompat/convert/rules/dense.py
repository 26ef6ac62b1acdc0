"""Fully connected layers, embeddings, products of matrices."""

from __future__ import annotations

from .._errors import Gap
from .._pieces import Piece, arg, opt
from .._rule import View, example, formula, layer, rule


@rule(
    "FullyConnected",
    examples=[
        example((2, 3), (4, 3), (4,), num_hidden=4, params=(1, 2), source="nn.Linear(3, 4)"),
        example((2, 3, 2), (4, 6), num_hidden=4, no_bias=True, params=(1,), source="nn.Linear(6, 4, bias=False)"),
        example((2, 5, 3), (4, 3), (4,), num_hidden=4, flatten=False, params=(1, 2), source="nn.Linear(3, 4)"),
        example((2, 3), (4, 3), (4,), num_hidden=4, source="F.linear("),
    ],
)
def fully_connected(n: View) -> Piece:
    weight = n.state(1)
    bias = None if n["no_bias"] else n.state(2)
    flat = n["flatten"] and n.ndim() > 2
    if weight is None or (bias is None and not n["no_bias"]):
        data = "_0.flatten(1)" if flat else "_0"
        return formula(n, f"F.linear({', '.join([data, *(f'_{i}' for i in range(1, len(n.inputs)))])})")
    rows, columns = weight.tensor.shape
    piece = layer(
        n,
        "nn.Linear",
        arg("in_features", columns),
        arg("out_features", rows),
        opt("bias", bias is not None, True),
        states={"weight": weight, "bias": bias},
    )
    if flat:
        piece.before = flatten(n)
    return piece


def flatten(n: View) -> Piece:
    """Everything after the first axis in one."""
    piece = layer(n, "nn.Flatten")
    piece.function = "_0.flatten(1)"
    return piece


@rule("Flatten", examples=[example((2, 3, 4), source="_0.flatten(1)".replace("_0", "data0"))])
def flat(n: View) -> Piece:
    return flatten(n)


@rule(
    "Embedding",
    "_contrib_SparseEmbedding",
    examples=[
        example((2, 3), (5, 4), input_dim=5, output_dim=4, params=(1,), whole={0: 5}, source="nn.Embedding(5, 4)"),
        example((2, 3), (5, 4), input_dim=5, output_dim=4, whole={0: 5}, source="F.embedding("),
    ],
)
def embedding(n: View) -> Piece:
    n.whole(0, n["input_dim"])
    weight = n.state(1)
    if weight is None:
        return formula(n, "F.embedding(_0_long, _1)")
    return layer(
        n,
        "nn.Embedding",
        arg("num_embeddings", n["input_dim"]),
        arg("embedding_dim", n["output_dim"]),
        states={"weight": weight},
        call="_m(_0_long)",
    )


@rule(
    "batch_dot",
    examples=[
        example((2, 3, 4), (2, 4, 5), source="@"),
        example((2, 3, 4), (2, 5, 4), transpose_b=True),
        example((2, 4, 3), (2, 5, 4), transpose_a=True, transpose_b=True),
    ],
)
def batch_dot(n: View) -> Piece:
    return formula(n, f"{_turned('_0', n['transpose_a'])} @ {_turned('_1', n['transpose_b'])}")


def _turned(text: str, turn: bool) -> str:
    return f"{text}.transpose(-2, -1)" if turn else text


@rule(
    "dot",
    examples=[
        example((2, 3), (3, 4), source="@"),
        example((3, 2), (4, 3), transpose_a=True, transpose_b=True),
        example((2, 3, 4), (4, 5)),
        example((3,), (3,)),
        example((2, 3, 4), (4, 3, 5), source="tensordot"),
    ],
)
def dot(n: View) -> Piece:
    left, right = n.ndim(0), n.ndim(1)
    if left == right == 1:
        return formula(n, "(_0 @ _1).reshape(1)")
    if n["transpose_a"] and left != 2 and left != 1:
        raise Gap("transpose_a with more than two axes")
    if n["transpose_b"] and right != 2 and right != 1:
        raise Gap("transpose_b with more than two axes")
    if right <= 2:
        first = "_0.T" if n["transpose_a"] and left == 2 else "_0"
        return formula(n, f"{first} @ {'_1.T' if n['transpose_b'] and right == 2 else '_1'}")
    first = "_0.T" if n["transpose_a"] and left == 2 else "_0"
    return formula(n, f"torch.tensordot({first}, _1, dims=1)")


@rule(
    "_linalg_gemm2",
    examples=[
        example((2, 3, 4), (2, 4, 5)),
        example((2, 4, 3), (2, 4, 5), transpose_a=True, alpha=2.0, source="2.0 *"),
    ],
)
def gemm2(n: View) -> Piece:
    _last_axes(n)
    text = f"{_turned('_0', n['transpose_a'])} @ {_turned('_1', n['transpose_b'])}"
    return formula(n, text if n["alpha"] == 1 else f"{n['alpha']!r} * ({text})")


@rule("_linalg_gemm", examples=[example((2, 3, 4), (2, 4, 5), (2, 3, 5), alpha=0.5, beta=2.0)])
def gemm(n: View) -> Piece:
    _last_axes(n)
    product = f"{_turned('_0', n['transpose_a'])} @ {_turned('_1', n['transpose_b'])}"
    return formula(n, f"{n['alpha']!r} * ({product}) + {n['beta']!r} * _2")


def _last_axes(n: View) -> None:
    if n["axis"] != -2:
        raise Gap(f"axis={n['axis']}: the matrices are not the last two axes")


@rule("khatri_rao", examples=[example((2, 3), (4, 3))])
def khatri_rao(n: View) -> Piece:
    if len(n.inputs) != 2:
        raise Gap(f"{len(n.inputs)} matrices")
    return formula(n, "(_0.unsqueeze(1) * _1.unsqueeze(0)).flatten(0, 1)")


@rule("_contrib_div_sqrt_dim", examples=[example((2, 3, 4))])
def div_sqrt_dim(n: View) -> Piece:
    return formula(n, "_0 / _0.size(-1) ** 0.5")


@rule(
    "L2Normalization",
    examples=[example((2, 3, 4), mode="channel"), example((2, 3, 4)), example((2, 3, 4, 2), mode="spatial")],
)
def l2_normalization(n: View) -> Piece:
    n.only_first()
    axes = {"instance": tuple(range(1, n.ndim())), "channel": (1,), "spatial": tuple(range(2, n.ndim()))}[n["mode"]]
    axis = axes[0] if len(axes) == 1 else axes
    return formula(n, f"_0 / (_0.square().sum({axis}, keepdim=True) + {n['eps']!r}).sqrt()")
