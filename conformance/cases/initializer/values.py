"""What each initializer fills in, under seeds, by name of the parameter, shape and dtype."""

import warnings

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)

SHAPES = ((3, 4), (4, 3), (2, 3, 2, 2), (65, 3), (1, 1), (8, 2, 3))
MAKERS = {
    "zero": lambda mx: mx.init.Zero(),
    "one": lambda mx: mx.init.One(),
    "constant": lambda mx: mx.init.Constant(2.5),
    "uniform": lambda mx: mx.init.Uniform(),
    "uniform_wide": lambda mx: mx.init.Uniform(3),
    "normal": lambda mx: mx.init.Normal(),
    "normal_wide": lambda mx: mx.init.Normal(0.5),
    "orthogonal": lambda mx: mx.init.Orthogonal(),
    "orthogonal_normal": lambda mx: mx.init.Orthogonal(1, "normal"),
    "xavier": lambda mx: mx.init.Xavier(),
    "xavier_in": lambda mx: mx.init.Xavier(factor_type="in", magnitude=2.34),
    "xavier_out": lambda mx: mx.init.Xavier(factor_type="out"),
    "xavier_gaussian": lambda mx: mx.init.Xavier("gaussian", "in", 2),
    "msra": lambda mx: mx.init.MSRAPrelu(),
    "msra_in": lambda mx: mx.init.MSRAPrelu("in", 0),
    "lstm_bias": lambda mx: mx.init.LSTMBias(),
    "lstm_bias_half": lambda mx: mx.init.LSTMBias(0.5),
}
NAMES = (
    "fc_weight",
    "fc_bias",
    "bn_gamma",
    "bn_beta",
    "q_min",
    "q_max",
    "q_weight_quantize",
    "q_bias_quantize",
    "bn_moving_mean",
    "state",
    "upsampling_weight",
    "stn_loc_weight",
    "stn_loc_bias",
    "bn_moving_var",
    "bn_moving_inv_var",
    "bn_moving_avg",
    "wEIGHT",
    "",
)


def _filled(maker, shape, dtype="float32", name="x_weight", seed=7):
    def program(mx):
        mx.random.seed(seed)
        arr = mx.nd.zeros(shape, dtype=dtype)
        init = maker(mx)
        init(mx.init.InitDesc(name), arr)
        return arr, mx.nd.random.uniform(shape=(2,))  # what is left of the stream

    return program


for _name, _maker in MAKERS.items():
    # The signs of a tall matrix's columns are those of NumPy's LAPACK and change with its version: "orthogonal" below.
    _shapes = [s for s in SHAPES if not _name.startswith("orthogonal") or s[0] <= np.prod(s[1:])]
    suite.table("weight/" + _name, {"x".join(map(str, s)): _filled(_maker, s) for s in _shapes})

for _name in ("uniform", "normal", "orthogonal", "xavier", "xavier_gaussian", "msra", "constant", "lstm_bias"):
    suite.table("dtype/" + _name, {d: _filled(MAKERS[_name], (3, 4), d) for d in ("float16", "float64", "int32")})

suite.table(
    "orthogonal",
    {
        n + "/" + "x".join(map(str, s)): (lambda program: lambda mx: program(mx)[0].abs())(_filled(MAKERS[n], s))
        for n in ("orthogonal", "orthogonal_normal")
        for s in ((4, 3), (65, 3), (8, 2, 3), (16, 8), (7, 6))
    },
)
suite.table("seed", {str(s): _filled(MAKERS["xavier"], (5, 6), seed=s) for s in (0, 1, 42, 123456)})
suite.table("vector", {n: _filled(m, (8,)) for n, m in MAKERS.items()})
suite.table("many", {n: _filled(MAKERS[n], (300, 40)) for n in ("uniform", "normal", "xavier_gaussian")})


def _by_name(name, legacy):
    def program(mx):
        arr = mx.nd.full((6, 2), 9.0)
        init = mx.init.Uniform(0.5)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return attempt(lambda: init(name if legacy else mx.init.InitDesc(name), arr)), arr

    return program


suite.table("name", {n or "empty": _by_name(n, False) for n in NAMES if "upsampling" not in n})
suite.table("plain_name", {n or "empty": _by_name(n, True) for n in NAMES if "upsampling" not in n})

BILINEAR = ((1, 1, 4, 4), (2, 3, 3, 3), (1, 2, 5, 5), (2, 1, 2, 2), (1, 1, 4, 6), (1, 1, 7, 3), (2, 2, 1, 1))
suite.table("bilinear", {"x".join(map(str, s)): _filled(lambda mx: mx.init.Bilinear(), s) for s in BILINEAR})


@suite.case("plain_name/upsampling")
def upsampling(mx):
    arr = mx.nd.zeros((2, 1, 4, 4))
    mx.init.Uniform()("upsampling_weight", arr)
    return arr


@suite.case("plain_name/stn_loc_six")
def stn_loc(mx):
    arr = mx.nd.zeros((6,))
    mx.init.Uniform()("stn_loc_bias", arr)
    return arr


@suite.case()
def plain_name_warns(mx):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        mx.init.One()("a_weight", mx.nd.zeros(2))
    return [w.category.__name__ for w in seen]


RNN = {
    "lstm": (4, "lstm"),
    "gru": (3, "gru"),
    "rnn_tanh": (1, "rnn_tanh"),
    "rnn_relu": (1, "rnn_relu"),
}


def _rnn_size(gates, hidden, inputs, layers, sides):
    first = (inputs + hidden + 2) * hidden * gates * sides
    return first + (layers - 1) * gates * hidden * (hidden + sides * hidden + 2) * sides


