"""What an executor does beside computing: binding, gradient requests, reshaping, copying, errors."""

import numpy as np

from ...suite import Suite, attempt

suite = Suite(__name__)


def _product(mx):
    return mx.sym.var("x") * mx.sym.var("w")


def _bound(mx, **options):
    args = {"x": mx.nd.array([1.0, 2.0]), "w": mx.nd.array([3.0, 4.0])}
    grads = {"x": mx.nd.array([9.0, 9.0]), "w": mx.nd.array([8.0, 8.0])}
    return _product(mx).bind(mx.cpu(), args, grads, **options)


def _grads(executor):
    return [None if g is None else g.asnumpy() for g in executor.grad_arrays]


@suite.case()
def outputs_before_forward(mx):
    ex = _product(mx).simple_bind(mx.cpu(), x=(2, 3))
    return [(o.shape, o.dtype) for o in ex.outputs], type(ex).__name__


@suite.case()
def outputs_are_overwritten(mx):
    ex = _bound(mx)
    first = ex.forward()[0]
    before = first.asnumpy()
    ex.arg_dict["x"][:] = 10
    ex.forward()
    return before, first.asnumpy(), ex.outputs[0].asnumpy(), list(ex.output_dict.values())


@suite.case()
def forward_with_arrays(mx):
    ex = _bound(mx)
    out = ex.forward(is_train=True, x=mx.nd.array([5.0, 6.0]), w=np.array([1.0, 2.0]))
    return out, ex.arg_dict


@suite.case()
def backward_writes(mx):
    ex = _bound(mx)
    ex.forward(is_train=True)
    ex.backward(mx.nd.array([1.0, 10.0]))
    return _grads(ex)


@suite.case()
def backward_twice(mx):
    ex = _bound(mx, grad_req="add")
    ex.forward(is_train=True)
    for _ in range(2):
        ex.backward([mx.nd.ones(2)])
    return _grads(ex)


@suite.case()
def backward_without_forward(mx):
    ex = _bound(mx)
    ex.backward(mx.nd.ones(2))
    return _grads(ex)


@suite.case()
def backward_after_prediction(mx):
    ex = _bound(mx)
    ex.forward(is_train=False)
    ex.backward(mx.nd.ones(2))
    return _grads(ex)


@suite.case()
def backward_by_name(mx):
    ex = mx.sym.Group([mx.sym.var("x") * 2, mx.sym.relu(mx.sym.var("w"), name="r")]).bind(
        mx.cpu(), {"x": mx.nd.ones(2), "w": mx.nd.ones(2)}, {"x": mx.nd.zeros(2), "w": mx.nd.zeros(2)}
    )
    ex.forward(is_train=True)
    names = ex._symbol.list_outputs()
    ex.backward({names[0]: mx.nd.array([1.0, 2.0]), names[1]: mx.nd.array([3.0, 4.0])})
    return _grads(ex)


@suite.case()
def backward_reads_new_arguments(mx):
    ex = _bound(mx)
    ex.forward(is_train=True)
    ex.arg_dict["x"][:] = 100
    ex.backward(mx.nd.ones(2))
    return _grads(ex)


@suite.case()
def only_some_gradients(mx):
    ex = _product(mx).bind(mx.cpu(), {"x": mx.nd.ones(2), "w": mx.nd.ones(2) * 3}, args_grad={"x": mx.nd.zeros(2)})
    ex.forward(is_train=True)
    ex.backward(mx.nd.ones(2))
    return _grads(ex), ex.grad_dict


@suite.case()
def no_gradients(mx):
    ex = _product(mx).bind(mx.cpu(), [mx.nd.ones(2), mx.nd.ones(2) * 3])
    ex.forward(is_train=True)
    return ex.backward(mx.nd.ones(2)), ex.grad_arrays


for _name, _req in {
    "write": "write",
    "add": "add",
    "null": "null",
    "list": ["add", "write"],
    "dict": {"x": "add"},
    "dict_null": {"x": "null", "w": "write"},
}.items():

    @suite.case(name="grad_req/" + _name)
    def grad_req(mx, req=_req):
        ex = _bound(mx, grad_req=req)
        for _ in range(2):
            ex.forward(is_train=True)
            ex.backward(mx.nd.ones(2))
        return _grads(ex)

    @suite.case(name="simple_grad_req/" + _name)
    def simple_grad_req(mx, req=_req):
        ex = _product(mx).simple_bind(mx.cpu(), grad_req=req, x=(2,))
        ex.arg_dict["x"][:] = 2
        ex.arg_dict["w"][:] = 3
        for _ in range(2):
            ex.forward(is_train=True)
            ex.backward(mx.nd.ones(2))
        return _grads(ex), sorted(ex.grad_dict), [a.shape for a in ex.arg_arrays]


