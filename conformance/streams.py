"""Random-stream cases: plain functions of ``mx`` that draw numbers and digest them.

A case is plain data: a seed, a context for it and a list of calls made one after the other, so that a call also
proves how far the calls before it moved the generators. ``run_case`` makes the calls on any library with the
``mxnet`` API; ``summarize`` turns what came back into digests plus a few leading values. The same records are
replayed, without any ``mx``, on the engine in ``mxcompat.ops.random``. Runs on Python 3.8 with NumPy 1.23 and later.
"""

import hashlib
import json
import threading

import numpy as np

SIZES = (1, 5, 63, 64, 65, 1000, 65536, 65537, 10**6)
SHOWN = 4  # leading values kept readable beside each digest


def call(op, n, **params):
    """Return one draw of ``n`` values (or of shape ``n``) as plain data."""
    return dict(op=op, n=n, **params)


def case(name, calls, seed=0, ctx=None, joined=False):
    """Return one case: seed the generators, then make the calls. ``joined``: one digest for all of them together."""
    return {"name": name, "seed": seed, "ctx": ctx, "calls": calls, "joined": joined}


def _sweep(op, sizes=SIZES, label="", **params):
    label = "-".join([op + label] + ["%s=%s" % (k, v) for k, v in sorted(params.items())])
    return case(label, [call(op, n, **params) for n in sizes], seed=42)