def _fused(mode, layers, bidirectional, own):
    gates, text = RNN[mode]

    def program(mx):
        size = _rnn_size(gates, 3, 2, layers, 1 + bidirectional)
        arr = mx.nd.zeros((size,))
        init = mx.init.FusedRNN(mx.init.Xavier() if own else None, 3, layers, text, bool(bidirectional), 2.0)
        init(mx.init.InitDesc("lstm_parameters_weight", global_init=mx.init.Uniform(0.2)), arr)
        return arr, init.dumps()

    return program


for _mode in RNN:
    suite.table(
        "fused/" + _mode,
        {
            "%d_%s_%s" % (layers, "both" if both else "one", "own" if own else "global"): _fused(
                _mode, layers, both, own
            )
            for layers, both, own in ((1, 0, 0), (1, 0, 1), (2, 1, 0), (2, 1, 1), (2, 0, 1))
        },
    )


@suite.case("init_attribute")
def init_attribute(mx):
    results = []
    for own in ('["constant", {"value": 3}]', "ones", mx.init.Constant(4).dumps(), '["normal", {"sigma": 0.2}]'):
        for name in ("a_weight", "a_bias", "state"):
            arr = mx.nd.zeros((2, 2))
            mx.init.Uniform()(mx.init.InitDesc(name, {"__init__": own}), arr)
            results.append(arr)
    return results


@suite.case()
def init_desc(mx):
    desc = mx.init.InitDesc("a_weight", {"lr_mult": "2"}, mx.init.Zero())
    bare = mx.init.InitDesc("b")
    init = mx.init.One()
    init(mx.init.InitDesc("w_weight"), mx.nd.zeros(2))
    again = mx.init.InitDesc("c_bias")
    init(again, mx.nd.zeros(2))
    return (
        desc,
        desc.attrs,
        type(desc.global_init),
        bare.attrs,
        bare.global_init,
        type(again.global_init),
        desc == "a_weight",
    )


@suite.case()
def mixed(mx):
    init = mx.init.Mixed([".*bias", "fc1", ".*"], [mx.init.Constant(7), mx.init.One(), mx.init.Uniform(0.1)])
    results = {}
    for name in ("fc1_weight", "fc1_bias", "fc2_weight", "x_gamma"):
        arr = mx.nd.zeros((2, 2))
        init(mx.init.InitDesc(name), arr)
        results[name] = arr
    return results


@suite.error(says=("did not match",))
def mixed_without_match(mx):
    mx.init.Mixed(["bias"], [mx.init.Zero()])(mx.init.InitDesc("fc_weight"), mx.nd.zeros(2))


@suite.error(says=("patterns",))
def mixed_lengths(mx):
    mx.init.Mixed(["bias", "weight"], [mx.init.Zero()])


@suite.case()
def load(mx):
    source = {"arg:a": mx.nd.array([1, 2]), "aux:b": mx.nd.array([3, 4]), "c": mx.nd.array([5])}
    init = mx.init.Load(source, mx.init.One(), verbose=True)
    arrays = {n: mx.nd.zeros(1 if n == "c" else 2) for n in ("a", "b", "c", "d_weight")}
    for name, arr in arrays.items():
        init(mx.init.InitDesc(name), arr)
    return arrays, sorted(init.param)


@suite.error(says=("shape mismatch",))
def load_shape(mx):
    mx.init.Load({"a": mx.nd.zeros(3)})("a", mx.nd.zeros(2))


@suite.error(says=("not found",))
def load_unknown(mx):
    mx.init.Load({"a": mx.nd.zeros(3)})("b", mx.nd.zeros(2))


@suite.error()
def load_no_dictionary(mx):
    mx.init.Load([mx.nd.zeros(3)])


suite.errors(
    "bad",
    {
        "unknown_name": (lambda mx: mx.init.Zero()(mx.init.InitDesc("state"), mx.nd.zeros(2)), ("state", "pattern")),
        "base_weight": (lambda mx: mx.init.Initializer()(mx.init.InitDesc("a_weight"), mx.nd.zeros(2)), ()),
        "xavier_vector": (lambda mx: mx.init.Xavier()(mx.init.InitDesc("a_weight"), mx.nd.zeros(2)), ("a_weight",)),
        "xavier_factor": (
            lambda mx: mx.init.Xavier(factor_type="no")(mx.init.InitDesc("a_weight"), mx.nd.zeros((2, 2))),
            ("factor",),
        ),
        "xavier_law": (
            lambda mx: mx.init.Xavier("no")(mx.init.InitDesc("a_weight"), mx.nd.zeros((2, 2))),
            ("random type",),
        ),
        "orthogonal_law": (
            lambda mx: mx.init.Orthogonal(1, "no")(mx.init.InitDesc("a_weight"), mx.nd.zeros((2, 2))),
            ("rand_type",),
        ),
        "plain_name_number": (lambda mx: mx.init.Zero()(3, mx.nd.zeros((2, 2))), ("name",)),
        "plain_name_numpy": (lambda mx: mx.init.Zero()("a_weight", np.zeros((2, 2))), ("arr",)),
        "stn_loc_size": (lambda mx: mx.init.Zero()("stn_loc_bias", mx.nd.zeros((5,))), ("6",)),
        "fused_size": (
            lambda mx: mx.init.FusedRNN(None, 3, 1, "lstm")(
                mx.init.InitDesc("p_weight", global_init=mx.init.Zero()), mx.nd.zeros((10,))
            ),
            (),
        ),
        "fused_mode": (
            lambda mx: mx.init.FusedRNN(None, 3, 1, "no")(
                mx.init.InitDesc("p_weight", global_init=mx.init.Zero()), mx.nd.zeros((10,))
            ),
            ("mode",),
        ),
        "bilinear_axes": (lambda mx: mx.init.Bilinear()(mx.init.InitDesc("p_weight"), mx.nd.zeros((3, 3))), ()),
    },
)
