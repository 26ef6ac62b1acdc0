"""The Symbol class and the functions beside it: composition, indexing, attributes, names, errors."""

from ...suite import Suite, attempt

suite = Suite(__name__)


def _case(program):
    def run(mx):
        with mx.name.NameManager():
            return program(mx.sym, mx)

    return run


def _fc(sym, **kwargs):
    return sym.FullyConnected(sym.Variable("data"), num_hidden=3, name="fc", **kwargs)


def _listed(symbol):
    return sorted(symbol.list_attr().items())


_METHODS = (
    "abs arccos arccosh arcsin arcsinh arctan arctanh argmax argmax_channel argmin argsort cbrt ceil cos cosh degrees "
    "exp expm1 fix flatten floor log log10 log1p log2 log_softmax max mean min nanprod nansum norm ones_like prod "
    "radians rcbrt reciprocal relu rint round rsqrt shape_array sigmoid sign sin sinh size_array softmax softmin sort "
    "sqrt square squeeze sum tan tanh topk transpose trunc zeros_like"
).split()

for _name in _METHODS:
    suite.table("method", {_name: _case(lambda sym, mx, name=_name: getattr(sym.Variable("x"), name)().tojson())})

suite.table(
    "method_with",
    {
        name: _case(lambda sym, mx, program=program: program(sym.Variable("x"), sym.Variable("y")).tojson())
        for name, program in {
            "astype": lambda x, y: x.astype("float16"),
            "broadcast_axes": lambda x, y: x.broadcast_axes(axis=0, size=3),
            "broadcast_like": lambda x, y: x.broadcast_like(y),
            "broadcast_to": lambda x, y: x.broadcast_to((2, 3)),
            "clip": lambda x, y: x.clip(0, 1),
            "depth_to_space": lambda x, y: x.depth_to_space(2),
            "diag": lambda x, y: x.diag(),
            "diag_k": lambda x, y: x.diag(1, axis1=0, axis2=1),
            "expand_dims": lambda x, y: x.expand_dims(1),
            "expand_dims_inplace": lambda x, y: x.expand_dims(1, inplace=True),
            "flip": lambda x, y: x.flip(axis=1),
            "one_hot": lambda x, y: x.one_hot(3),
            "pad": lambda x, y: x.pad(mode="constant", pad_width=(0, 0, 0, 0, 1, 1, 1, 1)),
            "pick": lambda x, y: x.pick(y),
            "repeat": lambda x, y: x.repeat(2, axis=1),
            "reshape": lambda x, y: x.reshape((2, -1)),
            "reshape_keyword": lambda x, y: x.reshape(shape=(0, -3), reverse=True),
            "reshape_like": lambda x, y: x.reshape_like(y),
            "slice": lambda x, y: x.slice(begin=(0, None), end=(1, 2)),
            "slice_axis": lambda x, y: x.slice_axis(axis=1, begin=0, end=None),
            "slice_like": lambda x, y: x.slice_like(y, axes=(0,)),
            "space_to_depth": lambda x, y: x.space_to_depth(2),
            "split": lambda x, y: x.split(num_outputs=2),
            "split_v2": lambda x, y: x.split_v2(2, axis=1),
            "split_v2_at": lambda x, y: x.split_v2((1, 3), axis=0, squeeze_axis=True),
            "squeeze": lambda x, y: x.squeeze(axis=(0, 1)),
            "sum_axis": lambda x, y: x.sum(axis=(0, 1), keepdims=True),
            "swapaxes": lambda x, y: x.swapaxes(0, 1),
            "take": lambda x, y: x.take(y, axis=1),
            "tile": lambda x, y: x.tile((2, 2)),
            "topk": lambda x, y: x.topk(k=3, ret_typ="both"),
            "transpose": lambda x, y: x.transpose((1, 0)),
            "named": lambda x, y: x.sum(name="total"),
        }.items()
    },
)

_BINARY = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "div": lambda a, b: a / b,
    "mod": lambda a, b: a % b, "pow": lambda a, b: a**b, "eq": lambda a, b: a == b, "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b, "le": lambda a, b: a <= b, "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b,
}  # fmt: skip

