"""Which generator serves a call, how it is seeded, and torch's generator as the source of every distribution."""

import threading

import numpy as np
import pytest
import torch

import mxcompat as mx
from mxcompat import nd
from mxcompat.ops.random import engine
from mxcompat.ops.random._torch_sampler import MetaSampler, TorchSampler

CPU = torch.device("cpu")
N = 40_000
FLOATS = [torch.float16, torch.float32, torch.float64]

#: method, parameters, mean, variance
LAWS = [
    ("uniform", (-1.0, 3.0), 1.0, 16 / 12),
    ("normal", (0.5, 2.0), 0.5, 4.0),
    ("exponential", (4.0,), 0.25, 1 / 16),
    ("gamma", (2.5, 1.5), 3.75, 5.625),
    ("gamma", (0.4, 2.0), 0.8, 1.6),
    ("poisson", (4.0,), 4.0, 4.0),
    ("negative_binomial", (3, 0.4), 4.5, 11.25),
    ("negative_binomial", (3, 1.0), 0.0, 0.0),
    ("generalized_negative_binomial", (2.0, 0.3), 2.0, 3.2),
    ("generalized_negative_binomial", (2.0, 0.0), 2.0, 2.0),
]


@pytest.fixture
def torch_engine():
    mx.random.set_engine("torch")
    yield
    mx.random.set_engine("mxnet")


def like(drawn, mean, variance):
    values = drawn.double()
    deviation = max(variance, 1e-12) ** 0.5
    assert abs(values.mean().item() - mean) < 5 * deviation / N**0.5 + 1e-6
    assert values.var().item() == pytest.approx(variance, rel=0.15, abs=1e-6)


@pytest.mark.parametrize("dtype", FLOATS, ids=str)
@pytest.mark.parametrize(("law", "parameters", "mean", "variance"), LAWS)
def test_torch_draws_every_distribution(law, parameters, mean, variance, dtype):
    sampler = TorchSampler(CPU, 1)
    drawn = getattr(sampler, law)(N, dtype, *parameters)
    assert drawn.dtype is dtype and drawn.shape == (N,)
    like(drawn, mean, variance)
    tensors = [torch.tensor([p, p], dtype=torch.float32) for p in parameters]
    each = sampler.each(law, N // 2, dtype, *tensors)
    assert each.dtype is dtype and each.shape == (N,)
    like(each, mean, variance)


def test_torch_draws_choices():
    sampler = TorchSampler(CPU, 1)
    whole = sampler.randint(N, torch.int32, -3, 4)
    assert whole.dtype is torch.int32 and whole.unique().tolist() == list(range(-3, 4))
    assert sorted(sampler.permutation(50, False).tolist()) == list(range(50))
    classes = sampler.multinomial(torch.tensor([[0.25, 0.75, 0.0], [0.0, 0.0, 1.0]]), N)
    assert classes[0].double().mean().item() == pytest.approx(0.75, abs=0.02) and classes[1].unique().tolist() == [2]
    mask = sampler.dropout_mask(N, torch.float32, 0.25, False)
    assert mask.unique().tolist() == pytest.approx([0, 4 / 3]) and mask.mean().item() == pytest.approx(1, abs=0.03)
    drawn, tries = sampler.unique_zipfian(1000, 5, 200)
    assert drawn.shape == (5, 200) and tries.shape == (5,) and bool((tries >= 200).all())
    assert all(len(set(row)) == 200 and 0 <= min(row) and max(row) < 1000 for row in drawn.tolist())
    assert [t.shape for t in sampler.unique_zipfian(10, 0, 3)] == [(0, 3), (0,)]


def test_torch_engine_serves_operators_and_is_seeded(torch_engine):
    def draw():
        mx.random.seed(3)
        return [
            a.asnumpy().tolist()
            for a in (
                nd.random.normal(shape=3),
                nd.sample_gamma(nd.array([1.0, 2.0]), nd.array([1.0, 2.0]), shape=2),
                nd.random.shuffle(nd.arange(9)),
                nd.random.multinomial(nd.array([0.5, 0.5]), shape=9),
                nd.random.uniform_like(nd.zeros(2)),
            )
        ]

    first = draw()
    assert mx.random.get_engine() == "torch" and draw() == first
    mx.random.set_engine("mxnet")
    assert draw() != first


def test_an_unknown_engine_is_refused():
    with pytest.raises(ValueError, match="'numpy' is unknown, legal are mxnet, torch"):
        mx.random.set_engine("numpy")


def test_shapes_are_inferred_without_drawing():
    x = torch.empty((2, 3), device="meta")
    sampler = engine.sampler_of(x.device)
    assert isinstance(sampler, MetaSampler)
    mx.random.seed(1)
    expected = nd.random.uniform(shape=2).asnumpy().tolist()
    mx.random.seed(1)
    for law, parameters, _, _ in LAWS:
        assert getattr(sampler, law)(6, torch.float32, *parameters).shape == (6,)
    assert sampler.each("gamma", 4, torch.float16, x, x).shape == (24,)
    assert sampler.multinomial(x, 4).shape == (2, 4) and sampler.permutation(5, True).shape == (5,)
    assert [t.shape for t in sampler.unique_zipfian(9, 2, 3)] == [(2, 3), (2,)]
    assert nd.random.uniform(shape=2).asnumpy().tolist() == expected


def test_seed_with_a_gpu_context_seeds_the_cpu_too():
    mx.random.seed(3, ctx=mx.cpu())
    expected = nd.random.shuffle(nd.arange(9)).asnumpy().tolist()
    mx.random.seed(9)
    mx.random.seed(3, ctx=mx.gpu(0))
    assert nd.random.shuffle(nd.arange(9)).asnumpy().tolist() == expected


def test_operators_draw_from_the_threads_own_streams():
    mx.random.seed(77)
    found = []
    thread = threading.Thread(target=lambda: found.append(nd.random.normal(shape=1).asscalar()))
    thread.start()
    thread.join()
    assert found == [np.float32(2.2122064)]


@pytest.mark.parametrize("low", [3, 5])
def test_randint_refuses_an_empty_range(low):
    with pytest.raises(mx.MXNetError, match=f"_random_randint: low must be less than high, got low={low}, high=3"):
        nd.random.randint(low, 3)


def test_a_class_beyond_the_last_has_log_probability_minus_infinity():
    p = nd.array([0.0, 0.0])
    p.attach_grad()
    with mx.autograd.record():
        classes, logs = nd.random.multinomial(p, shape=3, get_prob=True)
    logs.backward()
    assert classes.asnumpy().tolist() == [2, 2, 2]
    assert logs.asnumpy().tolist() == [-np.inf] * 3 and p.grad.asnumpy().tolist() == [0, 0]
