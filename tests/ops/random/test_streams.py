"""The random streams, replayed against what MXNet 1.9.1 drew: equal to the last bit, call after call."""

import hashlib
import json
import platform
import threading
from pathlib import Path

import numpy as np
import pytest

from conformance import streams
from mxcompat.ops.random import _generators, _numpy_noise
from mxcompat.ops.random._mt19937 import END, StateBank
from mxcompat.ops.random._single import SingleGenerator
from mxcompat.ops.random._streams import ParallelGenerator

GOLDEN = json.loads((Path(__file__).parent / "golden_streams.json").read_text())["cases"]
PARALLEL = "uniform normal randint exponential gamma poisson negative_binomial generalized_negative_binomial".split()
NUMPY_DEFAULTS = {"np_uniform": {"low": 0.0, "high": 1.0}, "np_normal": {"loc": 0.0, "scale": 1.0}}
GLIBC = platform.libc_ver()[0] == "glibc"  # float64 logarithms are those of the C library


def replay(parallel, single, spec):
    """Make one recorded call on the generators."""
    params = {k: v for k, v in spec.items() if k not in ("op", "n", "ctx")}
    op, shape = spec["op"], spec["n"]
    count = int(np.prod(shape))
    if op in PARALLEL:
        return getattr(parallel, op)(count, **params)
    if op.startswith("sample_"):
        params.update({k: streams.spread(*ends) for k, ends in params.pop("each", {}).items()})
        return getattr(parallel, op)(count, params.pop("dtype", "float32"), **params)
    if op == "np_randint":
        return parallel.randint(count, np.int64, **params)
    if op == "dropout":
        axes = params.pop("axes", None)
        if axes is None:
            return parallel.dropout_mask(count, **params)
        kept = [1 if axis in axes else n for axis, n in enumerate(shape)]
        mask = parallel.dropout_mask(int(np.prod(kept)), shared=True, **params)
        return np.broadcast_to(mask.reshape(kept), shape)
    if op == "zipfian":
        return parallel.unique_zipfian(params["range_max"], *shape)[0]
    if op == "shuffle":
        if isinstance(shape, int):
            return single.permutation(shape).astype(np.float32)
        return np.arange(count, dtype=np.float32).reshape(shape)[single.permutation(shape[0], rows=True)]
    if op == "multinomial":
        probs = np.array(params["probs"], np.float32)
        return single.multinomial(np.atleast_2d(probs), count).astype(np.int32)
    if op == "np_choice":
        weights = params.pop("p", None)
        return single.choice(
            params.pop("a"), count, weights=None if weights is None else np.array(weights, np.float32), **params
        )
    if op == "np_multinomial":
        return single.multinomial_counts(params["trials"], np.array(params["pvals"]), count)
    if "grid" in params:
        ends = [(params["grid"]["start"], params["grid"]["stop"])] + ([params["second"]] if "second" in params else [])
        arrays = [np.linspace(a, b, count).astype(np.float32) for a, b in ends]
        return getattr(_numpy_noise, op[3:])(single, count, *arrays)
    return getattr(_numpy_noise, op[3:])(single, count, **{**NUMPY_DEFAULTS.get(op, {}), **params})


def digest(values):
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()[:24]


def needs_glibc(spec):
    return any(
        c.get("dtype") == "float64" and c["op"] in ("normal", "exponential", "gamma", "sample_normal", "sample_gamma")
        for c in spec["calls"]
    )


@pytest.mark.parametrize("spec", GOLDEN, ids=lambda spec: spec["name"])
def test_streams_are_those_of_mxnet(spec):
    if needs_glibc(spec) and not GLIBC:
        pytest.skip("recorded with glibc's float64 logarithm")
    parallel, single = ParallelGenerator(), SingleGenerator()
    if spec["seed"] is not None:
        parallel.seed(spec["seed"], with_device=spec["ctx"] is None)
        single.seed(spec["seed"], with_device=spec["ctx"] is None)
    found = [np.asarray(replay(parallel, single, one)) for one in spec["calls"]]
    if spec["joined"]:
        found = [np.concatenate(found)]
    for i, (values, expected) in enumerate(zip(found, spec["results"], strict=True)):
        call = spec["calls"][i]
        assert str(values.dtype) == expected["dtype"], call
        shown = values.reshape(-1)[: len(expected["first"])]
        assert shown.tolist() == expected["first"], call
        assert digest(values) == expected["sha256"], call


def test_default_seed_is_zero():
    assert ParallelGenerator().normal(1)[0] == np.float32(2.2122064)
    seeded = ParallelGenerator(seed=9)
    seeded.seed(0)
    assert seeded.normal(1)[0] == np.float32(2.2122064)


def test_device_number_is_part_of_the_seed_unless_a_context_was_named():
    first, second = ParallelGenerator(0), ParallelGenerator(1)
    for generator in (first, second):
        generator.seed(5)
    assert first.uniform(3).tolist() != second.uniform(3).tolist()
    for generator in (first, second):
        generator.seed(5, with_device=False)
    assert first.uniform(3).tolist() == second.uniform(3).tolist()


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("method", ["uniform", "normal"])
@pytest.mark.parametrize("count", [0, 1, 64, 65, 4000, 70001])
def test_out_is_filled_and_returned(method, dtype, count):
    expected = getattr(ParallelGenerator(), method)(count, dtype, 0.5, 2.0)
    out = np.full(count, 9, dtype)
    assert getattr(ParallelGenerator(), method)(count, dtype, 0.5, 2.0, out=out) is out
    assert expected.dtype == dtype and out.tolist() == expected.tolist()


