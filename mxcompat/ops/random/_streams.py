"""The distributions of MXNet's parallel CPU generator, on the states of ``_states``.

Checked against MXNet 1.9.1:

- Nothing but the states survives a draw: normal numbers come in pairs, and the second one is thrown away at once.
- float16 values are made in float64 from float64 random numbers and cast at the end (gamma and the counts: from
  float32).

Draws that consume a fixed number of words per value are conversions of word windows. Normal numbers look at slightly
more points than they need. The others (gamma, Poisson and the binomials) are in ``_rejection``, ``_each`` and
``_mixed``.

Source: MXNet 1.9.1 include/mxnet/random_generator.h, src/resource.cc, src/operator/random/sampler.h.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _each, _exact, _lanes, _laws, _mixed, _parameters, _rejection, _zipfian
from ._mt19937 import BLOCK, END, Words
from ._parameters import Numbers
from ._states import PER_STATE, WORDS_AT_ONCE, States

Array = npt.NDArray[Any]

_MANY_STATES = 400  # that draw from many distributions quicker side by side than one distribution after the other
_ALIKE = 24  # values of a distribution from which on few states make them one distribution after the other


def _noise_type(dtype: npt.DTypeLike) -> npt.DTypeLike:
    return np.float32 if np.dtype(dtype) == np.float32 else np.float64


class ParallelGenerator(States):
    """The states behind ``mx.nd.random`` on one device. Every method may be called from any thread.

    Methods return a flat array of the asked dtype. ``out``, where accepted, is a flat contiguous array of that dtype to
    fill instead (the memory of a torch tensor, say), and is what is returned.
    """

    def _forget(self) -> None:
        self._known_uniform: tuple[int, Array] = (-1, np.empty(0, np.float32))
        self._known_normal: tuple[int, int, list[int], Array] = (-1, 0, [], np.empty(0, np.float32))

    # Fixed consumption

    def uniform(
        self,
        count: int,
        dtype: npt.DTypeLike = np.float32,
        low: float = 0.0,
        high: float = 1.0,
        out: Array | None = None,
    ) -> Array:
        """Draw from [low, high]: ``low + (high - low) * u``, in float32 (float64 for the other dtypes, then cast)."""
        wide = np.dtype(dtype) != np.float32
        first, width = np.float32(low), np.float32(high) - np.float32(low)
        values = self.standard_uniform(count, np.float64 if wide else np.float32, None if wide else out)
        if width != 1 or first != 0:
            np.multiply(values, values.dtype.type(width), out=values)
            np.add(values, values.dtype.type(first), out=values)
        return self._deliver(values, dtype, out)

    def standard_uniform(self, count: int, dtype: npt.DTypeLike = np.float32, out: Array | None = None) -> Array:
        """Draw from [0, 1] as float32 (one word each) or float64 (two words each)."""
        single = np.dtype(dtype) == np.float32
        if out is None:
            out = np.empty(count, np.float32 if single else np.float64)
        with self._lock:
            if single and count <= PER_STATE and self._few_uniform(count, out):
                return out
            self._fill(out, *((1, _exact.to_uniform32) if single else (2, _exact.to_uniform64)))
        return out

    def randint(
        self, count: int, dtype: npt.DTypeLike = np.int32, low: int = 0, high: int = 1, out: Array | None = None
    ) -> Array:
        """Draw from [low, high): ``low + (w1 * 2**31 + w2) % (high - low)``, whatever the dtype."""
        if high <= low:
            raise ValueError(f"randint: high={high} must be above low={low}")
        values = np.empty(count, np.int64)
        width = high - low

        def convert(words: Words, out: Array) -> None:
            np.left_shift(words[..., 0::2], 31, out=out, dtype=np.int64)
            np.add(out, words[..., 1::2], out=out)
            if width >= 1 << 63:  # the difference wraps in MXNet as it does here; so does the remainder's sign
                np.fmod(out, np.int64(width - (1 << 64)), out=out)
            else:
                whole = out // np.int64(width)
                np.multiply(whole, np.int64(width), out=whole)
                np.subtract(out, whole, out=out)
            np.add(out, np.int64(low), out=out)

        with self._lock:
            self._fill(values, 2, convert)
        return self._deliver(values, dtype, out)

    def exponential(self, count: int, dtype: npt.DTypeLike = np.float32, lam: float = 1.0) -> Array:
        """Draw exponential numbers of rate ``lam``."""
        values = self.standard_exponential(count, dtype)
        np.divide(values, np.float64(np.float32(lam)), out=values)
        return self._deliver(values, dtype, None)

    def standard_exponential(self, count: int, dtype: npt.DTypeLike = np.float32) -> npt.NDArray[np.float64]:
        """Draw ``-log(1 - u)`` in float64, from uniform numbers of ``dtype``."""
        single = np.dtype(dtype) == np.float32
        values = self.standard_uniform(count, np.float32 if single else np.float64).astype(np.float64, copy=False)
        np.subtract(1.0, values, out=values)
        if single:
            with np.errstate(divide="ignore"):
                np.log(values, out=values)
        else:
            values = _exact.log(values)
        return np.negative(values, out=values)

    def dropout_mask(
        self,
        count: int,
        dtype: npt.DTypeLike = np.float32,
        p: float = 0.5,
        shared: bool = False,
        out: Array | None = None,
    ) -> Array:
        """Draw Dropout's mask: 0 with probability ``p``, else ``1 / (1 - p)``.

        A value is kept where ``u <= 1 - p`` (``u < 1 - p`` when the mask is ``shared`` along ``axes``), compared in
        float32.
        """
        keep = np.float32(1) - np.float32(p)
        less = np.less if shared else np.less_equal
        if out is None:
            out = np.empty(count, dtype)
        single = out.dtype == np.float32
        with np.errstate(divide="ignore"):
            value = (np.float32(1) / keep).astype(out.dtype)
        if single and count <= PER_STATE:
            with np.errstate(invalid="ignore"):
                np.multiply(less(self.standard_uniform(count), keep), value, out=out)
            return out

        def convert(words: Words, mask: Array) -> None:
            drawn: Array = np.empty(mask.shape, np.float32 if single else np.float64)
            (_exact.to_uniform32 if single else _exact.to_uniform64)(words, drawn)
            with np.errstate(invalid="ignore"):
                np.multiply(less(drawn.astype(np.float32, copy=False), keep), value, out=mask)

        with self._lock:
            self._fill(out, 1 if single else 2, convert)
        return out

    # Normal numbers

    def normal(
        self,
        count: int,
        dtype: npt.DTypeLike = np.float32,
        loc: float = 0.0,
        scale: float = 1.0,
        out: Array | None = None,
    ) -> Array:
        """Draw normal numbers: ``z * scale + loc``, in float32 (float64 for the other dtypes, then cast)."""
        wide = np.dtype(dtype) != np.float32
        values = self.standard_normal(count, np.float64 if wide else np.float32, None if wide else out)
        if scale != 1 or loc != 0:
            np.multiply(values, values.dtype.type(np.float32(scale)), out=values)
            np.add(values, values.dtype.type(np.float32(loc)), out=values)
        return self._deliver(values, dtype, out)

    def standard_normal(self, count: int, dtype: npt.DTypeLike = np.float32, out: Array | None = None) -> Array:
        """Draw standard normal numbers as float32 (two words to a point) or float64 (four)."""
        single = np.dtype(dtype) == np.float32
        if out is None:
            out = np.empty(count, np.float32 if single else np.float64)
        with self._lock:
            if single and count <= PER_STATE and self._few_normal(count, out):
                return out
            whole, step, rest = self._layout(count)

            def work(first: int, past: int) -> None:
                self._normal_rows(first, past, step, out[first * step : past * step], single)

            self._share(whole + (rest > 0), step, work)
        return out

    def _normal_rows(self, first: int, past: int, step: int, out: Array, single: bool) -> None:
        """Fill ``out`` with ``step`` values from each of the states [first, past); the last one may owe fewer."""
        unit = 2 if single else 4  # words to a point
        polar: Callable[[Words], tuple[Array, Array, Array]] = _exact.polar32 if single else _exact.polar64
        finish: Callable[[Array, Array], Array] = _exact.normal32 if single else _exact.normal64
        position = self._bank.position
        at_once = max(1, WORDS_AT_ONCE // min(3 * step * unit // 2, BLOCK))
        for start in range(first, past, at_once):
            rows = np.arange(start, min(start + at_once, past))
            goes_to = (rows - first) * step
            due = np.minimum(out.size - goes_to, step)  # values that each row still owes
            while rows.size:
                most = int(due.max())
                points = min(int(most * 1.2733 + 2.4 * most**0.5) + 3, BLOCK // unit)
                indices, ordinates, radii = polar(self._bank.window(rows, points * unit))
                edges = indices.searchsorted(np.arange(rows.size + 1) * points)
                found = edges[1:] - edges[:-1]
                total = int(due.sum())
                if total > (rows.size - 1) * most and bool((found >= due).all()) and bool((due[:-1] == most).all()):
                    # The usual end: all rows have enough, and what they owe lies row after row.
                    wanted = indices.take(edges[:-1, None] + np.arange(most), mode="clip")
                    flat = wanted.reshape(-1)[:total]
                    values = finish(ordinates[flat], radii[flat])
                    if most == step or rows.size == 1:
                        out[int(goes_to[0]) : int(goes_to[0]) + total] = values
                    else:
                        for to, at, n in zip(goes_to.tolist(), range(0, total, most), due.tolist(), strict=True):
                            out[to : to + n] = values[at : at + n]
                    each = np.arange(rows.size)
                    position[rows] += (wanted[each, due - 1] - each * points + 1) * unit
                    break
                values = finish(ordinates[indices], radii[indices])
                taken = np.minimum(found, due)
                for to, at, n in zip(goes_to.tolist(), edges.tolist(), taken.tolist(), strict=False):
                    out[to : to + n] = values[at : at + n]
                used = np.full(rows.size, points)
                done = np.flatnonzero(found >= due)
                used[done] = indices[edges[done] + due[done] - 1] - done * points + 1
                position[rows] += used * unit
                due = due - taken
                left = np.flatnonzero(due)
                rows, due, goes_to = rows[left], due[left], (goes_to + taken)[left]

    # Few values: what state 0 holds is converted once and then handed out in slices

    def _few_uniform(self, count: int, out: Array) -> bool:
        bank = self._bank
        if not bank.ready:
            return False
        at = int(bank.position[0])
        if at + count > END:
            return False
        epoch, values = self._known_uniform
        if epoch != bank.renewals:
            values = np.empty(END, np.float32)
            _exact.to_uniform32(bank.words[0], values)
            self._known_uniform = (bank.renewals, values)
        out[...] = values[at : at + count]
        bank.position[0] = at + count
        return True

    def _few_normal(self, count: int, out: Array) -> bool:
        bank = self._bank
        if not bank.ready:
            return False
        at = int(bank.position[0])
        epoch, parity, ends, values = self._known_normal
        if epoch != bank.renewals or parity != at % 2 or (ends and at + 2 < ends[0] - 64):
            points = (END - at) // 2
            if points == 0:
                return False
            indices, ordinates, radii = _exact.polar32(bank.words[:1, at : at + 2 * points])
            values = _exact.normal32(ordinates[indices], radii[indices])
            ends = (at + 2 + 2 * indices).tolist()
            self._known_normal = (bank.renewals, at % 2, ends, values)
        begin = bisect_left(ends, at + 2)
        if begin + count > len(ends):
            return False
        out[...] = values[begin : begin + count]
        bank.position[0] = ends[begin + count - 1]
        return True

    # Consumption that depends on what is drawn, and parameters by row

    def gamma(self, count: int, dtype: npt.DTypeLike = np.float32, alpha: float = 1.0, beta: float = 1.0) -> Array:
        """Draw gamma numbers of shape ``alpha`` and scale ``beta`` (float16: made in float32)."""
        return self.sample_gamma(count, dtype, [alpha], [beta])

    def poisson(self, count: int, dtype: npt.DTypeLike = np.float32, lam: float = 1.0) -> Array:
        """Draw Poisson numbers of rate ``lam``."""
        return self.sample_poisson(count, dtype, [lam])

    def negative_binomial(self, count: int, dtype: npt.DTypeLike = np.float32, k: float = 1, p: float = 1.0) -> Array:
        """Draw the number of failures before the ``k``-th success of probability ``p``."""
        return self.sample_negative_binomial(count, dtype, [k], [p])

    def generalized_negative_binomial(
        self, count: int, dtype: npt.DTypeLike = np.float32, mu: float = 1.0, alpha: float = 1.0
    ) -> Array:
        """Draw negative binomial numbers of mean ``mu`` and dispersion ``alpha`` (0: Poisson)."""
        return self.sample_generalized_negative_binomial(count, dtype, [mu], [alpha])

    # The sample_* methods draw ``count`` values for each entry of the (flat) parameters, entry after entry.

    def sample_uniform(self, count: int, dtype: npt.DTypeLike, low: Numbers, high: Numbers) -> Array:
        """Draw ``low + (high - low) * u`` for each entry."""
        first, width = _parameters.interval(low, high)
        drawn = self.standard_uniform(first.size * count, _noise_type(dtype)).reshape(first.size, count)
        if _parameters.half(low):
            offset = _exact.to_half(width * drawn.astype(np.float32))
            return _exact.narrow(_exact.to_half(first + offset), dtype).reshape(-1)
        return _exact.narrow((first + width * drawn).reshape(-1), dtype)

    def sample_normal(self, count: int, dtype: npt.DTypeLike, loc: Numbers, scale: Numbers) -> Array:
        """Draw ``z * scale + loc`` for each entry."""
        mean, spread = _parameters.plain(loc), _parameters.plain(scale)
        drawn = self.standard_normal(mean.size * count, _noise_type(dtype)).reshape(-1, count)
        if _parameters.half(loc):
            offset = _exact.to_half(drawn.astype(np.float32) * spread)
            return _exact.narrow(_exact.to_half(offset + mean), dtype).reshape(-1)
        return _exact.narrow((drawn * spread + mean).reshape(-1), dtype)

    def sample_exponential(self, count: int, dtype: npt.DTypeLike, lam: Numbers) -> Array:
        """Draw exponential numbers of each rate."""
        rate = _parameters.exact(lam)
        drawn = self.standard_exponential(rate.size * count, dtype).reshape(-1, count)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if _parameters.half(lam):
                return _exact.narrow(_exact.to_half(drawn.astype(np.float32) / rate), dtype).reshape(-1)
            return _exact.narrow((drawn / rate).reshape(-1), dtype)

    def sample_gamma(self, count: int, dtype: npt.DTypeLike, alpha: Numbers, beta: Numbers) -> Array:
        """Draw gamma numbers of each shape ``alpha`` and scale ``beta``."""
        double, half = np.dtype(dtype) == np.float64, _parameters.half(alpha)
        shape, scale = _parameters.exact(alpha), _parameters.exact(beta)
        out = np.empty(shape.size * count, np.float64 if double else np.float32)
        with self._lock:
            due, goes_to = self._lanes(out.size)
            few_pieces = due.size < _MANY_STATES or 2 * count >= int(due.max(initial=0))
            if shape.size == 1 or (count >= _ALIKE and few_pieces):
                if double:
                    law = _rejection.HALF_GAMMA_DOUBLE if half else _rejection.GAMMA_DOUBLE
                else:
                    law = _rejection.HALF_GAMMA if half else _rejection.GAMMA
                self._in_waves(lambda few: law, due, goes_to, count, np.concatenate([shape, scale], axis=1), out)
            else:
                _each.gamma(self._bank, due, goes_to, shape, scale, count, out, half)
        return self._deliver(out, dtype, None)

    def sample_poisson(self, count: int, dtype: npt.DTypeLike, lam: Numbers) -> Array:
        """Draw Poisson numbers of each rate."""
        return self._poisson(count, dtype, _parameters.single(lam))

    def _poisson(self, count: int, dtype: npt.DTypeLike, rate: Array) -> Array:
        out = np.empty(rate.size * count, np.int32)
        few = ~(rate >= _laws.FEW)
        with self._lock:
            due, goes_to = self._lanes(out.size)
            mixed = few.any() and not few.all()
            if rate.size == 1 or (count >= _ALIKE and (mixed or due.size < _MANY_STATES)):
                laws = _rejection.TALL_POISSON, _rejection.FEW_POISSON
                self._in_waves(laws.__getitem__, due, goes_to, count, rate, out)
            elif few.all():
                _each.few_poisson(self._bank, due, goes_to, rate, count, out)
            elif not few.any():
                _each.tall_poisson(self._bank, due, goes_to, rate, count, out)
            elif out.size:
                _mixed.draw(
                    self._bank, due, goes_to, _lanes.Entries.of(np.full_like(rate, np.nan), rate, False), count, out
                )
        return self._deliver(out, dtype, None)

    def sample_negative_binomial(self, count: int, dtype: npt.DTypeLike, k: Numbers, p: Numbers) -> Array:
        """Draw negative binomial numbers for each ``k`` and ``p``: Poisson ones with gamma distributed rates."""
        shape, scale = _parameters.gamma_of_negative_binomial(k, p)
        return self._mix(count, dtype, shape, scale, _parameters.half(k))

    def sample_generalized_negative_binomial(
        self, count: int, dtype: npt.DTypeLike, mu: Numbers, alpha: Numbers
    ) -> Array:
        """Draw negative binomial numbers for each pair of mean ``mu`` and dispersion ``alpha``."""
        shape, scale = _parameters.gamma_of_generalized(mu, alpha)
        if np.isnan(shape).all():  # all of them Poisson
            return self._poisson(count, dtype, _parameters.single(scale))
        return self._mix(count, dtype, shape, scale, _parameters.half(mu))

    def _mix(self, count: int, dtype: npt.DTypeLike, shape: Array, scale: Array, half: bool) -> Array:
        """Draw Poisson numbers whose rates are gamma numbers, ``count`` for each entry."""
        out = np.empty(shape.size * count, np.int32)
        if shape.size > 1 and bool((shape == shape[0]).all()) and bool((scale == scale[0]).all()):
            shape, scale, count = shape[:1], scale[:1], out.size
        entries = _lanes.Entries.of(shape, scale, half)
        with self._lock:
            due, goes_to = self._lanes(out.size)
            if out.size:
                _mixed.draw(self._bank, due, goes_to, entries, count, out, self._share)
        return self._deliver(out, dtype, None)

    def _in_waves(
        self,
        law_of: Callable[[bool], _rejection.Law],
        due: Array,
        goes_to: Array,
        count: int,
        parameters: Array,
        out: Array,
    ) -> None:
        """Draw by rejection what each state owes of its first distribution, then of its second, and so on.

        ``law_of`` says which law serves a distribution whose first parameter is small (below 12), or is not.
        """
        if not due.size:
            return
        edges = np.union1d(goes_to, np.arange(parameters.shape[0]) * count)
        lengths = np.diff(np.append(edges, out.size))
        rows, entry = edges // int(due[0]), edges // count
        wave = np.arange(rows.size) - rows.searchsorted(rows)
        few = ~(parameters[:, 0] >= _laws.FEW)
        for turn in range(int(wave.max()) + 1):
            now = np.flatnonzero(wave == turn)
            for kind in (True, False):
                some = now[few[entry[now]] == kind]
                if some.size:
                    self._reject(law_of(kind), rows[some], lengths[some], edges[some], parameters[entry[some]], out)

    def _reject(
        self, law: _rejection.Law, rows: Array, due: Array, goes_to: Array, parameters: Array, out: Array
    ) -> None:
        def work(first: int, past: int) -> None:
            some = slice(first, past)
            _rejection.fill(self._bank, law, rows[some], due[some].copy(), goes_to[some].copy(), parameters[some], out)

        if law.threads:
            self._share(rows.size, int(due[0]), work)
        else:
            work(0, rows.size)

    def unique_zipfian(self, range_max: int, batch: int, count: int) -> tuple[Array, Array]:
        """Draw ``count`` different classes below ``range_max`` for each of ``batch`` rows, low ones more often.

        Returns the classes (batch, count) and how many tries each row took, as int64.
        """
        if count > range_max:
            raise ValueError(f"unique_zipfian: count={count} exceeds range_max={range_max}")
        if not batch or not count:
            return np.empty((batch, count), np.int64), np.zeros(batch, np.int64)
        with self._lock:
            return _zipfian.draw(self._bank, range_max, batch, count)
