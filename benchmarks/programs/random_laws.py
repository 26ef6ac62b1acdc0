"""A million draws of every distribution. mxcompat follows MXNet's streams bit for bit, torch may draw what it likes."""

from typing import Any, Dict

from benchmarks.contender import Calls, Contender, Effort
from benchmarks.timing import time_calls

UNIT = "seconds"
DRAWS = 1_000_000
QUICK_DRAWS = 1_000
ENTRIES = 1_000  # distributions that share the draws of a `sample_*` call
CLASSES = 6


def with_mxnet(mx: Any, draws: int = DRAWS) -> Calls:
    nd, random = mx.nd, mx.nd.random
    each = (max(draws // ENTRIES, 1),)
    few, many = nd.arange(ENTRIES) * (4 / ENTRIES) + 1, nd.arange(draws) * (4 / draws) + 1
    chance, dispersion = few / 6, few / 10
    ones, data, classes = nd.ones((draws,)), nd.arange(draws), nd.ones((CLASSES,)) / CLASSES
    rows = nd.arange(draws).reshape((-1, 10))
    return {
        "uniform": lambda: random.uniform(shape=(draws,)),
        "uniform, float64": lambda: random.uniform(shape=(draws,), dtype="float64"),
        "normal": lambda: random.normal(shape=(draws,)),
        "normal, float64": lambda: random.normal(shape=(draws,), dtype="float64"),
        "randint": lambda: random.randint(0, 1000, shape=(draws,)),
        "exponential": lambda: random.exponential(2.7, shape=(draws,)),
        "gamma of 2.5": lambda: random.gamma(2.5, 1.3, shape=(draws,)),
        "gamma of 0.4": lambda: random.gamma(0.4, 1.3, shape=(draws,)),
        "gamma of 2.5, float64": lambda: random.gamma(2.5, 1.3, shape=(draws,), dtype="float64"),
        "gamma of 0.4, float64": lambda: random.gamma(0.4, 1.3, shape=(draws,), dtype="float64"),
        "poisson of 4": lambda: random.poisson(4, shape=(draws,)),
        "poisson of 40": lambda: random.poisson(40, shape=(draws,)),
        "negative binomial of 5, 0.5": lambda: random.negative_binomial(5, 0.5, shape=(draws,)),
        "negative binomial of 1, 0.1": lambda: random.negative_binomial(1, 0.1, shape=(draws,)),
        "generalized of 3, 0.3": lambda: random.generalized_negative_binomial(3, 0.3, shape=(draws,)),
        "generalized of 30, 0.3": lambda: random.generalized_negative_binomial(30, 0.3, shape=(draws,)),
        "multinomial": lambda: random.multinomial(classes, shape=(draws,)),
        "shuffle": lambda: random.shuffle(data),
        "shuffle of rows": lambda: random.shuffle(rows),
        "dropout": lambda: nd.Dropout(ones, p=0.3, mode="always"),
        "uniform, 1,000 laws": lambda: nd.sample_uniform(chance, few, shape=each),
        "normal, 1,000 laws": lambda: nd.sample_normal(few, chance, shape=each),
        "exponential, 1,000 laws": lambda: nd.sample_exponential(few, shape=each),
        "gamma, 1,000 laws": lambda: nd.sample_gamma(few, chance, shape=each),
        "poisson, 1,000 laws": lambda: nd.sample_poisson(few, shape=each),
        "negative binomial, 1,000 laws": lambda: nd.sample_negative_binomial(few, chance, shape=each),
        "generalized, 1,000 laws": lambda: nd.sample_generalized_negative_binomial(few, dispersion, shape=each),
        "normal, a law each": lambda: nd.sample_normal(many, many),
        "gamma, a law each": lambda: nd.sample_gamma(many, many),
        "poisson, a law each": lambda: nd.sample_poisson(many),
    }


def with_torch(torch: Any, draws: int = DRAWS) -> Calls:
    count = (draws,)
    each = max(draws // ENTRIES, 1)
    few = torch.arange(ENTRIES) * (4 / ENTRIES) + 1
    many = torch.arange(draws) * (4 / draws) + 1
    chance, dispersion = few / 6, few / 10
    ones, data, classes = torch.ones(draws), torch.arange(draws, dtype=torch.float32), torch.ones(CLASSES) / CLASSES
    rows = data.reshape(-1, 10)

    def gamma(shape: Any, scale: Any) -> Any:
        return torch._standard_gamma(shape) * scale

    def full(value: float, dtype: Any = torch.float32) -> Any:
        return torch.full(count, value, dtype=dtype)

    def repeated(values: Any) -> Any:
        return values.repeat_interleave(each)

    def binomial(k: Any, p: Any) -> Any:
        return torch.poisson(gamma(k, (1 - p) / p))

    def generalized(mu: Any, alpha: Any) -> Any:
        return torch.poisson(gamma(1 / alpha, mu * alpha))

    def rate(lam: float) -> Any:
        return torch.poisson(full(lam))

    return {
        "uniform": lambda: torch.rand(count),
        "uniform, float64": lambda: torch.rand(count, dtype=torch.float64),
        "normal": lambda: torch.randn(count),
        "normal, float64": lambda: torch.randn(count, dtype=torch.float64),
        "randint": lambda: torch.randint(0, 1000, count, dtype=torch.int32),
        "exponential": lambda: torch.empty(count).exponential_(2.7),
        "gamma of 2.5": lambda: gamma(full(2.5), 1.3),
        "gamma of 0.4": lambda: gamma(full(0.4), 1.3),
        "gamma of 2.5, float64": lambda: gamma(full(2.5, torch.float64), 1.3),
        "gamma of 0.4, float64": lambda: gamma(full(0.4, torch.float64), 1.3),
        "poisson of 4": lambda: rate(4),
        "poisson of 40": lambda: rate(40),
        "negative binomial of 5, 0.5": lambda: binomial(full(5), 0.5),
        "negative binomial of 1, 0.1": lambda: binomial(full(1), 0.1),
        "generalized of 3, 0.3": lambda: generalized(full(3), full(0.3)),
        "generalized of 30, 0.3": lambda: generalized(full(30), full(0.3)),
        "multinomial": lambda: torch.multinomial(classes, draws, replacement=True).to(torch.int32),
        "shuffle": lambda: data[torch.randperm(draws)],
        "shuffle of rows": lambda: rows[torch.randperm(len(rows))],
        "dropout": lambda: torch.nn.functional.dropout(ones, 0.3),
        "uniform, 1,000 laws": lambda: repeated(chance) + torch.rand(ENTRIES * each) * repeated(few - chance),
        "normal, 1,000 laws": lambda: repeated(few) + torch.randn(ENTRIES * each) * repeated(chance),
        "exponential, 1,000 laws": lambda: torch.empty(ENTRIES * each).exponential_() / repeated(few),
        "gamma, 1,000 laws": lambda: gamma(repeated(few), repeated(chance)),
        "poisson, 1,000 laws": lambda: torch.poisson(repeated(few)),
        "negative binomial, 1,000 laws": lambda: binomial(repeated(few), repeated(chance)),
        "generalized, 1,000 laws": lambda: generalized(repeated(few), repeated(dispersion)),
        "normal, a law each": lambda: torch.normal(many, many),
        "gamma, a law each": lambda: gamma(many, many),
        "poisson, a law each": lambda: torch.poisson(many),
    }


def run(contender: Contender, effort: Effort) -> Dict[str, float]:
    draws = QUICK_DRAWS if effort.quick else DRAWS
    calls = contender.calls(lambda mx: with_mxnet(mx, draws), lambda torch: with_torch(torch, draws))
    return time_calls(calls, contender.wait, effort)
