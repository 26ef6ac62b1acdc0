"""Whether a generator of random numbers follows its law."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

Generator = Callable[[int], Any]


def gen_buckets_probs_with_ppf(
    ppf: Callable[[float], float], nbuckets: int
) -> tuple[list[tuple[float, float]], list[float]]:
    """Intervals of equal probability, and their probabilities.

    Args:
        ppf: the inverse of the distribution function.
        nbuckets: how many intervals.
    """
    if nbuckets <= 0:
        raise AssertionError(f"gen_buckets_probs_with_ppf: nbuckets={nbuckets} must be positive")
    ends = [(ppf(i / float(nbuckets)), ppf((i + 1) / float(nbuckets))) for i in range(nbuckets)]
    return ends, [1.0 / nbuckets] * nbuckets


def mean_check(generator: Generator, mu: float, sigma: float, nsamples: int = 1000000) -> bool:
    """Whether the mean of samples is within three standard errors of ``mu``."""
    mean = np.array(generator(nsamples)).mean()
    return bool(abs(mean - mu) < 3 * sigma / np.sqrt(nsamples))


def var_check(generator: Generator, sigma: float, nsamples: int = 1000000) -> bool:
    """Whether the variance of normal samples is within three standard errors of ``sigma**2``."""
    variance = np.array(generator(nsamples)).var(ddof=1)
    return bool(abs(variance - sigma**2) < 3 * np.sqrt(2 * sigma**4 / (nsamples - 1)))


def chi_square_check(
    generator: Generator, buckets: list[Any], probs: Any, nsamples: int = 1000000
) -> tuple[float, Any, Any]:
    """Pearson's chi-square test (needs scipy).

    Args:
        generator: called with a number of samples, gives them.
        buckets: values of a discrete law, or ordered intervals (pairs) of a continuous one.
        probs: their probabilities.
        nsamples: how many samples.

    Returns:
        the p-value, the observed and the expected frequencies.

    Raises:
        ImportError: scipy is not there.
        AssertionError: buckets that are no list, not in order, or not as many as probabilities.
    """
    try:
        stats = import_module("scipy.stats")
    except ImportError:
        raise ImportError("chi_square_check needs scipy, which is not installed: pip install scipy") from None
    given: Any = buckets
    if not isinstance(given, list) or len(buckets) != len(probs):
        raise AssertionError("chi_square_check: buckets must be a list with as many entries as probs")
    samples = np.array(generator(nsamples))
    expected = (nsamples * np.array(probs, dtype=np.float32)).astype(np.int32)
    if isinstance(buckets[0], (list, tuple)):
        ends = np.array(buckets, dtype=np.float32).ravel()
        if (np.diff(ends) < 0).any():
            raise AssertionError("chi_square_check: intervals must be in order and may not overlap")
        places = np.searchsorted(ends, samples, side="right") // 2
        observed = np.array([(places == i).sum() for i in range(len(buckets))])
    else:
        observed = np.array([(samples == value).sum() for value in buckets])
    # Rounded frequencies need not add up alike, which newer versions of scipy insist on.
    scaled = expected * (observed.sum() / expected.sum()) if expected.sum() else expected
    return stats.chisquare(f_obs=observed, f_exp=scaled)[1], observed, expected


def verify_generator(
    generator: Generator,
    buckets: list[Any],
    probs: Any,
    nsamples: int = 1000000,
    nrepeat: int = 5,
    success_rate: float = 0.2,
    alpha: float = 0.05,
) -> list[float]:
    """AssertionError unless enough of several chi-square tests have a p-value above ``alpha``; the p-values."""
    results = [chi_square_check(generator, buckets, probs, nsamples) for _ in range(nrepeat)]
    p_values = [p for p, _, _ in results]
    if sum(p > alpha for p in p_values) < nrepeat * success_rate:
        raise AssertionError(
            f"Generator test fails, Chi-square p={p_values}, obs_freq={[o for _, o, _ in results]}, "
            f"expected_freq={[e for _, _, e in results]}.\nbuckets={buckets}, probs={probs}"
        )
    return p_values
