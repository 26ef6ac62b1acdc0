"""Operators written in Python: `mx.operator` and `nd.Custom`."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..suite import Suite, attempt

suite = Suite(__name__)


def square(mx: Any, log: list[Any] | None = None) -> str:
    """Register ``square``: y = x * x (times ``scale``), with everything it is asked written down in ``log``."""
    notes: list[Any] = [] if log is None else log

    class Op(mx.operator.CustomOp):
        def __init__(self, scale: float) -> None:
            self.scale = scale

        def forward(self, is_train: Any, req: Any, in_data: Any, out_data: Any, aux: Any) -> None:
            notes.append(("forward", is_train, list(req), mx.autograd.is_recording(), mx.autograd.is_training()))
            self.assign(out_data[0], req[0], in_data[0] * in_data[0] * self.scale)

        def backward(self, req: Any, out_grad: Any, in_data: Any, out_data: Any, in_grad: Any, aux: Any) -> None:
            notes.append(("backward", list(req), mx.autograd.is_recording(), mx.autograd.is_training()))
            self.assign(in_grad[0], req[0], 2 * in_data[0] * out_grad[0] * self.scale)

    @mx.operator.register("square")
    class Prop(mx.operator.CustomOpProp):
        def __init__(self, scale: str = "1", **more: str) -> None:
            super().__init__()
            notes.append(("init", scale, more))
            self.scale = float(scale)

        def create_operator(self, ctx: Any, in_shapes: Any, in_dtypes: Any) -> Any:
            notes.append(("create", str(ctx), in_shapes, in_dtypes))
            return Op(self.scale)

    return "square"


def several(mx: Any, log: list[Any] | None = None) -> str:
    """Register ``several``: any number of inputs, outputs and auxiliary states."""
    notes: list[Any] = [] if log is None else log

    class Op(mx.operator.CustomOp):
        def forward(self, is_train: Any, req: Any, in_data: Any, out_data: Any, aux: Any) -> None:
            notes.append(("forward", is_train, list(req), [a.asnumpy() for a in aux]))
            total = in_data[0]
            for x in in_data[1:]:
                total = total + x
            for i, out in enumerate(out_data):
                self.assign(out, req[i], total * (i + 2))
            for a in aux:
                a[:] = a + 1

        def backward(self, req: Any, out_grad: Any, in_data: Any, out_data: Any, in_grad: Any, aux: Any) -> None:
            shapes = [[x.shape for x in part] for part in (out_grad, in_data, out_data, in_grad)]
            notes.append(("backward", list(req), shapes, [a.asnumpy() for a in aux]))
            head = mx.nd.ones_like(in_data[0]) * 10 if out_grad[0].shape == () else out_grad[0]
            for i, grad in enumerate(in_grad):
                self.assign(grad, req[i], head * in_data[i] * (i + 1))
            for a in aux:
                a[:] = a * 10

    @mx.operator.register("several")
    class Prop(mx.operator.CustomOpProp):
        def __init__(self, ins: str = "1", outs: str = "1", states: str = "0", top: str = "True") -> None:
            super().__init__(need_top_grad=top == "True")
            self.counts = int(ins), int(outs), int(states)

        def list_arguments(self) -> list[str]:
            return ["in%d" % i for i in range(self.counts[0])]

        def list_outputs(self) -> list[str]:
            return ["out%d" % i for i in range(self.counts[1])]

        def list_auxiliary_states(self) -> list[str]:
            return ["aux%d" % i for i in range(self.counts[2])]

        def infer_shape(self, in_shape: Any) -> Any:
            notes.append(("infer_shape", in_shape))
            return in_shape, [in_shape[0]] * self.counts[1], [in_shape[0]] * self.counts[2]

        def infer_type(self, in_type: Any) -> Any:
            notes.append(("infer_type", in_type))
            return super().infer_type(in_type)

        def infer_storage_type(self, in_stype: Any) -> Any:
            notes.append(("infer_storage_type", in_stype))
            return super().infer_storage_type(in_stype)

        def infer_storage_type_backward(self, *stypes: Any) -> Any:
            notes.append(("infer_storage_type_backward", [list(part) for part in stypes]))
            return super().infer_storage_type_backward(*stypes)

        def declare_backward_dependency(self, out_grad: Any, in_data: Any, out_data: Any) -> Any:
            notes.append(("declare_backward_dependency", out_grad, in_data, out_data))
            return super().declare_backward_dependency(out_grad, in_data, out_data)

        def create_operator(self, ctx: Any, in_shapes: Any, in_dtypes: Any) -> Any:
            notes.append(("create", str(ctx), in_shapes, in_dtypes))
            return Op()

    return "several"


def faulty(mx: Any) -> str:
    """Register ``faulty``, which does the one wrong thing that ``what`` names."""

    class Op(mx.operator.CustomOp):
        def __init__(self, what: str) -> None:
            self.what = what

        def forward(self, is_train: Any, req: Any, in_data: Any, out_data: Any, aux: Any) -> None:
            if self.what == "forward":
                raise KeyError("forward is bad")
            if self.what != "silent forward":
                self.assign(out_data[0], req[0], in_data[0])

        def backward(self, req: Any, out_grad: Any, in_data: Any, out_data: Any, in_grad: Any, aux: Any) -> None:
            if self.what == "backward":
                raise KeyError("backward is bad")
            if self.what == "reads absent":
                out_grad[0].asnumpy()
            if self.what == "shape of gradient":
                in_grad[0][:] = mx.nd.ones((7, 7))

    shapes = {
        "shapes: one list": lambda s: s,
        "shapes: four lists": lambda s: (s, s, [], []),
        "shapes: too many outputs": lambda s: (s, [s[0], s[0]], []),
        "shapes: too many inputs": lambda s: ([s[0], s[0]], [s[0]], []),
        "shapes: states it has not": lambda s: (s, [s[0]], [s[0]]),
        "shapes: other input": lambda s: ([[7]], [s[0]], []),
        "shapes: scalar output": lambda s: (s, [()], []),
        "shapes: two lists": lambda s: (s, [s[0]]),
        "shapes: fewer axes": lambda s: (s, [(3,)]),
        "shapes: tuple": lambda s: (tuple(s), (tuple(s[0]),), ()),
        "shapes: text": lambda s: (s, [("a", 3)]),
        "shapes: float": lambda s: (s, [(1.0, 3)]),
        "shapes: None": lambda s: None,
    }
    types = {
        "types: one list": lambda t: t,
        "types: two lists": lambda t: (t, t),
        "types: other input": lambda t: ([np.float64], t, []),
        "types: other output": lambda t: (t, [np.int32], []),
        "types: float64 output": lambda t: (t, [np.float64], []),
        "types: text": lambda t: (t, ["float32"], []),
        "types: Python type": lambda t: (t, [float], []),
        "types: too many": lambda t: (t, [t[0], t[0]], []),
    }

    @mx.operator.register("faulty")
    class Prop(mx.operator.CustomOpProp):
        def __init__(self, what: str) -> None:
            super().__init__(what != "reads absent")
            self.what = what

        def infer_shape(self, in_shape: Any) -> Any:
            if self.what == "infer_shape":
                raise KeyError("infer_shape is bad")
            return shapes[self.what](in_shape) if self.what in shapes else super().infer_shape(in_shape)

        def infer_type(self, in_type: Any) -> Any:
            if self.what == "infer_type":
                raise KeyError("infer_type is bad")
            return types[self.what](in_type) if self.what in types else super().infer_type(in_type)

        def infer_storage_type(self, in_stype: Any) -> Any:
            if self.what == "infer_storage_type":
                raise KeyError("infer_storage_type is bad")
            return super().infer_storage_type(in_stype)

        def create_operator(self, ctx: Any, in_shapes: Any, in_dtypes: Any) -> Any:
            return Op(self.what)

    return "faulty"


def grid(mx: Any, seed: int = 1) -> Any:
    return mx.nd.array(np.random.RandomState(seed).uniform(-2, 2, (2, 3)))


# ------------------------------------------------------------------------------------------------ forward


@suite.case()
def forward(mx):
    log: list[Any] = []
    return mx.nd.Custom(grid(mx), op_type=square(mx, log), scale=3), log


@suite.case()
def arguments_arrive_as_text(mx):
    log: list[Any] = []
    given = {"a": (1, 2), "b": None, "c": np.float32, "d": np.dtype("float16"), "e": 1.5, "f": True, "g": [1], "h": "t"}
    mx.nd.Custom(grid(mx), op_type=square(mx, log), name="given", ctx=mx.cpu(0), dtype="float16", **given).asnumpy()
    return [(word, scale, sorted(more.items())) for word, scale, more in log[:1]]


for _dtype in ("float32", "float64", "float16", "int32", "uint8", "int64"):

    @suite.case(f"forward_{_dtype}")
    def forward_dtype(mx, _dtype=_dtype):
        log: list[Any] = []
        x = mx.nd.array([[1, 2], [3, 4]], dtype=_dtype)
        return mx.nd.Custom(x, op_type=square(mx, log)), log


@suite.case()
def forward_several(mx):
    log: list[Any] = []
    a, b, s = grid(mx), grid(mx, 2), mx.nd.zeros((2, 3))
    out = mx.nd.Custom(a, b, s, op_type=several(mx, log), ins=2, outs=3, states=1)
    mx.nd.waitall()
    return out, type(out), s, log


@suite.case()
def forward_training(mx):
    log: list[Any] = []
    name = square(mx, log)
    with mx.autograd.train_mode():
        mx.nd.Custom(grid(mx), op_type=name).asnumpy()
    with mx.autograd.record(train_mode=False):
        mx.nd.Custom(grid(mx), op_type=name).asnumpy()
    with mx.autograd.record():
        mx.nd.Custom(grid(mx), op_type=name).asnumpy()
    return [entry for entry in log if entry[0] == "forward"]


@suite.case()
def forward_out(mx):
    log: list[Any] = []
    x, out = grid(mx), mx.nd.ones((2, 3))
    result = mx.nd.Custom(x, op_type=square(mx, log), out=out)
    mx.nd.waitall()
    return result is out, out, log[-1]


@suite.case()
def forward_out_is_input(mx):
    log: list[Any] = []
    x = grid(mx)
    mx.nd.Custom(x, op_type=square(mx, log), out=x)
    mx.nd.waitall()
    return x, log[-1]


@suite.case()
def forward_out_several(mx):
    x = grid(mx)
    outs = [mx.nd.ones((2, 3)), mx.nd.ones((2, 3))]
    result = mx.nd.Custom(x, op_type=several(mx), outs=2, out=outs)
    mx.nd.waitall()
    return [a is b for a, b in zip(result, outs)], outs  # noqa: B905


@suite.case()
def forward_view(mx):
    x = mx.nd.array(np.arange(12).reshape(4, 3))
    return mx.nd.Custom(x[1:3], op_type=square(mx)), mx.nd.Custom(x.T, op_type="square")


@suite.case()
def forward_default_operator(mx):
    return mx.nd.Custom(grid(mx), op_type="custom_op").shape


@suite.case()
def register_again(mx):
    square(mx)

    class Op(mx.operator.CustomOp):
        def forward(self, is_train: Any, req: Any, in_data: Any, out_data: Any, aux: Any) -> None:
            self.assign(out_data[0], req[0], in_data[0] + 1)

    class Prop(mx.operator.CustomOpProp):
        def create_operator(self, ctx: Any, in_shapes: Any, in_dtypes: Any) -> Any:
            return Op()

    same = mx.operator.register("square")(Prop) is Prop
    return same, mx.nd.Custom(mx.nd.ones((2,)), op_type="square")


@suite.case()
def numpy_inside(mx):
    class Softmax(mx.operator.CustomOp):
        def forward(self, is_train: Any, req: Any, in_data: Any, out_data: Any, aux: Any) -> None:
            x = in_data[0].asnumpy()
            y = np.exp(x - x.max(axis=1, keepdims=True))
            y /= y.sum(axis=1, keepdims=True)
            self.assign(out_data[0], req[0], mx.nd.array(y))

        def backward(self, req: Any, out_grad: Any, in_data: Any, out_data: Any, in_grad: Any, aux: Any) -> None:
            label = in_data[1].asnumpy().ravel().astype(int)
            y = out_data[0].asnumpy()
            y[np.arange(label.shape[0]), label] -= 1.0
            self.assign(in_grad[0], req[0], mx.nd.array(y))

    @mx.operator.register("softmax_loss")
    class Prop(mx.operator.CustomOpProp):
        def __init__(self) -> None:
            super().__init__(need_top_grad=False)

        def list_arguments(self) -> list[str]:
            return ["data", "label"]

        def infer_shape(self, in_shape: Any) -> Any:
            return [in_shape[0], [in_shape[0][0]]], [in_shape[0]], []

        def create_operator(self, ctx: Any, in_shapes: Any, in_dtypes: Any) -> Any:
            return Softmax()

    x, label = grid(mx), mx.nd.array([2, 0])
    x.attach_grad()
    with mx.autograd.record():
        y = mx.nd.Custom(x, label, op_type="softmax_loss")
    y.backward()
    return y, x.grad


# ----------------------------------------------------------------------------------------------- backward


def differentiate(mx: Any, log: list[Any], which: tuple[int, ...] = (0, 1), req: str = "write", **options: Any) -> Any:
    a, b, s = grid(mx), grid(mx, 2), mx.nd.zeros((2, 3))
    name = several(mx, log)
    for i in which:
        (a, b)[i].attach_grad(req)
    outs = options.pop("outs", 1)
    heads = options.pop("heads", (0,))
    times = options.pop("times", 1)
    with mx.autograd.record(train_mode=options.pop("train_mode", True)):
        out = mx.nd.Custom(a, b, s, op_type=name, ins=2, outs=outs, states=1, **options)
        out = out if outs > 1 else [out]
    for i in range(times):
        mx.nd.waitall()  # MXNet runs the operator in another thread
        mx.autograd.backward([out[h] for h in heads], retain_graph=i < times - 1)
    mx.nd.waitall()
    return [x.grad for x in (a, b)], s, log


@suite.case()
def backward(mx):
    log: list[Any] = []
    x = grid(mx)
    x.attach_grad()
    name = square(mx, log)
    with mx.autograd.record():
        y = 2 * mx.nd.Custom(x * 3, op_type=name, scale=0.5) + x
    y.backward(mx.nd.array([[1, 2, 3], [4, 5, 6]]))
    return y, x.grad, log


suite.table(
    "backward",
    {
        "two_inputs": lambda mx: differentiate(mx, []),
        "first_only": lambda mx: differentiate(mx, [], which=(0,)),
        "second_only": lambda mx: differentiate(mx, [], which=(1,)),
        "null": lambda mx: attempt(differentiate, mx, [], which=(0,), req="null"),
        "two_outputs": lambda mx: differentiate(mx, [], outs=2),
        "second_output": lambda mx: differentiate(mx, [], outs=2, heads=(1,)),
        "both_outputs": lambda mx: differentiate(mx, [], outs=2, heads=(0, 1)),
        "without_top_gradient": lambda mx: differentiate(mx, [], top=False),
        "predict_mode": lambda mx: differentiate(mx, [], train_mode=False),
        "retained": lambda mx: differentiate(mx, [], times=2),
        "no_variable": lambda mx: attempt(differentiate, mx, [], which=()),
    },
)


@suite.case("backward/add")
def backward_add(mx):
    x = grid(mx)
    x.attach_grad("add")
    x.grad[:] = 5
    name = square(mx)
    for _ in range(2):
        with mx.autograd.record():
            y = mx.nd.Custom(x, op_type=name)
        y.backward()
    return x.grad


@suite.case("backward/req_add")
def backward_req_add(mx):
    return differentiate(mx, [], req="add")


@suite.case("backward/same_input_twice")
def backward_twice(mx):
    x = grid(mx)
    x.attach_grad()
    name = several(mx)
    with mx.autograd.record():
        y = mx.nd.Custom(x, x, op_type=name, ins=2) * x
    y.backward()
    return x.grad


@suite.case("backward/chain")
def backward_chain(mx):
    x = grid(mx)
    x.attach_grad()
    name = square(mx)
    with mx.autograd.record():
        y = mx.nd.Custom(mx.nd.Custom(x, op_type=name), op_type=name).sum()
    y.backward()
    return y, x.grad


@suite.case("backward/grad_function")
def backward_grad(mx):
    x = grid(mx)
    x.attach_grad()
    name = square(mx)
    with mx.autograd.record():
        y = mx.nd.Custom(x, op_type=name)
    return mx.autograd.grad(y, x), x.grad


@suite.case("backward/second_derivative")
def backward_second(mx):
    x = grid(mx)
    x.attach_grad()
    name = square(mx)

    def twice() -> Any:
        with mx.autograd.record():
            y = mx.nd.Custom(x, op_type=name)
            z = mx.autograd.grad(y, x, create_graph=True)[0] * 2
        z.backward()
        return x.grad

    return attempt(twice)


@suite.case("backward/integers")
def backward_integers(mx):
    x = mx.nd.array([1, 2, 3], dtype="int32")
    x.attach_grad()
    name = square(mx)
    with mx.autograd.record():
        y = mx.nd.Custom(x, op_type=name)
    y.backward()
    return y, x.grad


@suite.case("backward/values_written_since")
def backward_written(mx):
    x = grid(mx)
    x.attach_grad()
    name = square(mx)
    with mx.autograd.record():
        y = mx.nd.Custom(x, op_type=name)
    x[:] = 10
    y.backward()
    return x.grad


@suite.case("backward/default_operator")
def backward_default(mx):
    x = grid(mx)
    x.attach_grad()
    with mx.autograd.record():
        y = mx.nd.Custom(x, op_type=faulty(mx), what="nothing")
    y.backward()
    return x.grad


@suite.case("backward/out_of_the_graph")
def backward_into_graph(mx):
    x = grid(mx)
    x.attach_grad()
    name = square(mx)

    def inplace() -> Any:
        with mx.autograd.record():
            return mx.nd.Custom(x, op_type=name, out=x)

    return attempt(inplace)


@suite.case("backward/recording_inside")
def backward_recording_inside(mx):
    class Op(mx.operator.CustomOp):
        def forward(self, is_train: Any, req: Any, in_data: Any, out_data: Any, aux: Any) -> None:
            self.assign(out_data[0], req[0], in_data[0].exp())

        def backward(self, req: Any, out_grad: Any, in_data: Any, out_data: Any, in_grad: Any, aux: Any) -> None:
            x = in_data[0].copy()
            x.attach_grad()
            with mx.autograd.record():
                y = x.exp()
            y.backward(out_grad[0])
            self.assign(in_grad[0], req[0], x.grad)

    @mx.operator.register("inner")
    class Prop(mx.operator.CustomOpProp):
        def create_operator(self, ctx: Any, in_shapes: Any, in_dtypes: Any) -> Any:
            return Op()

    x = grid(mx)
    x.attach_grad()
    with mx.autograd.record():
        y = mx.nd.Custom(x, op_type="inner") * 2
    y.backward()
    return x.grad


# ------------------------------------------------------------------------------------------------- errors

X = "custom", "faulty"
for _what in (
    "infer_shape", "infer_type", "infer_storage_type", "forward", "shapes: one list", "shapes: four lists",
    "shapes: too many outputs", "shapes: too many inputs", "shapes: states it has not", "shapes: other input",
    "shapes: text", "shapes: float", "shapes: None", "types: one list", "types: other input", "types: text",
    "types: Python type", "types: too many",
):  # fmt: skip

    @suite.error(f"error/{_what}", says=X)
    def wrong(mx, _what=_what):
        return mx.nd.Custom(grid(mx), op_type=faulty(mx), what=_what).asnumpy()


for _what in (
    "shapes: two lists", "shapes: fewer axes", "shapes: tuple", "shapes: scalar output", "types: two lists",
    "types: other output", "types: float64 output",
):  # fmt: skip

    @suite.case(f"odd/{_what}")
    def odd(mx, _what=_what):
        return attempt(lambda: mx.nd.Custom(mx.nd.array([[1, 2, 3]]), op_type=faulty(mx), what=_what).asnumpy())


for _what in ("backward", "reads absent", "shape of gradient"):

    @suite.error(f"error/{_what}", says=X)
    def wrong_backward(mx, _what=_what):
        x = grid(mx)
        x.attach_grad()
        with mx.autograd.record():
            y = mx.nd.Custom(x, op_type=faulty(mx), what=_what)
        y.backward()
        return x.grad.asnumpy()


suite.errors(
    "error",
    {
        "no_op_type": (lambda mx: mx.nd.Custom(grid(mx)), ("custom", "op_type")),
        "unknown_op_type": (lambda mx: mx.nd.Custom(grid(mx), op_type="no_such"), ("custom", "no_such")),
        "no_input": (lambda mx: mx.nd.Custom(op_type=square(mx)), ("square", "1 inputs", "got 0")),
        "too_many_inputs": (
            lambda mx: mx.nd.Custom(grid(mx), grid(mx), op_type=square(mx)),
            ("square", "1 inputs", "got 2"),
        ),
        "input_by_name": (lambda mx: mx.nd.Custom(data=grid(mx), op_type=square(mx)), ("square", "got 0")),
        "missing_state": (
            lambda mx: mx.nd.Custom(grid(mx), op_type=several(mx), states=1),
            ("several", "1 auxiliary", "got 1"),
        ),
        "wrong_state": (
            lambda mx: mx.nd.Custom(grid(mx), mx.nd.ones((5,)), op_type=several(mx), states=1),
            ("several", "auxiliary state 0"),
        ),
        "number": (lambda mx: mx.nd.Custom(grid(mx), 3, op_type=square(mx)), ("custom", "NDArray")),
        "out_shape": (lambda mx: mx.nd.Custom(grid(mx), op_type=square(mx), out=mx.nd.ones((5,))), ("custom", "out")),
    },
)


# ---------------------------------------------------------------------------------------- the base classes


@suite.case()
def defaults(mx):
    prop, op = mx.operator.CustomOpProp(), mx.operator.CustomOp()
    loss = mx.operator.CustomOpProp(need_top_grad=False)
    return {
        "infer_shape": prop.infer_shape([[2, 3], [4]]),
        "infer_type": prop.infer_type([np.float16, np.float32]),
        "infer_storage_type": prop.infer_storage_type(["default"]),
        "sparse": attempt(lambda: prop.infer_storage_type(["csr"])),
        "backward": prop.infer_storage_type_backward(["default"], ["csr"], ["default"], ["undefined"], []),
        "sparse gradient": attempt(lambda: prop.infer_storage_type_backward(["csr"], [], [], [], [])),
        "sparse input gradient": attempt(lambda: prop.infer_storage_type_backward([], [], [], ["csr"], [])),
        "names": (prop.list_arguments(), prop.list_outputs(), prop.list_auxiliary_states()),
        "dependency": prop.declare_backward_dependency([0], [1, 2], [3]),
        "dependency of a loss": loss.declare_backward_dependency([0], [1, 2], [3]),
        "operator": type(prop.create_operator(mx.cpu(), [[1]], [0])).__name__,
        "forward": op.forward(True, ["write"], [], [], []),
        "backward of the operator": op.backward(["write"], [], [], [], [], []),
        "need_top_grad_": (prop.need_top_grad_, loss.need_top_grad_),
    }


@suite.case()
def assign(mx):
    op, made = mx.operator.CustomOp(), []
    for req in ("write", "inplace", "add", "null", "nonsense"):
        dst = mx.nd.array([1, 2, 3])
        returned = op.assign(dst, req, mx.nd.array([10, 20, 30]))
        made.append((req, returned, dst))
    dst = mx.nd.array([1, 2, 3])
    op.assign(dst, "write", 7)
    return made, dst, attempt(lambda: op.assign(dst, "add", np.array([1, 2, 3])))


@suite.case()
def older_classes(mx):
    result = []
    for cls in (mx.operator.PythonOp, mx.operator.NumpyOp, mx.operator.NDArrayOp):
        op = cls(need_top_grad=False)
        source, target = [np.ones(2)], [np.zeros(2)]
        op.forward(in_data=source, out_data=target)
        gradient = [np.zeros(2)]
        op.backward(out_grad=[], in_data=source, out_data=target, in_grad=gradient)
        names = op.list_arguments(), op.list_outputs(), op.need_top_grad(), op.infer_shape([(2,)])
        result.append((cls.__name__, target, gradient, names, op.info_, op.need_top_grad_))
    deps = mx.operator.NDArrayOp().declare_backward_dependency([0], [1], [2])
    return result, deps, attempt(lambda: mx.operator.PythonOp()(1))


@suite.case()
def operator_names(mx):
    names = mx.operator.get_all_registered_operators()
    some = ("Activation", "Custom", "FullyConnected", "concat", "Concat", "_plus_scalar", "broadcast_add", "nothing")
    return type(names), type(names[0]), {name: name in names for name in some}


for _name in (
    "Activation", "topk", "Concat", "Custom", "slice", "add_n", "Pooling", "dot", "transpose", "LeakyReLU",
    "one_hot", "sum", "softmax", "clip", "split_v2", "FullyConnected",
):  # fmt: skip

    @suite.case(f"operator_arguments/{_name}")
    def operator_arguments(mx, _name=_name):
        found = mx.operator.get_operator_arguments("_split_v2" if _name == "split_v2" else _name)
        return found.narg, found.names, found.types, tuple(found) == found, type(found).__name__


@suite.error("operator_arguments/unknown", says=("no_such",))
def unknown_operator(mx):
    return mx.operator.get_operator_arguments("no_such")