for _name, _program in _BINARY.items():
    suite.table(
        "operator",
        {
            _name + "_symbol": _case(lambda sym, mx, f=_program: f(sym.Variable("a"), sym.Variable("b")).tojson()),
            _name + "_number": _case(lambda sym, mx, f=_program: f(sym.Variable("a"), 2.5).tojson()),
            _name + "_int": _case(lambda sym, mx, f=_program: f(sym.Variable("a"), 3).tojson()),
            _name + "_reflected": _case(lambda sym, mx, f=_program: f(2, sym.Variable("a")).tojson()),
            _name + "_bool": _case(lambda sym, mx, f=_program: f(sym.Variable("a"), True).tojson()),
            _name + "_text": _case(lambda sym, mx, f=_program: attempt(lambda: f(sym.Variable("a"), "x"))),
            _name + "_none": _case(lambda sym, mx, f=_program: attempt(lambda: f(sym.Variable("a"), None))),
        },
    )

for _name in ("pow", "power", "maximum", "minimum", "hypot"):
    suite.table(
        "function",
        {
            _name + "/symbols": _case(lambda s, mx, n=_name: getattr(s, n)(s.Variable("a"), s.Variable("b")).tojson()),
            _name + "/right": _case(lambda s, mx, n=_name: getattr(s, n)(s.Variable("a"), 2).tojson()),
            _name + "/left": _case(lambda s, mx, n=_name: getattr(s, n)(2, s.Variable("a")).tojson()),
            _name + "/numbers": _case(lambda s, mx, n=_name: float(getattr(s, n)(3, 4))),
            _name + "/wrong": _case(lambda s, mx, n=_name: attempt(lambda: getattr(s, n)("x", 4))),
        },
    )

suite.table(
    "creation",
    {
        name: _case(lambda sym, mx, f=f: f(sym).tojson())
        for name, f in {
            "zeros": lambda s: s.zeros((2, 3)),
            "zeros_int": lambda s: s.zeros(3, dtype="int32", name="z"),
            "ones": lambda s: s.ones((2, 3), dtype="float64"),
            "full": lambda s: s.full((2, 3), 4),
            "arange": lambda s: s.arange(4),
            "arange_all": lambda s: s.arange(1, 9, 2.5, repeat=2, name="r", dtype="int32"),
            "linspace": lambda s: s.linspace(0, 1, 5, endpoint=False),
            "eye": lambda s: s.eye(3, 4, 1),
            "histogram": lambda s: s.histogram(s.Variable("x"), 5, (0, 1)),
            "histogram_edges": lambda s: s.histogram(s.Variable("x"), s.Variable("bins")),
            "split_v2": lambda s: s.split_v2(s.Variable("x"), 3),
            "uniform": lambda s: s.random.uniform(),
            "uniform_symbols": lambda s: s.random.uniform(s.Variable("low"), s.Variable("high"), shape=2),
            "normal": lambda s: s.random.normal(1, 2, shape=(3,), dtype="float64"),
            "randn": lambda s: s.random.randn(2, 3, loc=1),
            "poisson": lambda s: s.random.poisson(3),
            "exponential": lambda s: s.random.exponential(4),
            "gamma": lambda s: s.random.gamma(2, 3),
            "negative_binomial": lambda s: s.random.negative_binomial(2, 0.5),
            "generalized": lambda s: s.random.generalized_negative_binomial(2, 0.5),
            "multinomial": lambda s: s.random.multinomial(s.Variable("p"), 3),
            "shuffle": lambda s: s.random.shuffle(s.Variable("x")),
            "randint": lambda s: s.random.randint(0, 5, shape=(2,)),
            "zipfian": lambda s: s.Group(list(s.contrib.rand_zipfian(s.Variable("t"), 4, 10))),
        }.items()
    },
)

