"""Activations and softmax."""

from __future__ import annotations

from .._errors import Gap
from .._pieces import Arg, Piece, arg, opt
from .._rule import View, example, formula, function, layer, rule

#: activation -> module, function
_PLAIN = {
    "relu": ("nn.ReLU", "F.relu"),
    "sigmoid": ("nn.Sigmoid", "torch.sigmoid"),
    "tanh": ("nn.Tanh", "torch.tanh"),
    "softsign": ("nn.Softsign", "F.softsign"),
    "softrelu": ("nn.Softplus", "F.softplus"),
}


def activation_of(n: View, module: str, name: str, *args: Arg) -> Piece:
    """A module and the function that does the same."""
    piece = layer(n, module, *args, activation=True)
    piece.function = function(n, name, *args).function
    return piece


@rule(
    "Activation",
    examples=[
        example((2, 3), act_type="relu", source="F.relu(data0)"),
        example((2, 3), act_type="sigmoid"),
        example((2, 3), act_type="tanh"),
        example((2, 3), act_type="softsign"),
        example((2, 3), act_type="softrelu", source="F.softplus"),
    ],
)
def activation(n: View) -> Piece:
    kind = n["act_type"]
    if kind not in _PLAIN:
        raise Gap(f"act_type={kind}")
    return activation_of(n, *_PLAIN[kind])


@rule("relu", "sigmoid", "tanh", "softsign", examples=[example((2, 3), source="F.relu(data0)")])
def plain(n: View) -> Piece:
    return activation_of(n, *_PLAIN[n.op.name])


@rule("hard_sigmoid", examples=[example((2, 3), draw=(-4, 4)), example((2, 3), alpha=0.3, beta=0.4, draw=(-4, 4))])
def hard_sigmoid(n: View) -> Piece:
    return formula(n, f"({n['alpha']!r} * _0 + {n['beta']!r}).clamp(0, 1)")


@rule(
    "LeakyReLU",
    examples=[
        example((2, 3), act_type="leaky", slope=0.1, source="F.leaky_relu(data0, 0.1)"),
        example((2, 3), act_type="elu", slope=0.7, source="F.elu(data0, 0.7)"),
        example((2, 3), act_type="selu", source="F.selu(data0)"),
        example((2, 3), act_type="gelu", source="F.gelu(data0)"),
        example((2, 3, 2), (3,), act_type="prelu", params=(1,), source="nn.PReLU(3)"),
        example((2, 3), act_type="rrelu", source="nn.RReLU(0.125, 0.334)"),
    ],
)
def leaky(n: View) -> Piece:
    n.only_first()
    kind, slope = n["act_type"], n["slope"]
    if kind == "leaky":
        return activation_of(n, "nn.LeakyReLU", "F.leaky_relu", arg("negative_slope", slope))
    if kind == "elu":
        return activation_of(n, "nn.ELU", "F.elu", Arg("alpha", slope, 1.0))
    if kind == "selu":
        return activation_of(n, "nn.SELU", "F.selu")
    if kind == "gelu":
        return activation_of(n, "nn.GELU", "F.gelu")
    if kind == "rrelu":
        return layer(n, "nn.RReLU", arg("lower", n["lower_bound"]), arg("upper", n["upper_bound"]))
    gamma = n.need_state(1)
    return layer(n, "nn.PReLU", arg("num_parameters", gamma.tensor.numel()), states={"weight": gamma})


def _softmax(n: View, name: str) -> Piece:
    if n.attrs.get("use_length"):
        raise Gap("use_length=True")
    scale = n.attrs.get("temperature")
    axis = n.attrs.get("axis", -1)
    if scale not in (None, 1.0) or n.out_dtype() != n.dtype():
        text = "_0" if scale in (None, 1.0) else f"_0 / {scale!r}"
        rest = "" if n.out_dtype() == n.dtype() else f", dtype={n.out_dtype()}"
        return formula(n, f"F.{name}({text}, dim={axis}{rest})")
    module = {"softmax": "nn.Softmax", "log_softmax": "nn.LogSoftmax", "softmin": "nn.Softmin"}[name]
    return activation_of(n, module, f"F.{name}", opt("dim", axis, None))


@rule(
    "softmax",
    "log_softmax",
    "softmin",
    examples=[
        example((2, 3), source="F.softmax(data0, dim=-1)"),
        example((2, 3, 4), axis=1, temperature=2.0, source="data0 / 2.0"),
    ],
)
def softmax(n: View) -> Piece:
    return _softmax(n, n.op.name)


@rule(
    "SoftmaxActivation",
    examples=[example((2, 3, 4)), example((2, 3, 4), mode="channel", source="F.softmax(data0, dim=1)")],
)
def softmax_activation(n: View) -> Piece:
    return activation_of(n, "nn.Softmax", "F.softmax", opt("dim", 1 if n["mode"] == "channel" else -1, None))
