"""Random draws with random parameters (both sides start from one seed), and densities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..calls import Arr, Call
from ..compare import Tolerance

if TYPE_CHECKING:
    from ..live import Gen

#: parameters of each distribution: name in ``random_*``, name in ``sample_*``, least and greatest
LAWS = {
    "uniform": (("low", "low", -5, 1), ("high", "high", 1, 6)),
    "normal": (("loc", "mu", -3, 3), ("scale", "sigma", 0.1, 4)),
    "gamma": (("alpha", "alpha", 0.1, 8), ("beta", "beta", 0.1, 3)),
    "exponential": (("lam", "lam", 0.1, 9),),
    "poisson": (("lam", "lam", 0, 40),),
    "generalized_negative_binomial": (("mu", "mu", 0.1, 20), ("alpha", "alpha", 0.05, 2)),
}
DENSITIES = {
    "uniform": (("low", -3, 0), ("high", 1, 4)),
    "normal": (("mu", -2, 2), ("sigma", 0.3, 3)),
    "gamma": (("alpha", 0.3, 4), ("beta", 0.3, 3)),
    "exponential": (("lam", 0.2, 4),),
    "poisson": (("lam", 0.5, 6),),
}


#: laws whose parameters have other names or ranges as one number than as an array of them
OF_NUMBERS = {**LAWS, "negative_binomial": (("k", "k", 1, 20), ("p", "p", 0.1, 0.9))}
#: densities of counts
COUNTS = {
    "negative_binomial": (("k", 1, 6), ("p", 0.2, 0.8)),
    "generalized_negative_binomial": (("mu", 0.5, 5), ("alpha", 0.2, 1)),
}


def _number(gen: Gen, low: float, high: float) -> float:
    return round(low + (high - low) * gen.random.random(), 3)


def _shape(gen: Gen) -> tuple[int, ...]:
    return gen.pick(((1,), (5,), (2, 3), (64,), (65,), (3, 50), (1000,), (2, 1, 700)))


def _random(gen: Gen) -> Call:
    law = gen.pick(sorted(LAWS))
    kwargs = {name: _number(gen, low, high) for name, _, low, high in LAWS[law]}
    dtype = gen.pick(("float16", "float32", "float64"))
    return Call(f"nd.random_{law}", (), {**kwargs, "shape": _shape(gen), "dtype": dtype}, grad=False)


def _sample(gen: Gen) -> Call:
    law = gen.pick(sorted(LAWS))
    dtype, rows = gen.pick(("float32", "float64")), gen.int(1, 9)
    arrays = [Arr((rows,), dtype, low=low, high=high, seed=gen.int(1, 9999)) for _, _, low, high in LAWS[law]]
    kwargs = {"shape": _shape(gen), "dtype": gen.pick(("float16", "float32", "float64"))}
    return Call(f"nd.sample_{law}", tuple(arrays), kwargs, grad=False)


def _randint(gen: Gen) -> Call:
    low = gen.int(-1000, 1000)
    high = low + gen.pick((1, 2, 7, 1000, 2**20, 2**31, 2**40))
    kwargs = {"shape": _shape(gen), "dtype": gen.pick(("int32", "int64"))}
    return Call("nd.random.randint", (low, high), kwargs, grad=False)


def _multinomial(gen: Gen) -> Call:
    rows, classes = gen.int(1, 40), gen.int(1, 12)
    values = [[gen.random.random() for _ in range(classes)] for _ in range(rows)]
    normal = [[round(v / sum(row), 6) + 1e-5 for v in row] for row in values]
    dtype = gen.pick(("int32", "float32", "uint8"))
    return Call(
        "nd.random.multinomial",
        (Arr(values=normal, dtype="float32"),),
        {"shape": gen.int(1, 9), "dtype": dtype},
        grad=False,
    )


def _shuffle(gen: Gen) -> Call:
    shape = gen.pick(((1,), (2,), (9,), (64, 2), (500,), (3, 4, 2), (40, 1)))
    return Call("nd.random.shuffle", (Arr(shape, gen.pick(("float32", "int32"))),), grad=False)


def _density(gen: Gen) -> Call:
    law = gen.pick(sorted(DENSITIES))
    gen.tol = Tolerance(rtol=1e-4, atol=1e-5, why="lgamma and digamma of another library, in float32")
    rows = gen.int(1, 4)
    shape = (rows, *gen.pick(((), (3,), (2, 2))))
    sample = Arr(shape, low=0.2, high=3, seed=gen.int(1, 9999))
    arrays = [Arr((rows,), low=low, high=high, seed=gen.int(1, 9999)) for _, low, high in DENSITIES[law]]
    return Call(f"nd.random_pdf_{law}", (sample, *arrays), {"is_log": gen.chance(0.5)})


def _of_numbers(gen: Gen, law: str) -> dict[str, float]:
    return {
        name: gen.int(low, high) if name == "k" else _number(gen, low, high) for name, _, low, high in OF_NUMBERS[law]
    }


def _like(gen: Gen) -> Call:
    law = gen.pick(sorted(OF_NUMBERS))
    dtype = gen.pick(("float16", "float32", "float64"))
    data = gen.array(gen.pick(((1,), (5,), (2, 1, 3), (64, 2), (500,))), dtype)
    return Call(f"nd.random.{law}_like", (data,), _of_numbers(gen, law), grad=True)


def _negative_binomial(gen: Gen) -> Call:
    if gen.chance(0.5):
        kwargs = {**_of_numbers(gen, "negative_binomial"), "shape": _shape(gen)}
        dtype = gen.pick(("float16", "float32", "float64"))
        return Call("nd.random_negative_binomial", (), {**kwargs, "dtype": dtype})
    rows = gen.int(1, 9)
    arrays = (
        Arr(values=[float(gen.int(1, 20)) for _ in range(rows)]),
        Arr((rows,), low=0.1, high=0.9, seed=gen.int(1, 9999)),
    )
    return Call(
        "nd.sample_negative_binomial", arrays, {"shape": _shape(gen), "dtype": gen.pick(("float32", "float64"))}
    )


def _zipfian(gen: Gen) -> Call:
    return Call(
        "nd._internal._sample_unique_zipfian", (), {"range_max": gen.int(50, 10000), "shape": (gen.int(1, 2), 9)}
    )


def _count_density(gen: Gen) -> Call:
    law = gen.pick(sorted(COUNTS))
    gen.tol = Tolerance(rtol=1e-4, atol=1e-5, why="lgamma and digamma of another library, in float32")
    rows = gen.int(1, 4)
    sample = Arr(values=[[float(gen.int(0, 9)) for _ in range(3)] for _ in range(rows)])
    arrays = [Arr((rows,), low=low, high=high, seed=gen.int(1, 9999)) for _, low, high in COUNTS[law]]
    return Call(f"nd.random_pdf_{law}", (sample, *arrays), {"is_log": gen.chance(0.5)}, grad=True)


def _dirichlet(gen: Gen) -> Call:
    gen.tol = Tolerance(rtol=1e-4, atol=1e-4, why="lgamma and digamma of another library, in float32")
    rows, classes = gen.int(1, 3), gen.int(1, 4)
    drawn = [[0.1 + gen.random.random() for _ in range(classes)] for _ in range(rows)]
    sample = Arr(values=[[[v / sum(row) for v in row]] for row in drawn])
    alpha = Arr((rows, classes), low=0.3, high=4, seed=gen.int(1, 9999))
    return Call("nd.random_pdf_dirichlet", (sample, alpha), {"is_log": gen.chance(0.5)}, grad=True)


GENERATORS = {
    "random_like": _like,
    "random_negative_binomial": _negative_binomial,
    "random_zipfian": _zipfian,
    "random_count_density": _count_density,
    "random_dirichlet": _dirichlet,
    "random": _random,
    "random_sample": _sample,
    "random_randint": _randint,
    "random_multinomial": _multinomial,
    "random_shuffle": _shuffle,
    "random_density": _density,
}