suite.table(
    "compose",
    {
        "keyword": _case(lambda s, mx: _fc(s)(data=s.Variable("b"), name="new").tojson()),
        "chain": _case(lambda s, mx: _fc(s)(data=s.exp(s.Variable("b"))).tojson()),
        "positional": _case(lambda s, mx: attempt(lambda: _fc(s)(s.Variable("b")))),
        "both": _case(lambda s, mx: attempt(lambda: _fc(s)(s.Variable("b"), data=s.Variable("b")))),
        "unknown": _case(lambda s, mx: attempt(lambda: _fc(s)(nope=s.Variable("b")))),
        "no_symbol": _case(lambda s, mx: attempt(lambda: _fc(s)(data=3))),
        "tuple": _case(lambda s, mx: attempt(lambda: _fc(s)(data=s.Group([s.Variable("a"), s.Variable("b")])))),
        "original_unchanged": _case(lambda s, mx: _unchanged(s)),
        "input_missing": _case(lambda s, mx: s.elemwise_add(s.Variable("a")).list_arguments()),
        "input_unknown": _case(lambda s, mx: attempt(lambda: s.elemwise_add(s.Variable("a"), foo=s.Variable("b")))),
        "input_number": _case(lambda s, mx: attempt(lambda: s.exp(3))),
        "input_group": _case(lambda s, mx: attempt(lambda: s.exp(s.split(s.Variable("a"), num_outputs=2)))),
        "no_inputs": _case(lambda s, mx: s.Convolution(kernel=(1, 1), num_filter=2).list_arguments()),
        "by_name": _case(lambda s, mx: s.FullyConnected(weight=s.Variable("w"), num_hidden=2).list_arguments()),
        "variadic_keyword": _case(lambda s, mx: attempt(lambda: s.Concat(s.Variable("a"), x=s.Variable("b")))),
        "variadic_count": _case(lambda s, mx: attempt(lambda: s.Concat(s.Variable("a"), num_args=3).list_arguments())),
        "variadic_none": _case(lambda s, mx: attempt(lambda: s.Concat())),
        "unknown_attribute": _case(lambda s, mx: attempt(lambda: _fc(s, nope=3))),
        "bad_attribute": _case(lambda s, mx: attempt(lambda: s.FullyConnected(s.Variable("a"), num_hidden="x"))),
        "missing_attribute": _case(lambda s, mx: attempt(lambda: s.FullyConnected(s.Variable("a")))),
        "any_attribute": _case(lambda s, mx: _listed(s.exp(s.Variable("a"), nope=3))),
    },
)  # fmt: skip


def _unchanged(sym):
    net = _fc(sym)
    before = net.tojson()
    net(data=sym.Variable("other"))
    return net.tojson() == before


def _multi(sym):
    return sym.Group([sym.split(sym.Variable("a"), num_outputs=2, name="s"), sym.Variable("b")])


suite.table(
    "index",
    {
        "number": _case(lambda s, mx: [_multi(s)[i].list_outputs() for i in range(3)]),
        "name": _case(lambda s, mx: _multi(s)["s_output1"].list_outputs()),
        "slice": _case(lambda s, mx: [_multi(s)[1:].list_outputs(), _multi(s)[::2].list_outputs()]),
        "iterate": _case(lambda s, mx: [each.list_outputs() for each in _multi(s)]),
        "outside": _case(lambda s, mx: attempt(lambda: _multi(s)[3])),
        "negative": _case(lambda s, mx: attempt(lambda: _multi(s)[-1])),
        "no_name": _case(lambda s, mx: attempt(lambda: _multi(s)["x"])),
        "double_name": _case(lambda s, mx: attempt(lambda: s.Group([s.Variable("a"), s.Variable("a")])["a"])),
        "float": _case(lambda s, mx: attempt(lambda: _multi(s)[1.0])),
        "repr": _case(lambda s, mx: [repr(_multi(s)), repr(_multi(s)[0]), repr(s.Variable("q"))]),
        "internals": _case(lambda s, mx: s.exp(_fc(s)).get_internals()["fc_output"].tojson()),
        "len": _case(lambda s, mx: [len(_multi(s)), len(_fc(s)), len(_fc(s).get_internals())]),
        "empty_group": _case(lambda s, mx: attempt(lambda: s.Group([]))),
        "wrong_group": _case(lambda s, mx: attempt(lambda: s.Group([s.Variable("a"), 1]))),
    },
)


def _in_scope(mx, program, **attrs):
    with mx.AttrScope(**attrs):
        return program()


