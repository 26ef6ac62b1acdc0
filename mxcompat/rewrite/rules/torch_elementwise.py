"""Functions of one array, element by element."""

from __future__ import annotations

from mxcompat.rewrite._call import At
from mxcompat.rewrite._errors import Refuse
from mxcompat.rewrite._rule import Rule
from mxcompat.rewrite._values import Value

#: the same function, and the same gradient, under both names
_SAME = {
    name: name
    for name in "exp log log2 log10 log1p expm1 sqrt rsqrt square abs sigmoid tanh sin cos tan sinh cosh relu".split()
} | {
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arcsinh": "asinh",
    "negative": "neg",
    "reciprocal": "reciprocal",
}
#: functions with a gradient of zero
_STEPS = {"floor": "floor", "ceil": "ceil", "trunc": "trunc", "sign": "sign"}


def _unary(at: At) -> Value:
    part = at.bind("data")["data"]
    at.needs_float(part)
    data = part.array
    at.used_up(part)
    name = at.name.rpartition(".")[2]
    return at.give(
        f"torch.{_SAME.get(name) or _STEPS[name]}({{data}})",
        [data],
        dtype=data.dtype,
        shape=data.shape,
        zero=data.zero,
        must_zero=data.must_zero,
        gradient=name not in _STEPS,
        data=part,
    )


def _softmax(at: At) -> Value:
    part = at.bind("data axis")
    at.needs_float(part["data"])
    data = part["data"].array
    axis = at.number(part.get("axis"), -1)
    at.used_up(part["data"])
    name = at.name.rpartition(".")[2]
    return at.give(
        f"torch.{name}({{data}}, dim={axis})",
        [data],
        dtype=data.dtype,
        shape=data.shape,
        zero=data.zero,
        data=part["data"],
    )


def _clip(at: At) -> Value:
    part = at.bind("data a_min a_max")
    at.needs_float(part["data"])
    if len(part) != 3:
        raise Refuse("clip with one bound")
    at.needs_number(part["a_min"], part["a_max"])
    data = part["data"].array
    at.used_up(part["data"])
    return at.give(
        "torch.clamp({data}, {low}, {high})",
        [data],
        dtype=data.dtype,
        shape=data.shape,
        zero=data.zero,
        must_zero=data.must_zero,
        data=part["data"],
        low=part["a_min"],
        high=part["a_max"],
    )


_ALL = {**{name: _unary for name in {**_SAME, **_STEPS}}, "softmax": _softmax, "log_softmax": _softmax, "clip": _clip}
_NO_METHOD = {"negative"}

RULE = Rule(
    "Functions of each element (`nd.exp(x)`, `x.tanh()`, ...), `softmax`, `log_softmax` "
    "and `clip`, where value and gradient "
    "are torch's. Arrays of integers are left: MXNet cuts the result to the integer dtype.",
    changes=[
        (
            "from mxnet import nd\nx = nd.ones((2, 3))\nprint(nd.exp(x), x.sigmoid(), "
            "nd.softmax(x, axis=0), x.clip(0, 0.5))\n",
            "import torch\nx = torch.ones((2, 3))\n"
            "print(torch.exp(x), torch.sigmoid(x), torch.softmax(x, dim=0), torch.clamp(x, 0, 0.5))\n",
        ),
    ],
    leaves=[
        ("from mxcompat import nd\nx = nd.ones(3, dtype='int32')\ny = nd.sqrt(x)\n", "the dtype of x"),
        ("from mxcompat import nd\nx = nd.ones(3)\ny = nd.round(x)\n", "nd.round has no rule"),
    ],
    functions={f"nd.{name}": handler for name, handler in _ALL.items()},
    methods={name: handler for name, handler in _ALL.items() if name not in _NO_METHOD},
)