def cases():
    """Return every case, in a fixed order."""
    small = (1, 5, 64, 65, 1000, 65537)
    found = [
        case("default-seed", [call("normal", 1), call("uniform", 3), call("np_uniform", 3)], seed=None),
    ]
    for seed in (0, 1, 7, 128, 2**31 - 1, -1, -12345, 2**31, 2**32 + 5, 33818641):
        found.append(
            case("seed=%d" % seed, [call("uniform", 200), call("np_uniform", 5), call("normal", 70)], seed=seed)
        )
        for ctx in ("cpu(0)", "cpu(1)"):
            name = "seed=%d-%s" % (seed, ctx)
            found.append(
                case(
                    name,
                    [call("uniform", 200), call("np_uniform", 5), call("normal", 70)],
                    seed=seed,
                    ctx=ctx,
                )
            )
    found.append(
        case("contexts-share-streams", [call("uniform", 70, ctx="cpu(%d)" % (i % 3)) for i in range(6)], seed=3)
    )
    found += [
        _sweep("uniform"),
        _sweep("uniform", low=-2.5, high=7.1),
        _sweep("uniform", small, dtype="float64"),
        _sweep("uniform", small, dtype="float64", low=0.1, high=0.7),
        _sweep("uniform", small, dtype="float16"),
        _sweep("uniform", small, dtype="float16", low=-1.5, high=1.7),
        _sweep("normal"),
        _sweep("normal", loc=0.3, scale=1.7),
        _sweep("normal", small, dtype="float64"),
        _sweep("normal", small, dtype="float64", loc=0.3, scale=1.7),
        _sweep("normal", small, dtype="float16", loc=0.3, scale=1.7),
        _sweep("randint", low=0, high=10),
        _sweep("randint", small, low=-7, high=1000003),
        _sweep("randint", small, low=0, high=2**40, dtype="int64"),
        _sweep("randint", small, low=-(2**62), high=2**62, dtype="int64"),
        _sweep("exponential", small, lam=1.0),
        _sweep("exponential", small, lam=2.7),
        _sweep("exponential", small, lam=2.7, dtype="float64"),
        _sweep("exponential", small, lam=2.7, dtype="float16"),
        _sweep("gamma", small, alpha=2.5, beta=1.3),
        _sweep("gamma", small, alpha=0.4, beta=2.0),
        _sweep("gamma", small, alpha=2.5, beta=1.3, dtype="float64"),
        _sweep("gamma", small, alpha=0.4, beta=1.3, dtype="float64"),
        _sweep("gamma", small, alpha=0.4, beta=1.3, dtype="float16"),
        _sweep("poisson", small, lam=0.0),
        _sweep("poisson", small, lam=4.0),
        _sweep("poisson", small, lam=11.9),
        _sweep("poisson", small, lam=12.0),
        _sweep("poisson", small, lam=130.5),
        _sweep("poisson", small, lam=4.0, dtype="float64"),
        _sweep("poisson", small, lam=4000.0, dtype="float16"),
        _sweep("negative_binomial", small, k=3, p=0.4),
        _sweep("negative_binomial", small, k=100, p=0.5),
        _sweep("generalized_negative_binomial", small, mu=2.0, alpha=0.3),
        _sweep("generalized_negative_binomial", small, mu=2.0, alpha=0.0),
        _sweep("dropout", (1, 5, 64, 65, 1000, 65536, 65537), p=0.5),
        _sweep("dropout", small, p=0.3, dtype="float64"),
        _sweep("dropout", small, p=0.3, dtype="float16"),
        _sweep("dropout", ([4, 5], [300, 7]), p=0.4, axes=[1]),
        _sweep("dropout", ([4, 5], [300, 7]), p=0.4, axes=[0]),
        _sweep("zipfian", ([3, 5], [40, 20]), range_max=1000),
        _sweep("np_uniform", low=0.0, high=1.0),
        _sweep("np_uniform", small, low=-2.5, high=7.1),
        _sweep("np_uniform", small, low=-2.5, high=7.1, dtype="float64"),
        _sweep("np_uniform", small, low=-2.5, high=7.1, dtype="float16"),
        _sweep("np_normal"),
        _sweep("np_normal", small, loc=0.3, scale=1.7),
        _sweep("np_normal", small, loc=0.3, scale=1.7, dtype="float64"),
        _sweep("np_randint", small, low=3, high=17),
        _sweep("np_exponential", small, scale=1.5),
        _sweep("np_gumbel", small, loc=0.5, scale=1.3),
        _sweep("np_logistic", small, loc=0.5, scale=1.3),
        _sweep("np_pareto", small, a=2.5),
        _sweep("np_power", small, a=2.5),
        _sweep("np_weibull", small, a=2.5),
        _sweep("np_rayleigh", small, scale=2.5),
        _sweep("np_bernoulli", small, prob=0.3),
        _sweep("np_choice", (1, 5, 64, 1000), a=5000),
        _sweep("np_choice", (1, 5, 64, 600, 999, 1000), a=1000, replace=False),
        _sweep("np_choice", (1, 5, 64, 1000), a=6, p=[0.1, 0.2, 0.05, 0.3, 0.25, 0.1]),
        _sweep("np_choice", (1, 3, 6), a=6, p=[0.1, 0.2, 0.05, 0.3, 0.25, 0.1], replace=False),
        _sweep("np_multinomial", (1, 5, 1000), pvals=[0.1, 0.2, 0.05, 0.3, 0.25, 0.1], trials=20),
        _sweep("multinomial", (1, 5, 64, 1000, 65537), probs=[0.1, 0.2, 0.05, 0.3, 0.25, 0.1]),
        _sweep("multinomial", (1, 5, 64, 1000), probs=[[0.1, 0.2, 0.7], [0.5, 0.25, 0.25]]),
        _sweep("shuffle", (1, 2, 5, 64, 65, 999)),
        _sweep("shuffle", label="-rows", sizes=([1, 3], [2, 3], [64, 2], [1000, 3])),
        _sweep("shuffle", label="-long", sizes=(1000, 1001, 5000, 20000, 65537, 300000)),
    ]
    for params in ({"shape": 2.5}, {"shape": 0.4}, {"shape": 2.5, "dtype": "float64"}):
        # One call a case: MXNet looks at memory it never wrote to see whether to draw (and ignore) one more round, so
        # what comes after a gamma draw with two numbers as parameters is not the same every time.
        found += [_sweep("np_gamma", (n,), label="-%d" % n, scale=1.3, **params) for n in small]
    rows = {"low": [-1.0, 0.0, 2.5], "high": [1.0, 0.0, 3.25]}
    found += [
        _sweep("sample_uniform", (1, 5, 64, 1000, 65537), **rows),
        _sweep("sample_uniform", (1, 5, 64, 1000), dtype="float64", **rows),
        _sweep("sample_normal", (1, 5, 64, 1000, 65537), loc=[-1.0, 0.0, 2.5], scale=[1.0, 0.5, 3.25]),
        _sweep("sample_normal", (1, 5, 64, 1000), loc=[-1.0, 0.0, 2.5], scale=[1.0, 0.5, 3.25], dtype="float64"),
        _sweep("sample_exponential", (1, 5, 64, 1000), lam=[1.0, 0.5, 3.25]),
        _sweep("sample_gamma", (1, 5, 64, 1000, 30000), alpha=[1.0, 0.5, 3.25], beta=[1.0, 2.0, 0.7]),
        _sweep("sample_poisson", (1, 5, 64, 1000, 30000), lam=[1.0, 20.0, 3.25]),
        _sweep("sample_negative_binomial", (1, 5, 64, 1000), k=[1.0, 20.0, 3.0], p=[0.4, 0.7, 0.2]),
        _sweep(
            "sample_generalized_negative_binomial",
            (1, 5, 64, 1000),
            mu=[1.0, 20.0, 3.0],
            alpha=[0.4, 0.0, 0.2],
        ),
    ]
    grid = {"start": 0.5, "stop": 3.0}
    for name in ("exponential", "pareto", "power", "weibull", "rayleigh"):
        found.append(case("np_%s-array" % name, [call("np_%s" % name, 5000, grid=grid)], seed=9))
    for name in ("uniform", "normal", "gumbel", "logistic", "gamma"):
        found.append(case("np_%s-arrays" % name, [call("np_%s" % name, 5000, grid=grid, second=[3.5, 4.0])], seed=9))
    mixed = []
    for i, n in enumerate((1, 3, 64, 65, 130, 7, 2000, 31, 64 * 1024, 5, 64 * 1024 + 1, 333, 200000, 2, 1000)):
        mixed += [
            call("normal", n),
            call("uniform", n + i % 3),
            call("randint", n, low=0, high=1 + i),
            call("normal", n, dtype="float64"),
            call("uniform", n, dtype="float64"),
            call("np_normal", n + i % 2),
            call("np_uniform", n),
        ]
        if n <= 2000:
            mixed += [
                call("gamma", n, alpha=2.5, beta=1.3),
                call("poisson", n, lam=4.0),
                call("shuffle", min(n, 900)),
            ]
            mixed += [
                call("exponential", n, lam=1.0),
                call("poisson", n, lam=30.0),
                call("dropout", n, p=0.5),
            ]
    found.append(case("mixed", mixed, seed=11))
    found.append(case("mixed-odd-start", [call("uniform", 65537)] + mixed, seed=12))
    found.append(
        case("small-steps", [call(("normal", "uniform")[i % 7 == 3], 1 + i % 5) for i in range(700)], 5, joined=True)
    )
    for rows, draws in ((7, 1), (40, 3), (250, 1), (1000, 1), (64, 64), (10**4, 7)):
        found += laws(rows, draws)
    return found


