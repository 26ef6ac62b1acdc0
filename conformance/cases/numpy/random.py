"""Random numbers of `mx.np` and `npx`: the very same numbers on the CPU."""

from __future__ import annotations

from ...suite import Suite
from ._scope import table

suite = Suite(__name__)


def _draw(name, *args, **kwargs):
    def program(mx):
        mx.npx.random.seed(5)
        module = mx.npx.random if name in ("bernoulli", "uniform_n", "normal_n") else mx.np.random
        first = getattr(module, name)(*args, **kwargs)
        return first, getattr(module, name)(*args, **kwargs)

    return program


def _arrays(name, *values, **kwargs):
    def program(mx):
        mx.npx.random.seed(6)
        module = mx.npx.random if name in ("bernoulli", "uniform_n", "normal_n") else mx.np.random
        return getattr(module, name)(*[mx.np.array(v) if isinstance(v, list) else v for v in values], **kwargs)

    return program


def _gradient(name, *values):
    def program(mx):
        mx.npx.random.seed(7)
        given = [mx.np.array(v) for v in values]
        for g in given:
            g.attach_grad()
        with mx.autograd.record():
            y = getattr(mx.np.random, name)(*given, size=(3, 2))
        y.backward()
        return (y, *[g.grad for g in given])

    return program


SAMPLERS = {
    "uniform": (-1.0, 2.0),
    "normal": (1.0, 2.0),
    "logistic": (0.5, 2.0),
    "gumbel": (0.5, 2.0),
    "lognormal": (0.1, 0.5),
    "rayleigh": (2.0,),
    "exponential": (2.0,),
    "weibull": (1.5,),
    "pareto": (3.0,),
    "power": (2.0,),
}
for _name, _args in SAMPLERS.items():
    table(
        suite,
        _name,
        {
            "none": _draw(_name, *_args),
            "int": _draw(_name, *_args, size=3),
            "tuple": _draw(_name, *_args, size=(2, 3)),
            "empty": _draw(_name, *_args, size=()),
            "zero": _draw(_name, *_args, size=(0, 2)),
            "arrays": _arrays(_name, *[[a, a + 1] for a in _args]),
            "arrays_size": _arrays(_name, *[[a, a + 1] for a in _args], size=(3, 2)),
            "first_array": _arrays(_name, [_args[0], _args[0] + 1], *_args[1:]),
            "no_fit": _arrays(_name, [_args[0], 2.0], *_args[1:], size=(3,)),
        },
    )
for _name in ("uniform", "normal"):
    for _dtype in ("float16", "float64"):
        table(suite, _name, {"dtype_" + _dtype: _draw(_name, size=(5,), dtype=_dtype)})
table(
    suite,
    "gradient",
    {
        "normal": _gradient("normal", [1.0, 2.0], [0.5, 2.0]),
        "logistic": _gradient("logistic", [1.0, 2.0], [0.5, 2.0]),
        "gumbel": _gradient("gumbel", [1.0, 2.0], [0.5, 2.0]),
        "exponential": _gradient("exponential", [1.0, 2.0]),
        "rayleigh": _gradient("rayleigh", [1.0, 2.0]),
        "weibull": _gradient("weibull", [1.0, 2.0]),
        "pareto": _gradient("pareto", [1.0, 2.0]),
        "uniform": _gradient("uniform", [0.0, 1.0], [2.0, 3.0]),
    },
)
table(
    suite,
    "other",
    {
        "rand": _draw("rand", 2, 3),
        "rand_none": _draw("rand"),
        "randn": _draw("randn", 2, 3),
        "randint": _draw("randint", 10, size=(2, 3)),
        "randint_low": _draw("randint", 5, 9, size=4),
        "randint_none": _draw("randint", 7),
        "randint_dtype": _draw("randint", 5, size=3, dtype="int32"),
        "choice": _draw("choice", 9, size=(2, 3)),
        "choice_one": _draw("choice", 9),
        "choice_unique": _draw("choice", 9, size=5, replace=False),
        "choice_too_many": _draw("choice", 3, size=5, replace=False),
        "choice_array": _arrays("choice", [3.0, 5.0, 7.0], size=(4,)),
        "multinomial": _draw("multinomial", 9, [0.2, 0.3, 0.5]),
        "multinomial_size": _draw("multinomial", 9, [0.2, 0.3, 0.5], size=(2, 2)),
        "multinomial_array": _arrays("multinomial", 5, [0.25, 0.25, 0.5], size=3),
        "bernoulli": _draw("bernoulli", 0.3, size=(2, 3)),
        "bernoulli_logit": _draw("bernoulli", logit=0.3, size=4),
        "bernoulli_array": _arrays("bernoulli", [0.1, 0.9], size=(3, 2)),
        "bernoulli_both": _draw("bernoulli", 0.3, 0.2),
        "bernoulli_dtype": _draw("bernoulli", 0.3, size=3, dtype="int32"),
        "uniform_n": _arrays("uniform_n", [0.0, 5.0], [1.0, 6.0], batch_shape=(3,)),
        "normal_n": _arrays("normal_n", [0.0, 5.0], 1.0, batch_shape=(3,)),
        "normal_n_numbers": _draw("normal_n", 0.0, 1.0, batch_shape=(3,)),
        "gamma_arrays": _arrays("gamma", [0.5, 5.0], [1.0, 2.0], size=(2, 2)),
        "negative_scale": _draw("normal", 0.0, -1.0, size=2),
    },
)


def _shuffled(mx):
    mx.npx.random.seed(3)
    x, y = mx.np.arange(7), mx.np.arange(12).reshape(4, 3)
    mx.np.random.shuffle(x)
    mx.np.random.shuffle(y)
    return x, y


def _choice_weights(mx):
    mx.npx.random.seed(3)
    p = mx.np.array([0.1, 0.2, 0.7])
    return mx.np.random.choice(3, size=(6,), p=p), mx.np.random.choice(3, size=(2,), replace=False, p=p)


table(suite, "", {"shuffle": _shuffled, "choice_weights": _choice_weights})
