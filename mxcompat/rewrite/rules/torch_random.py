"""Random draws: MXNet's streams stay, the result becomes a tensor."""

from __future__ import annotations

from mxcompat.rewrite._call import At, Part
from mxcompat.rewrite._edits import Template
from mxcompat.rewrite._errors import Refuse
from mxcompat.rewrite._rule import Rule
from mxcompat.rewrite._values import Arr, Value
from mxcompat.rewrite.rules._dtypes import dtype_of

_SAMPLERS = "uniform normal exponential poisson gamma negative_binomial generalized_negative_binomial randint randn"


def _draw(at: At) -> Value:
    if at.starred or "out" in at.keywords or at.arrays():
        raise Refuse("a random draw with arrays as parameters, or out=, is not followed")
    if "ctx" in at.keywords:
        at.device(at.keywords["ctx"])
    name = at.name.rpartition(".")[2]
    dtype = "int32" if name == "randint" else "float32"
    if "dtype" in at.keywords and at.keywords["dtype"].constant not in ("None", "float32", None):
        dtype = dtype_of(at.keywords["dtype"])
    result: Arr = at.machine.array(at.node, (), dtype, _shape(at, name))
    at.machine.plan(at.node, [result.group], Template("{itself}.to_torch()"), kind="wrap")
    return result


def _shape(at: At, name: str) -> tuple[int | None, ...] | None:
    if name == "randn":
        return (*(n if isinstance(n, int) else None for n in (part.constant for part in at.positional)),) or None
    part: Part | None = at.keywords.get("shape")
    if part is None:
        place = {"exponential": 1, "poisson": 1}.get(name, 2)
        part = at.positional[place] if len(at.positional) > place else None
    if part is None:
        return None
    constant = part.constant
    if isinstance(constant, int):
        return (constant,)
    return tuple(constant) if isinstance(constant, (tuple, list)) else None


RULE = Rule(
    "Random draws (`nd.random.normal`, `mx.random.uniform`, ...). torch's generators "
    "give other numbers than MXNet's, so a "
    "draw stays MXNet's, from MXNet's streams and seeds, and its result is "
    "taken as a tensor by `.to_torch()`, which shares "
    "memory. To draw with torch's generators, and get other numbers, change such a line by hand.",
    changes=[
        (
            "import mxnet as mx\nfrom mxnet import nd\nmx.random.seed(1)\nx "
            "= nd.random.normal(scale=0.1, shape=(2, 3))\n"
            "print(nd.exp(x))\n",
            "import torch\nimport mxcompat as mx\nfrom mxcompat import nd\nmx.random.seed(1)\n"
            "x = nd.random.normal(scale=0.1, shape=(2, 3)).to_torch()\nprint(torch.exp(x))\n",
        ),
    ],
    leaves=[
        (
            "from mxcompat import nd\nmu = nd.zeros(2)\nx = nd.random.normal(mu, nd.ones(2))\n",
            "with arrays as parameters",
        )
    ],
    functions={
        **{f"nd.random.{name}": _draw for name in _SAMPLERS.split()},
        **{f"random.{name}": _draw for name in _SAMPLERS.split()},
        **{f"nd.random_{name}": _draw for name in _SAMPLERS.split() if name not in ("randn", "randint")},
    },
)