@pytest.mark.parametrize("method", ["uniform", "normal", "randint", "exponential"])
def test_number_of_threads_does_not_matter(method):
    one, three = ParallelGenerator(seed=3), ParallelGenerator(seed=3)
    one.threads, three.threads = 1, 3
    high = {"high": 1000} if method == "randint" else {}
    for count in (77, 300_001):
        np.testing.assert_array_equal(getattr(one, method)(count, **high), getattr(three, method)(count, **high))


def test_a_failure_in_a_helping_thread_reaches_the_caller(monkeypatch):
    generator = ParallelGenerator()
    generator.threads = 2
    monkeypatch.setattr(generator, "_normal_rows", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        generator.normal(1_000_000)


def test_words_are_those_of_each_states_own_twister():
    bank, rng = StateBank(1024, 2**32 - 3), np.random.default_rng(0)
    bank.prepare(1024)
    rows = np.array([0, 1, 5, 6, 7, 1000, 1023])
    streams = [np.random.RandomState((2**32 - 3 + r) % 2**32).bytes(4 * 20000) for r in rows.tolist()]
    read = np.zeros(rows.size, int)
    for _ in range(60):
        count = int(rng.integers(1, 625))
        seen = bank.window(rows, count).copy()
        for words, stream, start in zip(seen, streams, read.tolist(), strict=True):
            np.testing.assert_array_equal(words, np.frombuffer(stream, "<u4")[start : start + count])
        used = rng.integers(0, min(count, 300) + 1, rows.size)
        read += used
        bank.position[rows] += used
        assert (bank.position <= END).all()


def test_saved_state_continues_where_it_was():
    calls = [
        lambda p, s: p.normal(1000),
        lambda p, s: p.uniform(5),
        lambda p, s: s.normal(7),
        lambda p, s: p.gamma(100, alpha=0.5),
        lambda p, s: s.permutation(100),
        lambda p, s: p.normal(3),
        lambda p, s: p.uniform(100_000),
    ]
    parallel, single = ParallelGenerator(seed=4), SingleGenerator(seed=4)
    for i, _ in enumerate(calls):
        saved = parallel.get_state(), single.get_state()
        expected = [f(parallel, single).tolist() for f in calls[i:]]
        parallel.set_state(saved[0])
        single.set_state(saved[1])
        assert [f(parallel, single).tolist() for f in calls[i:]] == expected
        parallel.set_state(saved[0])
        single.set_state(saved[1])
        calls[i](parallel, single)


def test_unused_generator_holds_no_matrix():
    generator = ParallelGenerator()
    assert not hasattr(generator._bank, "state")
    generator.uniform(3)
    assert generator._bank.ready == 1


def test_one_generator_may_be_drawn_from_by_many_threads():
    generator, found = ParallelGenerator(seed=1), []

    def draw():
        found.extend(generator.uniform(10).tolist() for _ in range(50))

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = ParallelGenerator(seed=1)
    assert sorted(found) == sorted(whole.uniform(10).tolist() for _ in range(200))


def test_each_thread_has_its_own_generators():
    _generators.seed(77)
    found = []
    thread = threading.Thread(target=lambda: found.append(_generators.parallel().normal(1)[0]))
    thread.start()
    thread.join()
    assert found == [np.float32(2.2122064)]  # the default seed, whatever this thread seeded
    first = _generators.parallel().uniform(4).tolist()
    _generators.seed(77)
    assert _generators.parallel().uniform(4).tolist() == first


def test_a_named_context_changes_the_single_generators_seed_only():
    def words(seed):
        return np.frombuffer(np.random.RandomState(seed).bytes(12), "<u4").tolist()

    _generators.seed(2)
    assert _generators.single().words(3).tolist() == words(2 * 127)
    first = _generators.parallel().uniform(3).tolist()
    _generators.seed(2, with_context=True)
    assert _generators.single().words(3).tolist() == words(2)
    assert _generators.parallel().uniform(3).tolist() == first


def test_state_of_a_thread_can_be_saved():
    _generators.seed(8)
    _generators.parallel().normal(10)
    saved = _generators.get_state()
    expected = _generators.parallel().normal(70).tolist(), _generators.single().words(5).tolist()
    _generators.set_state(saved)
    assert (_generators.parallel().normal(70).tolist(), _generators.single().words(5).tolist()) == expected


def test_refused_words_are_left_out():
    class Scripted(SingleGenerator):
        def _fetch(self, count):
            words = np.arange(1, count + 1, dtype=np.uint32) << np.uint32(20)
            words[[1, 2, 5]] = 0xFFFFFFFF  # 0xFFFFFFFF // 3 = 0x55555555 exactly, so 0xFFFFFFFF // it is 3: refused
            return words

    generator = Scripted()
    drawn = np.empty(6, np.int64)
    accepted = np.array([1, 4, 5, 7, 8, 9]) << 20
    assert generator.bounded(3, 0, drawn).tolist() == (accepted // 0x55555555).tolist()
    assert int(generator.words(1)[0]) == 10 << 20


@pytest.mark.parametrize(("low", "high"), [(3, 3), (4, 1)])
def test_randint_refuses_an_empty_range(low, high):
    with pytest.raises(ValueError, match=rf"high={high} must be above low={low}"):
        ParallelGenerator().randint(3, np.int32, low, high)


def test_zipfian_refuses_more_classes_than_there_are():
    with pytest.raises(ValueError, match="count=5 exceeds range_max=4"):
        ParallelGenerator().unique_zipfian(4, 1, 5)