def small(most=100000):
    """Return the cases without ``mx.np``, their draws of more than ``most`` values left out: quick enough to replay."""
    found = []
    for spec in cases():
        calls = [one for one in spec["calls"] if not one["op"].startswith("np_") and np.prod(one["n"]) <= most]
        found += [dict(spec, calls=calls)] if calls else []
    return found + million(10**5)


def million(count=10**6):
    """Return one draw of ``count`` values of every distribution, and a short one that proves how far it went."""
    found = []
    for name, params in (
        ("uniform", {}),
        ("uniform", {"dtype": "float64"}),
        ("uniform", {"dtype": "float16", "low": -1.5, "high": 1.7}),
        ("normal", {}),
        ("normal", {"dtype": "float64", "loc": 0.3, "scale": 1.7}),
        ("normal", {"dtype": "float16"}),
        ("randint", {"low": 0, "high": 1000}),
        ("randint", {"low": -7, "high": 2**40, "dtype": "int64"}),
        ("exponential", {"lam": 2.7}),
        ("exponential", {"lam": 2.7, "dtype": "float64"}),
        ("gamma", {"alpha": 1.0, "beta": 1.0}),
        ("gamma", {"alpha": 2.5, "beta": 1.3}),
        ("gamma", {"alpha": 0.4, "beta": 1.3}),
        ("gamma", {"alpha": 1000.0, "beta": 0.01}),
        ("gamma", {"alpha": 2.5, "beta": 1.3, "dtype": "float64"}),
        ("gamma", {"alpha": 0.4, "beta": 1.3, "dtype": "float64"}),
        ("poisson", {"lam": 0.5}),
        ("poisson", {"lam": 4.0}),
        ("poisson", {"lam": 11.9}),
        ("poisson", {"lam": 12.0}),
        ("poisson", {"lam": 130.5}),
        ("negative_binomial", {"k": 3, "p": 0.4}),
        ("negative_binomial", {"k": 100, "p": 0.5}),
        ("generalized_negative_binomial", {"mu": 2.0, "alpha": 0.3}),
        ("generalized_negative_binomial", {"mu": 2.0, "alpha": 3.0}),
        ("generalized_negative_binomial", {"mu": 2.0, "alpha": 0.0}),
        ("dropout", {"p": 0.3}),
        ("shuffle", {}),
        ("multinomial", {"probs": [0.1, 0.2, 0.05, 0.3, 0.25, 0.1]}),
    ):
        label = "-".join([name] + ["%s=%s" % (k, v) for k, v in sorted(params.items()) if k != "probs"])
        calls = [call(name, count, **params), call("uniform", 3), call("shuffle", 9)]
        found.append(case("%d/%s" % (count, label), calls, seed=42))
    rows = count // 100
    steps = [0.25 + 5.0 * i / rows for i in range(rows)]
    for name, params in (
        ("sample_uniform", {"low": steps, "high": steps[::-1]}),
        ("sample_normal", {"loc": steps, "scale": steps[::-1]}),
        ("sample_exponential", {"lam": steps}),
        ("sample_gamma", {"alpha": steps, "beta": steps[::-1]}),
        ("sample_poisson", {"lam": [4 * v for v in steps]}),
        ("sample_negative_binomial", {"k": steps, "p": [v / 6 for v in steps]}),
        ("sample_generalized_negative_binomial", {"mu": steps, "alpha": steps[::-1]}),
    ):
        found.append(case("%d/%s" % (count, name), [call(name, 100, **params), call("uniform", 3)], seed=42))
    return found + laws(count)