suite.table(
    "attributes",
    {
        "variable": _case(lambda s, mx: _listed(s.Variable("x", lr_mult=2, attr={"mood": "b"}, __foo__=3))),
        "all": _case(lambda s, mx: _listed(s.Variable("x", shape=(2, 0), wd_mult=0.5, dtype="float16", stype="csr"))),
        "init": _case(lambda s, mx: _listed(s.Variable("x", init="abc"))),
        "wrong": _case(lambda s, mx: attempt(lambda: s.Variable("x", bar=3))),
        "no_name": _case(lambda s, mx: attempt(lambda: s.Variable(3))),
        "not_text": _case(lambda s, mx: attempt(lambda: s.Variable("x", attr={"a": 3}))),
        "suffix": _case(lambda s, mx: attempt(lambda: s.Variable("x", attr={"weight_lr_mult": "3"}))),
        "operator": _case(lambda s, mx: sorted(_fc(s, attr={"lr_mult": "3"}).attr_dict()["fc"].items())),
        "operator_suffix": _case(lambda s, mx: attempt(lambda: _fc(s, attr={"weight_lr_mult": "3"}))),
        "operator_prefix": _case(lambda s, mx: sorted(_fc(s, lr_multx="3").attr_dict()["fc"].items())),
        "attr": _case(lambda s, mx: [_fc(s).attr(k) for k in ("num_hidden", "nope", "name", "lr_mult")]),
        "attr_short": _case(lambda s, mx: [s.Variable("x", lr_mult=2).attr(k) for k in ("lr_mult", "__lr_mult__")]),
        "set": _case(lambda s, mx: _changed(_fc(s), mood="x", lr_mult="4")),
        "set_wrong": _case(lambda s, mx: attempt(lambda: _changed(_fc(s), mood=3))),
        "recursive": _case(lambda s, mx: attempt(lambda: _fc(s).list_attr(recursive=True))),
        "scope": _case(lambda s, mx: _in_scope(mx, lambda: _listed(s.Variable("x")), __a__="1", ctx_group="d")),
        "scope_operator": _case(
            lambda s, mx: _in_scope(mx, lambda: sorted(_fc(s).attr_dict()["fc_weight"].items()), __a__="1")
        ),
        "scope_nested": _case(
            lambda s, mx: _in_scope(
                mx, lambda: _in_scope(mx, lambda: _listed(s.Variable("x")), __a__="2", __b__="3"), __a__="1", __c__="4"
            )
        ),
        "scope_wrong": _case(lambda s, mx: attempt(lambda: mx.AttrScope(a=1))),
        "scope_own_wins": _case(
            lambda s, mx: _in_scope(mx, lambda: _listed(s.Variable("x", attr={"__a__": "own"})), __a__="1")
        ),
    },
)


def _changed(symbol, **attrs):
    try:
        symbol._set_attr(**attrs)
    finally:
        pass
    return sorted(symbol.list_attr().items())


def _prefixed(mx, program):
    with mx.name.Prefix("net_"):
        return program()


suite.table(
    "names",
    {
        "counters": _case(
            lambda s, mx: [s.exp(s.Variable("a")).name, s.exp(s.Variable("a")).name, s.Activation(act_type="relu").name]
        ),
        "alias": _case(lambda s, mx: [s.concat(s.Variable("a")).name, s.flatten(s.Variable("a")).name]),
        "given": _case(lambda s, mx: [s.exp(s.Variable("a"), name="e").name, s.exp(s.Variable("a")).name]),
        "prefix": _case(lambda s, mx: _prefixed(mx, lambda: [_fc(s).list_arguments(), s.exp(s.Variable("a")).name])),
        "contrib": _case(lambda s, mx: [s.contrib.box_nms(s.Variable("a")).name, s.linalg.det(s.Variable("a")).name]),
        "manager": _case(lambda s, mx: [mx.name.NameManager().get(n, "h") for n in (None, "", "x")]),
        "prefix_get": _case(lambda s, mx: [mx.name.Prefix("p_").get(n, "h") for n in (None, "x")]),
    },
)


def _call(symbol, name, *args):
    return attempt(lambda: getattr(symbol, name)(*args))


for _name in ("wait_to_read", "asnumpy", "asscalar", "copy", "as_in_context", "detach", "backward", "__bool__"):
    suite.table("arrays_only", {_name: _case(lambda s, mx, n=_name: _call(s.Variable("x"), n))})
for _name in ("__iadd__", "__isub__", "__imul__", "__itruediv__"):
    suite.table("arrays_only", {_name: _case(lambda s, mx, n=_name: _call(s.Variable("x"), n, s.Variable("y")))})

suite.table(
    "others",
    {
        "hash": _case(lambda s, mx: attempt(lambda: hash(s.Variable("x")))),
        "gradient": _case(lambda s, mx: attempt(lambda: _fc(s).gradient(["data"]))),
        "backend": _case(lambda s, mx: attempt(lambda: _fc(s).get_backend_symbol("nope"))),
        "optimize_for": _case(lambda s, mx: _fc(s).optimize_for("nope").tojson()),
        "optimize_for_number": _case(lambda s, mx: attempt(lambda: _fc(s).optimize_for(3))),
        "as_nd": _case(lambda s, mx: [x.as_nd_ndarray() is x for x in [s.Variable("x")]]),
        "neg": _case(lambda s, mx: (-s.Variable("x")).tojson()),
        "abs": _case(lambda s, mx: abs(s.Variable("x")).tojson()),
        "in_place": _case(lambda s, mx: attempt(lambda: _augmented(s))),
        "gen_atomic": _case(lambda s, mx: _fc(s)._gen_atomic_symbol()(data=s.Variable("z")).list_arguments()),
    },
)


def _augmented(sym):
    x = sym.Variable("x")
    x += 1
    return x