@suite.case()
def types(mx):
    ex = _product(mx).simple_bind(mx.cpu(), type_dict={"x": "float64"}, x=(2,))
    return [a.dtype for a in ex.arg_arrays], [a.dtype for a in ex.grad_arrays], ex.outputs[0].dtype


@suite.case()
def bind_lists(mx):
    ex = _product(mx).bind(
        mx.cpu(), [mx.nd.ones(2), mx.nd.ones(2) * 3], args_grad=[mx.nd.zeros(2), None], grad_req=["write", "null"]
    )
    ex.forward(is_train=True)
    ex.backward(mx.nd.ones(2))
    return _grads(ex), ex.outputs


@suite.case()
def more_arguments_than_needed(mx):
    args = {"x": mx.nd.ones(2), "w": mx.nd.ones(2), "other": mx.nd.ones(7)}
    return _product(mx).bind(mx.cpu(), args).forward()


@suite.case()
def evaluate(mx):
    a, b = mx.sym.var("a"), mx.sym.var("b")
    return (a + b).eval(a=mx.nd.ones(2), b=mx.nd.ones(2)), mx.sym.Group([a * b, a]).eval(
        ctx=mx.cpu(), a=mx.nd.ones(2), b=mx.nd.ones(2) * 4
    )


def _layer(mx):
    return mx.sym.FullyConnected(mx.sym.var("x"), num_hidden=3, name="fc")


def _layer_bound(mx):
    ex = _layer(mx).simple_bind(mx.cpu(), x=(4, 2))
    ex.arg_dict["x"][:] = np.arange(8).reshape(4, 2)
    ex.arg_dict["fc_weight"][:] = 1
    return ex


@suite.case()
def reshape_shares(mx):
    ex = _layer_bound(mx)
    small = ex.reshape(x=(2, 2))
    small.arg_dict["fc_weight"][:] = 5
    small.arg_dict["x"][:] = 9
    small.forward(is_train=True)
    small.backward(mx.nd.ones((2, 3)))
    return ex.arg_dict, small.arg_dict, small.outputs, small.grad_arrays


@suite.case()
def reshape_larger(mx):
    big = _layer_bound(mx).reshape(x=(8, 2), allow_up_sizing=True)
    return big.arg_dict["x"].shape, big.arg_dict["fc_weight"], [g.shape for g in big.grad_arrays], big.outputs[0].shape


@suite.case()
def reshape_partial(mx):
    ex = _layer_bound(mx)
    other = ex.reshape(x=(4, 1), partial_shaping=True)
    wide = ex.reshape(x=(4, 5), partial_shaping=True, allow_up_sizing=True)
    return [a.shape for a in other.arg_arrays], [a.shape for a in wide.arg_arrays]


@suite.case()
def copy_params(mx):
    ex = _layer_bound(mx)
    ex.copy_params_from({"fc_bias": mx.nd.array([1, 2, 3], dtype="float64"), "x": mx.nd.zeros((4, 2))})
    ex.copy_params_from({"other": mx.nd.ones(2)}, {"more": mx.nd.ones(2)}, allow_extra_params=True)
    return ex.arg_dict


@suite.case()
def monitor_forward(mx):
    seen = []
    x = mx.sym.Activation(_layer(mx), act_type="relu", name="act")
    parts = mx.sym.split(x, num_outputs=3, name="sp")
    ex = (parts[0] + parts[1]).simple_bind(mx.cpu(), x=(2, 2))
    ex.set_monitor_callback(lambda name, array: seen.append(name))
    ex.forward(is_train=True)
    mx.nd.waitall()
    return [str(s, "ascii") if isinstance(s, bytes) else s for s in seen[:5]]


for _name, _buffer in {"with_buffer": {}, "without_buffer": None}.items():

    @suite.case(name="shared_executor/" + _name)
    def shared_executor(mx, buffer=_buffer):
        ex = _layer_bound(mx)
        other = _layer(mx).simple_bind(
            mx.cpu(),
            x=(7, 2),
            shared_arg_names=["fc_weight", "fc_bias"],
            shared_exec=ex,
            shared_buffer=None if buffer is None else dict(buffer),
        )
        other.arg_dict["fc_weight"][:] = 6
        other.grad_dict["fc_weight"][:] = 7
        return ex.arg_dict["fc_weight"], ex.grad_dict["fc_weight"], [a.shape for a in other.arg_arrays]


@suite.case()
def shared_buffer(mx):
    pool = {}
    first = _layer(mx).simple_bind(mx.cpu(), x=(4, 2), shared_arg_names=["fc_weight", "fc_bias"], shared_buffer=pool)
    names = sorted(pool)
    second = _layer(mx).simple_bind(mx.cpu(), x=(2, 2), shared_arg_names=["fc_weight", "fc_bias"], shared_buffer=pool)
    second.arg_dict["x"][:] = 3
    return names, first.arg_dict["x"], second.arg_dict["x"]