def laws(rows, draws=1):
    """Return draws whose parameters change from value to value (or after ``draws`` of them)."""
    found = []
    for name, params in (
        ("uniform", {"low": (-3, 1), "high": (2, 5)}),
        ("normal", {"loc": (-3, 1), "scale": (2, 5)}),
        ("exponential", {"lam": (0.1, 5)}),
        ("gamma", {"alpha": (1, 7), "beta": (0.5, 2)}),
        ("gamma", {"alpha": (0.1, 3), "beta": (0.5, 2)}),
        ("gamma", {"alpha": (0.1, 3), "beta": (0.5, 2), "dtype": "float64"}),
        ("poisson", {"lam": (0, 11.9)}),
        ("poisson", {"lam": (12, 90)}),
        ("poisson", {"lam": (0, 30)}),
        ("negative_binomial", {"k": (1, 7), "p": (0.1, 0.9)}),
        ("generalized_negative_binomial", {"mu": (1, 20), "alpha": (0.1, 2)}),
    ):
        each = {k: [ends[0], ends[1], rows] for k, ends in params.items() if k != "dtype"}
        label = "-".join(["%s=%s" % (k, v) for k, v in sorted(params.items())])
        calls = [call("sample_" + name, draws, each=each), call("uniform", 3)]
        if "dtype" in params:
            calls[0]["dtype"] = params["dtype"]
        found.append(case("%dx%d/sample_%s-%s" % (rows, draws, name, label), calls, seed=42))
    return found


def spread(start, stop, rows):
    """Return evenly spaced float32 parameters in an order in which neighbours differ."""
    return np.linspace(start, stop, rows).astype(np.float32)[np.arange(rows) * 7919 % rows]


def _shape(n):
    return tuple(n) if isinstance(n, (list, tuple)) else (n,)


def grids(spec):
    """Return the parameters of a call that has an array of them for its values: evenly spaced float32 numbers."""
    ends = [(spec["grid"]["start"], spec["grid"]["stop"])] + ([tuple(spec["second"])] if "second" in spec else [])
    return [np.linspace(a, b, spec["n"]).astype(np.float32) for a, b in ends]


