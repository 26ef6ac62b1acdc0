"""`mx.np.random` and `npx.random`: draws with random parameters (both sides start from one seed)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..calls import Arr, Call
from . import _numpy as n

if TYPE_CHECKING:
    from ..live import Gen, Generator

#: name -> its parameters: name, least and greatest; whether it takes a dtype. No beta: its second half begins where
#: the first gamma draw ended, and that reads a flag which MXNet never set
LAWS: dict[str, tuple[tuple[tuple[str, float, float], ...], bool]] = {
    "uniform": ((("low", -5, 1), ("high", 1, 6)), True),
    "normal": ((("loc", -3, 3), ("scale", 0.1, 4)), True),
    "gamma": ((("shape", 0.1, 8), ("scale", 0.1, 3)), True),
    "logistic": ((("loc", -3, 3), ("scale", 0.1, 4)), False),
    "gumbel": ((("loc", -3, 3), ("scale", 0.1, 4)), False),
    "exponential": ((("scale", 0.1, 4),), False),
    "rayleigh": ((("scale", 0.1, 4),), False),
    "weibull": ((("a", 0.3, 4),), False),
    "pareto": ((("a", 0.5, 4),), False),
    "power": ((("a", 0.3, 4),), False),
    "lognormal": ((("mean", -1, 1), ("sigma", 0.1, 1)), True),
    "chisquare": ((("df", 0.5, 6),), True),
}
_PLAIN = ("chisquare", "lognormal")
_OF_GAMMA = ("gamma", "chisquare")


def _number(gen: Gen, low: float, high: float) -> float:
    return round(low + (high - low) * gen.random.random(), 3)


def _size(gen: Gen) -> Any:
    return gen.pick((None, (), 1, 5, (1,), (2, 3), (64,), (65,), (3, 50), (0,), (2, 0), (700,)))


def _law(name: str) -> Generator:
    parameters, typed = LAWS[name]

    def make(gen: Gen) -> Call:
        kwargs: dict[str, Any] = {"size": _size(gen)}
        if name in _OF_GAMMA and 0 in (kwargs["size"] if isinstance(kwargs["size"], tuple) else ()):
            kwargs["size"] = None  # MXNet never comes back from gamma numbers of no shape
        if typed and gen.chance(0.5):
            kwargs["dtype"] = gen.pick(("float32", "float64") if name in _PLAIN else ("float16", "float32", "float64"))
        of = n.shape(gen, 0, 2, empty=0)
        for parameter, low, high in parameters:
            kwargs[parameter] = _number(gen, low, high)
            if name not in _PLAIN and gen.chance(0.3):
                kwargs[parameter] = Arr(of, "float32", low=low, high=high, seed=gen.int(1, 9999))
                kwargs["size"] = gen.pick((None, (2, *of), of))
        return Call("np.random." + name, (), kwargs)

    return make


def _randint(gen: Gen) -> Call:
    low = gen.int(-1000, 1000)
    kwargs: dict[str, Any] = {"size": gen.pick((None, 3, (2, 3), (64,)))}
    if gen.chance(0.6):
        kwargs["dtype"] = gen.pick(("int32", "int64"))
    if gen.chance(0.3):
        return Call("np.random.randint", (gen.int(1, 900),), kwargs)
    return Call("np.random.randint", (low, low + gen.pick((1, 2, 7, 1000, 2**20))), kwargs)


def _plain(gen: Gen) -> Call:
    return Call("np.random." + gen.pick(("rand", "randn")), n.shape(gen, 0, 3, empty=0))


def _choice(gen: Gen) -> Call:
    count = gen.int(1, 9)
    replace = gen.chance(0.6)
    size = gen.pick((None, (gen.int(1, count),), (1, gen.int(1, count))))
    kwargs: dict[str, Any] = {"size": size, "replace": replace}
    source: Any = count
    if gen.chance(0.3):
        source = n.array(gen, (count,), "float32")
    if gen.chance(0.3):
        values = [gen.int(1, 9) for _ in range(count)]
        kwargs["p"] = Arr(values=[v / sum(values) for v in values])
    return Call("np.random.choice", (source,), kwargs)


def _multinomial(gen: Gen) -> Call:
    values = [gen.int(1, 9) for _ in range(gen.int(1, 5))]
    chances: Any = [v / (sum(values) + 0.01) for v in values]
    if gen.chance(0.4):
        chances = Arr(values=chances, dtype=gen.pick(("float32", "float64")))
    return Call("np.random.multinomial", (gen.int(0, 20), chances), {"size": gen.pick((None, 2, (2, 3)))})


def _shuffle(gen: Gen) -> Call:
    of = gen.pick(((1,), (2,), (9,), (64, 2), (100,), (3, 4, 2), (40, 1)))
    return Call("np.random.shuffle", (Arr(of, gen.pick(("float32", "int32"))),), mutates=True)


def _bernoulli(gen: Gen) -> Call:
    kwargs: dict[str, Any] = {"size": _size(gen)}
    name = gen.pick(("prob", "logit"))
    kwargs[name] = _number(gen, 0, 1)
    if gen.chance(0.3):
        kwargs[name] = Arr((3,), low=0.1, high=0.9, seed=gen.int(1, 9999))
        kwargs["size"] = gen.pick((None, (2, 3)))
    if gen.chance(0.3):
        kwargs["dtype"] = gen.pick(("float32", "float64", "int32", "bool"))
    return Call("npx.random.bernoulli", (), kwargs)


def _many(gen: Gen) -> Call:
    name = gen.pick(("uniform_n", "normal_n"))
    parameters = LAWS[name[:-2]][0]
    kwargs: dict[str, Any] = {"batch_shape": gen.pick(((2,), (3, 2), 4))}
    for parameter, low, high in parameters:
        array = gen.chance(0.5)
        kwargs[parameter] = Arr((2,), low=low, high=high) if array else _number(gen, low, high)
    return Call("npx.random." + name, (), kwargs)


GENERATORS = {name: _law(name) for name in LAWS}
GENERATORS.update(
    {
        "randint": _randint,
        "plain": _plain,
        "choice": _choice,
        "multinomial": _multinomial,
        "shuffle": _shuffle,
        "bernoulli": _bernoulli,
        "many": _many,
    }
)