@suite.case()
def batch_norm_states(mx):
    x = mx.sym.BatchNorm(mx.sym.var("x") * 1, name="bn", fix_gamma=False)
    values = mx.nd.array([[1, 2], [3, 4], [5, 6], [7, 9.0]])
    found = []
    ex = x.simple_bind(mx.cpu(), x=(4, 2))
    ex.arg_dict["x"][:] = values
    ex.arg_dict["bn_gamma"][:] = 1
    ex.aux_dict["bn_moving_var"][:] = 1
    for step in "FFBBFBfFbB":
        if step in "Ff":
            ex.forward(is_train=step == "F")
        else:
            ex.backward(mx.nd.ones((4, 2)), is_train=step == "B")
        mx.nd.waitall()
        found.append((step, [a.asnumpy() for a in ex.aux_arrays], ex.grad_arrays[1].asnumpy()))
    return found


@suite.case()
def prediction_of_a_loss_needs_a_label(mx):
    ex = mx.sym.SoftmaxOutput(_layer(mx), name="softmax").simple_bind(mx.cpu(), x=(4, 2))
    return sorted(ex.arg_dict), ex.arg_dict["softmax_label"].shape, ex.forward()


def _fails(make):
    return lambda mx: attempt(lambda: make(mx))


suite.table(
    "refused",
    {
        "missing": _fails(lambda mx: _product(mx).bind(mx.cpu(), {"x": mx.nd.ones(2)})),
        "short_list": _fails(lambda mx: _product(mx).bind(mx.cpu(), [mx.nd.ones(2)])),
        "no_arrays": _fails(lambda mx: _product(mx).bind(mx.cpu(), 5)),
        "a_number": _fails(lambda mx: _product(mx).bind(mx.cpu(), {"x": 1, "w": mx.nd.ones(2)})),
        "shapes": _fails(lambda mx: _product(mx).bind(mx.cpu(), {"x": mx.nd.ones(2), "w": mx.nd.ones(3)})),
        "dtypes": _fails(
            lambda mx: _product(mx).bind(mx.cpu(), {"x": mx.nd.ones(2), "w": mx.nd.ones(2, dtype="float64")})
        ),
        "context": _fails(lambda mx: _product(mx).bind(3, {"x": mx.nd.ones(2), "w": mx.nd.ones(2)})),
        "request": _fails(lambda mx: _bound(mx, grad_req="foo")),
        "request_in_dict": _fails(lambda mx: _bound(mx, grad_req={"x": "foo"})),
        "simple_nothing_known": _fails(lambda mx: _product(mx).simple_bind(mx.cpu())),
        "simple_shapes": _fails(lambda mx: _product(mx).simple_bind(mx.cpu(), x=(2,), w=(3,))),
        "simple_empty_request": _fails(lambda mx: _product(mx).simple_bind(mx.cpu(), x=(2,), grad_req=[])),
        "simple_request": _fails(lambda mx: _product(mx).simple_bind(mx.cpu(), x=(2,), grad_req="foo")),
        "simple_list_shape": _fails(lambda mx: _product(mx).simple_bind(mx.cpu(), x=[2])),
        "forward_unknown": _fails(lambda mx: _bound(mx).forward(q=mx.nd.ones(2))),
        "forward_list": _fails(lambda mx: _bound(mx).forward(x=[1, 2])),
        "forward_shape": _fails(lambda mx: _bound(mx).forward(x=mx.nd.ones(3))),
        "backward_number": _fails(lambda mx: _bound(mx).backward(5)),
        "backward_numbers": _fails(lambda mx: _bound(mx).backward([5])),
        "backward_key": _fails(lambda mx: _bound(mx).backward({"z": mx.nd.ones(2)})),
        "backward_shape": _fails(lambda mx: _bound(mx).backward([mx.nd.ones(3)])),
        "backward_no_head": _fails(lambda mx: _bound(mx).backward()),
        "eval_missing": _fails(lambda mx: _product(mx).eval(x=mx.nd.ones(2))),
        "reshape_larger": _fails(lambda mx: _layer_bound(mx).reshape(x=(8, 2))),
        "reshape_other_argument": _fails(lambda mx: _layer_bound(mx).reshape(x=(4, 1))),
        "reshape_unknown": _fails(lambda mx: _layer_bound(mx).reshape(zz=(4, 5))),
        "copy_unknown": _fails(lambda mx: _layer_bound(mx).copy_params_from({"q": mx.nd.ones(2)})),
        "copy_unknown_state": _fails(lambda mx: _layer_bound(mx).copy_params_from({}, {"q": mx.nd.ones(2)})),
        "copy_shape": _fails(lambda mx: _layer_bound(mx).copy_params_from({"fc_bias": mx.nd.ones(2)})),
        "handle": _fails(lambda mx: mx.executor.Executor(None, _product(mx), mx.cpu(), "write", None)),
    },
)