def draw(mx, spec):
    """Make one call on ``mx`` and return its values as a NumPy array."""
    params = {k: v for k, v in spec.items() if k not in ("op", "n")}
    op, shape = spec["op"], _shape(spec["n"])
    if op in (
        "uniform",
        "normal",
        "exponential",
        "gamma",
        "poisson",
        "negative_binomial",
        "generalized_negative_binomial",
    ):
        return getattr(mx.nd._internal, "_random_" + op)(shape=shape, **params).asnumpy()
    if op == "randint":
        return mx.nd.random.randint(params.pop("low"), params.pop("high"), shape=shape, **params).asnumpy()
    if op.startswith("sample_"):
        dtype = params.pop("dtype", "float32")
        names = {"normal": {"loc": "mu", "scale": "sigma"}}.get(op[7:], {})
        params.update({k: spread(*ends) for k, ends in params.pop("each", {}).items()})
        tensors = {names.get(k, k): mx.nd.array(v) for k, v in params.items()}
        return getattr(mx.nd, op)(shape=shape, dtype=dtype, **tensors).asnumpy()
    if op == "dropout":
        ones = mx.nd.ones(shape, dtype=params.pop("dtype", "float32"))
        return mx.nd.Dropout(ones, mode="always", **params).asnumpy()
    if op == "zipfian":
        return mx.nd._internal._sample_unique_zipfian(shape=shape, **params)[0].asnumpy()
    if op == "shuffle":
        size = int(np.prod(shape))
        return mx.nd.random.shuffle(mx.nd.arange(size).reshape(shape)).asnumpy()
    if op == "multinomial":
        return mx.nd.random.multinomial(mx.nd.array(params["probs"]), shape=shape).asnumpy()
    if op == "np_bernoulli":
        return mx.npx.random.bernoulli(size=shape, **params).asnumpy()
    if op == "np_choice":
        weights = params.pop("p", None)
        p = None if weights is None else mx.np.array(weights)
        return mx.np.random.choice(params.pop("a"), size=shape, p=p, **params).asnumpy()
    if op == "np_multinomial":
        return mx.np.random.multinomial(params["trials"], params["pvals"], size=shape).asnumpy()
    if "grid" in params:
        return getattr(mx.np.random, op[3:])(*(mx.np.array(v) for v in grids(spec))).asnumpy()
    return np.asarray(getattr(mx.np.random, op[3:])(size=shape, **params).asnumpy())


def run_case(mx, spec):
    """Seed ``mx`` as the case says and return the array of every call (or all of them joined).

    A case without a seed is about generators that nobody has seeded or drawn from. MXNet keeps its generators per
    thread, so every case runs in a thread of its own.
    """
    found, failures = [], []

    def run():
        try:
            if spec["seed"] is not None:
                ctx = {} if spec["ctx"] is None else {"ctx": mx.cpu(int(spec["ctx"][4:-1]))}
                mx.random.seed(spec["seed"], **ctx)
            found.extend(draw(mx, one) for one in spec["calls"])
        except Exception as failure:  # raised in the calling thread below
            failures.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
    return [np.concatenate(found)] if spec["joined"] else found


def summarize(values):
    """Return dtype, shape, a digest of the bytes and the leading values of one array."""
    flat = np.ascontiguousarray(values).reshape(-1)
    digest = hashlib.sha256(flat.tobytes()).hexdigest()[:24]
    return {"dtype": str(flat.dtype), "shape": list(values.shape), "sha256": digest, "first": flat[:SHOWN].tolist()}


def record(mx, progress=None):
    """Run every case on ``mx`` and return the golden record: cases with the summaries of their calls."""
    records = []
    for spec in cases():
        if progress is not None:
            progress(spec["name"])
        records.append(dict(spec, results=[summarize(v) for v in run_case(mx, spec)]))
    return {"library": "mxnet", "version": mx.__version__, "cases": records}


def dumps(golden):
    """Return the record as JSON text with one line per case."""
    lines = [json.dumps(one, separators=(",", ":")) for one in golden["cases"]]
    head = json.dumps({k: v for k, v in golden.items() if k != "cases"})[1:-1]
    return "{" + head + ', "cases": [\n' + ",\n".join(lines) + "\n]}\n"
