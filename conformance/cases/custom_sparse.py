"""Custom operators on sparse arrays: what the property object is asked, which storage the operator gets, gradients."""

import numpy as np

from ..suite import Suite, attempt

suite = Suite(__name__)

A = np.array([[0, 1.5, 0], [0, 0, 0], [2, 0, -1]], dtype="float32")
STYPES = ("default", "csr", "row_sparse")


def _first(stypes, filler):
    """Storage types with those that nobody knows filled in."""
    return [filler if stype == "undefined" else stype for stype in stypes]


#: storage types of (inputs, outputs) and of (head gradients, inputs, outputs, gradients) that properties answer
ANSWERS = {
    "same": (lambda s: (s, s, []), lambda o, i, u, g, a: (o, i, u, _first(g, i[0]), a)),
    "two_lists": (lambda s: (s, s), lambda o, i, u, g, a: (o, i, u, _first(g, i[0]), a)),
    "as_asked": (lambda s: (s, s, []), lambda o, i, u, g, a: (o, i, u, g, a)),
    "csr": (lambda s: (["csr"], ["csr"], []), lambda *_: (["default"], ["csr"], ["csr"], ["csr"], [])),
    "csr_to_dense": (lambda s: (["csr"], ["default"], []), lambda *_: (["default"], ["csr"], ["default"], ["csr"], [])),
    "dense_to_csr": (
        lambda s: (["default"], ["csr"], []), lambda *_: (["default"], ["default"], ["csr"], ["default"], [])
    ),
    "rows": (
        lambda s: (["row_sparse"], ["row_sparse"], []),
        lambda *_: (["default"], ["row_sparse"], ["row_sparse"], ["row_sparse"], []),
    ),
    "dense_gradient": (lambda s: (["csr"], ["csr"], []), lambda *_: (["default"], ["csr"], ["csr"], ["default"], [])),
    "other_input": (lambda s: (s, s, []), lambda o, i, u, g, a: (o, ["row_sparse"], u, _first(g, i[0]), a)),
    "unknown": (lambda s: (["no"], ["csr"], []), lambda *given: given),
    "too_many": (lambda s: (s + s, s, []), lambda *given: given),
    "one_list": (lambda s: (s,), lambda *given: given),
    "unknown_backward": (lambda s: (s, s, []), lambda o, i, u, g, a: (["no"], i, u, g, a)),
    "short_backward": (lambda s: (s, s, []), lambda o, i, u, g, a: (o, i, u)),
    "fails": (lambda s: s[5], lambda *given: given),
}  # fmt: skip


def _double(mx, name, forward, backward, top_grad=True, states=()):
    """Register an operator that doubles its input, and give what is noted of its calls."""
    noted = []

    class Double(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            noted.append(("forward", [x.stype for x in in_data], [x.stype for x in out_data], [x.stype for x in aux]))
            noted.append((bool(is_train), list(req), [x.shape for x in out_data], str(out_data[0].dtype)))
            result = in_data[0] * 2
            if result.stype != out_data[0].stype:
                result = result.tostype("default").tostype(out_data[0].stype)
            self.assign(out_data[0], req[0], result)

        def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
            noted.append(
                ("backward", [[x.stype for x in part] for part in (in_data, out_data, in_grad, aux)], list(req))
            )
            head = out_grad[0].tostype("default") if top_grad else in_data[0].tostype("default")
            gradient = head * 2 + in_data[0].tostype("default") * out_data[0].tostype("default")
            self.assign(in_grad[0], req[0], gradient.tostype(in_grad[0].stype))

    @mx.operator.register(name)
    class DoubleProp(mx.operator.CustomOpProp):
        def __init__(self):
            super().__init__(need_top_grad=top_grad)

        def list_auxiliary_states(self):
            return list(states)

        def infer_shape(self, shapes):
            return shapes, [shapes[0]], [shapes[0]] * len(states)

        def infer_type(self, types):
            return types, [types[0]], [types[0]] * len(states)

        def infer_storage_type(self, stypes):
            noted.append(("storage", list(stypes)))
            return forward(stypes)

        def infer_storage_type_backward(self, *groups):
            noted.append(("storage backward", [list(group) for group in groups]))
            return backward(*groups)

        def create_operator(self, ctx, shapes, dtypes):
            return Double()

    return noted


def _shown(x):
    """Storage type and values; what is stored where nothing is zero may differ."""
    return x.stype, x.shape, x.asnumpy()


def _called(name, stype, gradient=None, dtype="float32", values=A):
    forward, backward = ANSWERS[name]

    def program(mx):
        noted = _double(mx, "conformance_sparse_" + name, forward, backward)
        x = mx.nd.array(values, dtype=dtype).tostype(stype)
        x.attach_grad(stype=gradient)

        def run():
            with mx.autograd.record():
                y = mx.nd.Custom(x, op_type="conformance_sparse_" + name)
            shown = _shown(y)
            y.backward()
            return shown, _shown(x.grad)

        return attempt(run), noted

    return program


for _name in ANSWERS:
    suite.table(f"call/{_name}", {stype: _called(_name, stype) for stype in STYPES})
suite.table(
    "gradient_array",
    {
        f"{name}_{stype}_{gradient}": _called(name, stype, gradient)
        for name in ("same", "csr", "rows", "dense_gradient")
        for stype in STYPES
        for gradient in STYPES
    },
)
suite.table("dtype", {f"{d}_{s}": _called("same", s, None, d) for d in ("float64", "float16") for s in STYPES[1:]})
suite.table(
    "shape",
    {f"{n}_{s}": _called("same", s, s, values=v) for n, v in (("row", A[:1]), ("empty", A * 0)) for s in STYPES[1:]},
)


def _registered(mx, name="same", **options):
    forward, backward = ANSWERS[name]
    return _double(mx, "conformance_sparse_more", forward, backward, **options)


def _more(mx, *arrays, **attrs):
    return mx.nd.Custom(*arrays, op_type="conformance_sparse_more", **attrs)


def _sparse(mx, stype="csr", values=A):
    return mx.nd.array(values).tostype(stype)


@suite.case()
def not_recorded(mx):
    noted = _registered(mx)
    return [_shown(_more(mx, _sparse(mx, stype))) for stype in STYPES], noted


@suite.case()
def without_head_gradient(mx):
    noted = _registered(mx, top_grad=False)
    x = _sparse(mx)
    x.attach_grad()
    with mx.autograd.record():
        y = _more(mx, x)
    y.backward()
    return _shown(x.grad), noted


@suite.case()
def head_gradient(mx):
    noted = _registered(mx)
    found = []
    for stype in ("csr", "row_sparse"):
        x = _sparse(mx, stype)
        x.attach_grad()
        with mx.autograd.record():
            y = _more(mx, x)
        y.backward(mx.nd.array(A * A + 3))
        found.append(_shown(x.grad))
    return found, noted


@suite.case()
def in_a_graph(mx):
    """Between other operators: nobody knows the storage of the gradient there."""
    noted = _registered(mx)
    found = []
    for stype in ("csr", "row_sparse"):
        x = _sparse(mx, stype)
        x.attach_grad()
        with mx.autograd.record():
            y = mx.nd.sparse.sum(_more(mx, mx.nd.sparse.square(x))) if stype == "csr" else _more(mx, x * 3)
        y.backward()
        found.append((y.stype, _shown(x.grad)))
    return found, sorted({str(entry[0]) for entry in noted})


@suite.case()
def out(mx):
    _registered(mx)
    found = []
    for stype in STYPES:
        target = mx.nd.zeros((3, 3), stype=stype)
        made = _more(mx, _sparse(mx, stype), out=target)
        found.append((made is target, _shown(target)))
    return found


@suite.case()
def states(mx):
    """Dense and sparse auxiliary states."""
    found = []
    for stype in STYPES:
        noted = _double(
            mx, "conformance_sparse_state", lambda s: (s, s, s),
            lambda o, i, u, g, a: (o, i, u, _first(g, i[0]), a), states=("total",),
        )  # fmt: skip
        x, state = _sparse(mx, stype), _sparse(mx, stype)
        x.attach_grad()
        with mx.autograd.record():
            y = mx.nd.Custom(x, state, op_type="conformance_sparse_state")
        y.backward()
        found.append((_shown(y), _shown(x.grad), _shown(state), sorted(map(str, noted))))
    return found


@suite.case()
def other_state(mx):
    """A state of another storage type than the property wants."""
    _double(mx, "conformance_sparse_wrong", lambda s: (s, s, ["csr"]), lambda *given: given, states=("total",))
    return attempt(lambda: mx.nd.Custom(_sparse(mx), mx.nd.ones((3, 3)), op_type="conformance_sparse_wrong"))


@suite.case()
def default_property(mx):
    """Without methods for storage only dense arrays are taken."""

    @mx.operator.register("conformance_sparse_plain")
    class Plain(mx.operator.CustomOpProp):
        pass

    return [
        attempt(lambda s=stype: mx.nd.Custom(_sparse(mx, s), op_type="conformance_sparse_plain").stype)
        for stype in STYPES[1:]
    ]


def _bound(stype, gradient):
    def program(mx):
        noted = _registered(mx)
        x = mx.sym.Variable("x", stype=stype)
        y = mx.sym.Custom(x, op_type="conformance_sparse_more")
        grads = {"x": mx.nd.zeros((3, 3), stype=gradient)}
        executor = y.bind(mx.cpu(), {"x": _sparse(mx, stype)}, args_grad=grads)
        (result,) = executor.forward(is_train=True)
        executor.backward(mx.nd.array(A * A + 3))
        return _shown(result), _shown(executor.grad_dict["x"]), sorted({str(entry[0]) for entry in noted})

    return program


suite.table("bind", {f"{s}_{g}": _bound(s, g) for s, g in (("csr", "csr"), ("row_sparse", "row_sparse"))})


@suite.case("bind/simple")
def simple_bind(mx):
    _registered(mx)
    found = []
    for stype in STYPES:
        y = mx.sym.Custom(mx.sym.Variable("x", stype=stype), op_type="conformance_sparse_more")
        executor = y.simple_bind(mx.cpu(), x=(3, 3))
        executor.arg_dict["x"][:] = _sparse(mx, stype)
        found.append([a.stype for a in executor.arg_arrays + executor.grad_arrays + executor.outputs])
        found.append([_shown(result) for result in executor.forward()])
    return found
