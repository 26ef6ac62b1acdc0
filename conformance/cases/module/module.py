"""Module: binding, parameters, steps, contexts, optimizers, reshaping, states."""

import numpy as np

from ...suite import Suite, attempt
from ._nets import (
    batch_of,
    bound,
    features,
    folder,
    iterator,
    labels,
    linear,
    logger,
    mlp,
    numbers,
    params,
    refusal,
    state,
    warned,
)

suite = Suite(__name__)


# ------------------------------------------------------------------------------------------- before and after bind
@suite.case()
def names(mx):
    module = mx.mod.Module(mlp(mx, norm=True))
    return module.data_names, module.label_names, module.output_names, module.symbol.list_arguments()


@suite.case()
def flags(mx):
    module = mx.mod.Module(mlp(mx))

    def look():
        return [
            getattr(module, name)
            for name in ("binded", "for_training", "inputs_need_grad", "params_initialized", "optimizer_initialized")
        ]

    found = [look()]
    module.bind([("data", (5, 6))], [("softmax_label", (5,))], inputs_need_grad=True)
    found.append(look())
    module.init_params()
    found.append(look())
    module.init_optimizer()
    found.append(look())
    return found


@suite.case()
def shapes(mx):
    module = bound(mx)
    return [repr(x) for x in module.data_shapes], [repr(x) for x in module.label_shapes], module.output_shapes


for _name, _shapes in {
    "pairs": [("data", (5, 6))],
    "lists": [["data", (5, 6)]],
    "three": [("data", (5, 6), "float64")],
}.items():

    @suite.case(name="bind/" + _name)
    def bind(mx, shapes=_shapes):
        module = mx.mod.Module(features(mx), label_names=None)
        module.bind(shapes)
        return [repr(x) for x in module.data_shapes], module.label_shapes, module.output_shapes


@suite.case(name="bind/desc_float16")
def bind_desc(mx):
    module = mx.mod.Module(
        mx.sym.broadcast_add(mx.sym.var("data"), mx.sym.var("x_bias", shape=(1, 6))), label_names=None
    )
    module.bind([mx.io.DataDesc("data", (5, 6), "float16")])
    module.init_params(mx.init.One())
    module.forward(mx.io.DataBatch([mx.nd.ones((5, 6), dtype="float16")], None))
    return module.get_outputs(), state(module)


@suite.case(name="bind/time_major")
def bind_time_major(mx):
    data = mx.sym.var("data")
    net = mx.sym.broadcast_mul(data, mx.sym.var("w_weight", shape=(1, 1, 2)), name="out")
    net._set_attr(__layout__="TNC")
    module = mx.mod.Module(net, label_names=None, context=[mx.cpu(0), mx.cpu(1)])
    module.bind([mx.io.DataDesc("data", (3, 4, 2), layout="TNC")], inputs_need_grad=True)
    module.init_params(mx.init.One())
    module.forward(mx.io.DataBatch([mx.nd.array(numbers(3, 4, 2))], None))
    module.backward([mx.nd.array(numbers(3, 4, 2, seed=1))])
    return (
        module.get_outputs(),
        [[o.shape for o in part] for part in module.get_outputs(False)],
        module.get_input_grads(),
        module.output_shapes,
    )


@suite.case(name="bind/twice_warns")
def bind_twice(mx):
    log, lines = logger()
    module = mx.mod.Module(mlp(mx), logger=log)
    module.bind([("data", (5, 6))], [("softmax_label", (5,))])
    module.bind([("data", (7, 6))], [("softmax_label", (7,))])
    first = module.data_shapes
    second = attempt(lambda: module.bind([("data", (7, 6))], [("softmax_label", (7,))], force_rebind=True))
    return first, second, lines


@suite.case(name="bind/rebind_keeps_parameters")
def rebind(mx):
    module = bound(mx, optimizer=False)
    before = [a.asnumpy() for a in module.get_params()[0].values()]
    module.bind([("data", (2, 6))], None, for_training=False, force_rebind=True)
    module.forward(mx.io.DataBatch([mx.nd.array(numbers(2, 6))], None))
    return before, module.get_outputs(), module.for_training


@suite.case(name="bind/warnings_of_labels")
def label_warnings(mx):
    def make():
        module = mx.mod.Module(mlp(mx), label_names=["lab"])
        module.bind([("data", (5, 6))], [("softmax_label", (5,))])

    return warned(make)[1]


for _req in ("write", "add", "null"):

    @suite.case(name="grad_req/" + _req)
    def grad_req(mx, req=_req):
        module = bound(mx, grad_req=req, inputs_need_grad=True, optimizer=False)
        for _ in range(2):
            module.forward_backward(batch_of(mx))
        return [g[0] for g in module._exec_group.grad_arrays], module.get_input_grads()


@suite.case(name="grad_req/dict")
def grad_req_dict(mx):
    module = bound(mx, grad_req={"fc1_weight": "null", "fc2_bias": "add"}, optimizer=False)
    for _ in range(2):
        module.forward_backward(batch_of(mx))
    return [g[0] for g in module._exec_group.grad_arrays], sorted(module._exec_group.grad_req.items())


@suite.case(name="grad_req/list")
def grad_req_list(mx):
    reqs = ["null", "write", "null", "add", "write", "null"]
    module = bound(mx, grad_req=reqs, optimizer=False)
    module.forward_backward(batch_of(mx))
    return [g[0] for g in module._exec_group.grad_arrays], sorted(module._exec_group.grad_req.items())


@suite.case()
def fixed_parameters(mx):
    module = bound(mx, module={"fixed_param_names": ["fc1_weight", "fc2_bias"]})
    before = state(module)[0]
    before = [(n, a.asnumpy()) for n, a in before]
    for _ in range(2):
        module.forward_backward(batch_of(mx))
        module.update()
    return [(n, bool((module.get_params()[0][n].asnumpy() == b).all())) for n, b in before], state(module)


# ------------------------------------------------------------------------------------------- steps
for _train in (True, False, None):

    @suite.case(name="forward/is_train_%s" % _train)
    def forward(mx, train=_train):
        module = bound(mx, mlp(mx, norm=True))
        module.forward(batch_of(mx), is_train=train)
        return module.get_outputs(), state(module)[1]


@suite.case(name="forward/without_label")
def forward_without_label(mx):
    module = bound(mx)
    module.forward(mx.io.DataBatch([mx.nd.array(numbers(5, 6))]), is_train=False)
    return module.get_outputs()


@suite.case(name="forward/outputs_are_kept_arrays")
def outputs_kept(mx):
    module = bound(mx)
    module.forward(batch_of(mx))
    first = module.get_outputs()[0]
    before = first.asnumpy()
    module.forward(batch_of(mx, seed=9))
    return before, first, module.get_outputs()[0]


@suite.case(name="forward/other_batch_size")
def other_batch(mx):
    module = bound(mx)
    found = []
    for count in (5, 3, 8, 5):
        module.forward_backward(batch_of(mx, count))
        module.update()
        found.append(
            ([o.asnumpy() for o in module.get_outputs()], module.data_shapes, module.label_shapes, module.output_shapes)
        )
    return found, state(module)


@suite.case(name="forward/other_batch_provides")
def other_batch_provides(mx):
    module = bound(mx)
    batch = batch_of(mx, 3, provide_data=[mx.io.DataDesc("data", (3, 6))], provide_label=[("softmax_label", (3,))])
    module.forward(batch, is_train=True)
    return module.get_outputs(), [repr(x) for x in module.data_shapes + module.label_shapes]


@suite.case()
def backward_with_gradients(mx):
    symbol = features(mx)
    module = mx.mod.Module(symbol, label_names=None)
    module.bind([("data", (4, 3))], inputs_need_grad=True)
    module.init_params(arg_params=params(mx, symbol, data=(4, 3))[0])
    module.forward(mx.io.DataBatch([mx.nd.array(numbers(4, 3))]), is_train=True)
    module.backward([mx.nd.array(numbers(4, 2, seed=5))])
    return module.get_outputs(), module.get_input_grads(), [g[0] for g in module._exec_group.grad_arrays]


for _optimizer, _settings in {
    "sgd": {"learning_rate": 0.1, "momentum": 0.9, "wd": 0.01},
    "adam": {"learning_rate": 0.1},
    "rmsprop": {"learning_rate": 0.1},
    "nag": {"learning_rate": 0.1, "momentum": 0.5},
    "adagrad": {"learning_rate": 0.1},
    "ftrl": {"learning_rate": 0.1},
}.items():
    for _contexts in (1, 2):

        @suite.case(name="update/%s/%d" % (_optimizer, _contexts))
        def update(mx, optimizer=_optimizer, settings=_settings, contexts=_contexts):
            module = bound(mx, batch=6, context=[mx.cpu(i) for i in range(contexts)], optimizer=False)
            module.init_optimizer(optimizer=optimizer, optimizer_params=settings)
            for seed in range(3):
                module.forward_backward(batch_of(mx, 6, seed=seed))
                module.update()
            return state(module), module._optimizer.rescale_grad, sorted(module._optimizer.idx2name.items())


for _store in ("local", "device", None):

    @suite.case(name="kvstore/%s" % _store)
    def kvstore(mx, store=_store):
        module = bound(mx, batch=6, context=[mx.cpu(0), mx.cpu(1)], optimizer=False)
        module.init_optimizer(kvstore=store, optimizer_params=(("learning_rate", 0.5), ("momentum", 0.9)))
        for seed in range(2):
            module.forward_backward(batch_of(mx, 6, seed=seed))
            module.update()
        return state(module), module._update_on_kvstore, module._kvstore is None


@suite.case(name="kvstore/object")
def kvstore_object(mx):
    module = bound(mx, batch=6, optimizer=False)
    module.init_optimizer(kvstore=mx.kv.create("local"), optimizer_params={"learning_rate": 0.5})
    module.forward_backward(batch_of(mx, 6))
    module.update()
    return state(module), module._update_on_kvstore


@suite.case(name="kvstore/compression")
def compression(mx):
    module = bound(
        mx, batch=6, context=[mx.cpu(0), mx.cpu(1)], optimizer=False,
        module={"compression_params": {"type": "2bit", "threshold": 0.1}},
    )  # fmt: skip
    return attempt(lambda: module.init_optimizer(kvstore="device", optimizer_params={"learning_rate": 0.5}))


@suite.case(name="init_optimizer/twice")
def optimizer_twice(mx):
    log, lines = logger()
    module = bound(mx, module={"logger": log})
    module.init_optimizer("local", "adam")
    first = type(module._optimizer).__name__
    module.init_optimizer("local", "adam", force_init=True)
    return first, type(module._optimizer).__name__, lines


@suite.case(name="init_optimizer/object_warns")
def optimizer_object(mx):
    module = bound(mx, optimizer=False)
    own = mx.optimizer.SGD(learning_rate=0.3)
    _, found = warned(lambda: module.init_optimizer(optimizer=own))
    return found, sorted(own.idx2name.items()), own.rescale_grad


@suite.case(name="init_optimizer/object_fits")
def optimizer_fits(mx):
    module = bound(mx, optimizer=False)
    own = mx.optimizer.SGD(learning_rate=0.3, rescale_grad=1.0 / 5)
    _, found = warned(lambda: module.init_optimizer(optimizer=own))
    module.forward_backward(batch_of(mx))
    module.update()
    return found, state(module)


@suite.case(name="init_optimizer/multipliers_of_symbols")
def multipliers(mx):
    weight = mx.sym.var("w", lr_mult=0.0, wd_mult=2.0)
    net = mx.sym.FullyConnected(mx.sym.var("data"), weight, num_hidden=3, name="fc")
    net = mx.sym.SoftmaxOutput(net, name="softmax")
    module = bound(mx, net, optimizer=False)
    module.init_optimizer(optimizer_params={"learning_rate": 0.5, "wd": 0.1})
    module.forward_backward(batch_of(mx))
    module.update()
    return state(module), sorted(module._optimizer.lr_mult.items()), sorted(module._optimizer.wd_mult.items())


@suite.case()
def borrowed_optimizer(mx):
    one, other = bound(mx), bound(mx, optimizer=False)
    other.borrow_optimizer(one)
    other.forward_backward(batch_of(mx))
    other.update()
    return other._optimizer is one._optimizer, other.optimizer_initialized, state(other), state(one)


@suite.case()
def shared_module(mx):
    one = bound(mx)
    other = mx.mod.Module(mlp(mx))
    other.bind([("data", (3, 6))], [("softmax_label", (3,))], shared_module=one)
    other.forward_backward(batch_of(mx, 3))
    other.update()
    one.forward(batch_of(mx), is_train=False)
    return other.params_initialized, other.optimizer_initialized, one.get_outputs(), other.get_outputs(), state(other)


# ------------------------------------------------------------------------------------------- parameters
for _init in ("Uniform", "Normal", "Xavier", "One", "Zero"):

    @suite.case(name="init_params/" + _init)
    def initializer(mx, init=_init):
        module = mx.mod.Module(mlp(mx, norm=True))
        module.bind([("data", (5, 6))], [("softmax_label", (5,))])
        module.init_params(getattr(mx.init, init)())
        return state(module)


@suite.case(name="init_params/default")
def init_default(mx):
    module = mx.mod.Module(mlp(mx))
    module.bind([("data", (5, 6))], [("softmax_label", (5,))])
    module.init_params()
    return state(module)


@suite.case(name="init_params/of_variables")
def init_of_variables(mx):
    net = mx.sym.FullyConnected(
        mx.sym.var("data"), mx.sym.var("w", init=mx.init.Constant(3)), mx.sym.var("b", init="ones"), num_hidden=2
    )
    module = mx.mod.Module(net, label_names=None)
    module.bind([("data", (2, 3))])
    module.init_params()
    return state(module)


@suite.case(name="init_params/twice_warns")
def init_twice(mx):
    module = bound(mx)
    before = [(n, a.asnumpy()) for n, a in state(module)[0]]
    _, found = warned(lambda: module.init_params(mx.init.One()))
    same = [bool((module.get_params()[0][n].asnumpy() == b).all()) for n, b in before]
    module.init_params(mx.init.One(), force_init=True)
    return found, same, state(module)


@suite.case(name="init_params/missing")
def init_missing(mx):
    def make(**options):
        module = mx.mod.Module(mlp(mx))
        module.bind([("data", (5, 6))], [("softmax_label", (5,))])
        module.init_params(mx.init.One(), arg_params={"fc1_bias": mx.nd.ones(4) * 7}, aux_params={}, **options)
        return state(module)

    return attempt(make), make(allow_missing=True)


@suite.case(name="init_params/extra")
def init_extra(mx):
    def make(**options):
        symbol = mlp(mx)
        module = mx.mod.Module(symbol)
        module.bind([("data", (5, 6))], [("softmax_label", (5,))])
        args, aux = params(mx, symbol, data=(5, 6))
        args["other"] = mx.nd.ones(2)
        module.init_params(arg_params=args, aux_params=aux, **options)
        return state(module)

    return make(), make(allow_extra=True)


@suite.case(name="set_params/all")
def set_all(mx):
    module = bound(mx)
    args, aux = params(mx, mlp(mx, norm=False), data=(5, 6))
    args = {name: array * 2 for name, array in args.items()}
    module.set_params(args, aux)
    module.forward(batch_of(mx))
    return state(module), module.get_outputs()


@suite.case(name="set_params/some")
def set_some(mx):
    module = bound(mx)
    some = {"fc1_bias": mx.nd.ones(4)}
    one = attempt(lambda: module.set_params(some, {}))
    module.set_params(some, {}, allow_missing=True)
    return one, state(module)


@suite.case(name="set_params/extra")
def set_extra(mx):
    module = bound(mx)
    args = dict(module.get_params()[0], other=mx.nd.ones(2))
    return (
        attempt(lambda: module.set_params(args, {}, allow_missing=True)),
        attempt(lambda: module.set_params(args, {}, allow_missing=True, allow_extra=True)),
        attempt(lambda: module.set_params(args, {}, allow_extra=True)),
    )


@suite.case(name="set_params/not_forced")
def set_not_forced(mx):
    module = bound(mx)
    _, found = warned(lambda: module.set_params({"fc1_bias": mx.nd.ones(4)}, {}, allow_missing=True, force_init=False))
    return found, state(module)


@suite.case(name="get_params/same_dicts")
def get_params(mx):
    module = bound(mx)
    first = module.get_params()
    module.forward_backward(batch_of(mx))
    module.update()
    second = module.get_params()
    return first[0] is second[0], first[1] is second[1], [type(part) for part in first]


# ------------------------------------------------------------------------------------------- several contexts
for _loads in (None, [1, 2], [3, 1], [1, 1, 2]):

    @suite.case(name="contexts/%s" % ("equal" if _loads is None else "_".join(map(str, _loads))))
    def contexts(mx, loads=_loads):
        count = 2 if loads is None else len(loads)
        module = bound(
            mx, mlp(mx, norm=True), batch=8, context=[mx.cpu(i) for i in range(count)],
            module={"work_load_list": loads}, inputs_need_grad=True,
        )  # fmt: skip
        module.forward_backward(batch_of(mx, 8))
        parts = [[(x.shape, x.context) for x in out] for out in module.get_outputs(False)]
        grads = [[(x.shape, x.context) for x in out] for out in module.get_input_grads(False)]
        metric = mx.metric.create("acc")
        module.update_metric(metric, batch_of(mx, 8).label)
        module.update()
        return (
            parts, grads, module.get_outputs(), module.get_input_grads(), float(metric.get()[1]), state(module),
            module.output_shapes, module._exec_group.slices,
        )  # fmt: skip


@suite.case(name="contexts/list_of_batches")
def list_of_batches(mx):
    module = bound(mx, batch=6, context=[mx.cpu(0), mx.cpu(1)])
    batches = [batch_of(mx, 3, seed=1), batch_of(mx, 3, seed=2)]
    module.forward(batches, is_train=True)
    module.backward()
    module.update()
    metric = mx.metric.create("acc")
    module.update_metric(metric, [b.label for b in batches], pre_sliced=True)
    return module.get_outputs(), float(metric.get()[1]), state(module)


@suite.case(name="contexts/group2ctxs")
def groups(mx):
    def make(group2ctxs):
        with mx.AttrScope(ctx_group="a"):
            one = mx.sym.var("a") * 2
        with mx.AttrScope(ctx_group="b"):
            net = one + mx.sym.var("b")
        module = mx.mod.Module(net, ("a", "b"), None, context=[mx.cpu(0), mx.cpu(1)], group2ctxs=group2ctxs)
        module.bind([("a", (4, 2)), ("b", (4, 2))], inputs_need_grad=True)
        module.init_params()
        module.forward(mx.io.DataBatch([mx.nd.ones((4, 2)), mx.nd.ones((4, 2))]), is_train=True)
        module.backward([mx.nd.ones((4, 2))])
        return [g.asnumpy() for g in module.get_input_grads()]

    one, two = mx.cpu(2), mx.cpu(3)
    return [
        attempt(make, found)
        for found in (
            None,
            {"a": one, "b": two},
            {"a": [one], "b": [two]},
            {"a": [one, one], "b": [two, two]},
            [{"a": one, "b": two}, {"a": two, "b": one}],
            {"a": [one, one, one]},
            [{"a": one}],
            3,
        )  # fmt: skip
    ]


# ------------------------------------------------------------------------------------------- states, reshape, monitor
@suite.case()
def states(mx):
    state_in = mx.sym.var("state")
    net = mx.sym.Group([mx.sym.var("data") + state_in, mx.sym.BlockGrad(state_in * 2, name="next")])
    module = mx.mod.Module(net, label_names=None, state_names=["state"], context=[mx.cpu(0), mx.cpu(1)])
    module.bind([("data", (4, 2))], for_training=False)
    module.init_params()
    module.set_states(value=3)
    batch = mx.io.DataBatch([mx.nd.array(numbers(4, 2))], None)
    module.forward(batch)
    first = [out.asnumpy() for out in module.get_outputs()]
    module.set_states(states=module.get_outputs(merge_multi_context=False)[1:])
    module.forward(batch)
    return (
        first, module.get_outputs(), module.get_states(False),
        attempt(lambda: module.get_states()),
        attempt(lambda: module.set_states()),
        attempt(lambda: module.set_states(states=[[]], value=1)),
    )  # fmt: skip


@suite.case()
def reshape(mx):
    module = bound(mx)
    found = []
    for count in (3, 9, 5):
        module.reshape([("data", (count, 6))], [("softmax_label", (count,))])
        module.forward_backward(batch_of(mx, count))
        module.update()
        found.append((module.data_shapes, module.label_shapes, [o.asnumpy() for o in module.get_outputs()]))
    return found, state(module)


@suite.case(name="monitor/forward")
def monitor_forward(mx):
    return _monitored(mx, lambda module: module.forward(batch_of(mx), is_train=True))


@suite.case(name="monitor/forward_backward")
def monitor_both(mx):
    return _monitored(mx, lambda module: module.forward_backward(batch_of(mx)))


def _monitored(mx, program):
    module = mx.mod.Module(mlp(mx), label_names=["softmax_label"])
    module.bind([("data", (5, 6))], [("softmax_label", (5,))])
    module.init_params(arg_params=params(mx, mlp(mx), data=(5, 6))[0], aux_params={})
    watch = mx.mon.Monitor(1, stat_func=lambda x: mx.nd.sum(mx.nd.abs(x)), sort=True)
    module.install_monitor(watch)
    watch.tic()
    program(module)
    return [(step, name) for step, name, _ in watch.toc()]


@suite.case(name="prepare/warns")
def prepare(mx):
    module = bound(mx)
    return warned(lambda: module.prepare(batch_of(mx), sparse_row_id_fn=lambda batch: {}))


@suite.case(name="prepare/dense_warns")
def prepare_dense(mx):
    module = bound(mx, optimizer=False)
    module.init_optimizer(kvstore=mx.kv.create("local"))
    rows = {"fc1_weight": mx.nd.array([0])}
    return (
        warned(lambda: module.prepare(batch_of(mx), sparse_row_id_fn=lambda batch: rows)),
        attempt(lambda: module.prepare(batch_of(mx), sparse_row_id_fn=lambda batch: 3)),
    )


# ------------------------------------------------------------------------------------------- files
@suite.case(name="files/params")
def file_params(mx):
    module, other = bound(mx, mlp(mx, norm=True)), bound(mx, mlp(mx, norm=True))
    module.forward_backward(batch_of(mx))
    module.update()
    with folder() as path:
        module.save_params(path("m.params"))
        stored = sorted(mx.nd.load(path("m.params")).items())
        other.load_params(path("m.params"))
    return stored, state(other)


@suite.case(name="files/checkpoint")
def file_checkpoint(mx):
    module = bound(mx, optimizer=False)
    module.init_optimizer(optimizer="sgd", optimizer_params={"learning_rate": 0.5, "momentum": 0.9})
    module.forward_backward(batch_of(mx))
    module.update()
    with folder() as path:
        module.save_checkpoint(path("m"), 12, save_optimizer_states=True)
        again = mx.mod.Module.load(path("m"), 12, load_optimizer_states=True)
        symbol, args, aux = mx.model.load_checkpoint(path("m"), 12)
        flags = again.params_initialized, again.binded
        again.bind([("data", (5, 6))], [("softmax_label", (5,))])
        again.init_optimizer(optimizer="sgd", optimizer_params={"learning_rate": 0.5, "momentum": 0.9})
        for one in (module, again):
            one.forward_backward(batch_of(mx, seed=8))
            one.update()
    return symbol.list_arguments(), sorted(args), sorted(aux), flags, state(module), state(again)


@suite.case(name="files/states_on_kvstore")
def file_states(mx):
    with folder() as path:
        found = []
        for _ in range(2):
            module = bound(mx, batch=6, context=[mx.cpu(0), mx.cpu(1)], optimizer=False)
            module.init_optimizer(optimizer_params={"learning_rate": 0.5, "momentum": 0.9})
            if found:
                module.load_optimizer_states(path("s"))
            module.forward_backward(batch_of(mx, 6))
            module.update()
            module.save_optimizer_states(path("s"))
            found.append(state(module))
    return found


@suite.case(name="files/functions")
def file_functions(mx):
    symbol = mlp(mx, norm=True)
    args, aux = params(mx, symbol, data=(5, 6))
    with folder() as path:
        mx.model.save_checkpoint(path("m"), 3, symbol, args, aux)
        mx.model.save_checkpoint(path("n"), 3, None, {}, {})
        loaded = mx.model.load_params(path("m"), 3)
        return (
            mx.model.load_checkpoint(path("m"), 3)[0].tojson() == symbol.tojson(),
            [sorted(part.items()) for part in loaded], mx.model.load_params(path("n"), 3),
            refusal(lambda: mx.model.load_checkpoint(path("n"), 3)),
            refusal(lambda: mx.model.load_params(path("m"), 4)),
        )  # fmt: skip


# ------------------------------------------------------------------------------------------- errors
def _module(mx, **options):
    return mx.mod.Module(mlp(mx), **options)


def _bound_only(mx):
    module = _module(mx)
    module.bind([("data", (5, 6))], [("softmax_label", (5,))])
    return module


suite.errors(
    "error",
    {
        "data_name": (lambda mx: _module(mx, data_names=["x"]), ("data_names", "x")),
        "fixed_name": (lambda mx: _module(mx, fixed_param_names=["x"]), ("fixed_param", "x")),
        "state_name": (lambda mx: _module(mx, state_names=["x"]), ("state", "x")),
        "loads": (lambda mx: _module(mx, work_load_list=[1, 2]), ("work load",)),
        "wrong_data": (lambda mx: _module(mx).bind([("x", (5, 6))]), ("data_shapes", "x")),
        "data_shapes": (lambda mx: _module(mx).data_shapes, ("bind",)),
        "label_shapes": (lambda mx: _module(mx).label_shapes, ("bind",)),
        "output_shapes": (lambda mx: _module(mx).output_shapes, ("bind",)),
        "get_params": (lambda mx: _module(mx).get_params(), ("init_params",)),
        "init_params": (lambda mx: _module(mx).init_params(), ("bind",)),
        "init_optimizer": (lambda mx: _bound_only(mx).init_optimizer(), ("init_params",)),
        "forward": (lambda mx: _bound_only(mx).forward(batch_of(mx)), ("init_params",)),
        "backward": (lambda mx: _bound_only(mx).backward(), ("init_params",)),
        "update": (lambda mx: bound(mx, optimizer=False).update(), ("init_optimizer",)),
        "input_grads": (lambda mx: bound(mx).get_input_grads(), ("inputs_need_grad",)),
        "grads_without_training": (
            lambda mx: _module(mx).bind([("data", (5, 6))], for_training=False, inputs_need_grad=True),
            ("for_training",),
        ),
        "predicting_backward": (
            lambda mx: bound(mx, for_training=False, optimizer=False).backward(), ("for_training",),
        ),
        "batch_sizes": (
            lambda mx: _module(mx).bind([("data", (5, 6))], [("softmax_label", (4,))]), ("batch size",),
        ),
        "too_many_contexts": (
            lambda mx: bound(mx, batch=2, context=[mx.cpu(i) for i in range(3)]), ("slices",),
        ),
        "grad_req": (lambda mx: bound(mx, grad_req=3), ("grad_req",)),
        "grad_req_list": (lambda mx: bound(mx, grad_req=["write"]), ("grad_req",)),
        "optimizer": (lambda mx: bound(mx, optimizer=False).init_optimizer(optimizer=3), ("optimizer",)),
        "optimizer_name": (lambda mx: bound(mx, optimizer=False).init_optimizer(optimizer="no"), ("no",)),
        "save_states": (lambda mx: bound(mx, optimizer=False).save_optimizer_states("x"), ("init_optimizer",)),
        "load_states": (lambda mx: bound(mx, optimizer=False).load_optimizer_states("x"), ("init_optimizer",)),
        "borrow": (lambda mx: bound(mx).borrow_optimizer(bound(mx, optimizer=False)), ("init_optimizer",)),
        "shared": (lambda mx: _module(mx).bind([("data", (5, 6))], shared_module=_module(mx)), ("shared_module",)),
        "monitor": (lambda mx: _module(mx).install_monitor(None), ("bind",)),
        "prepare": (lambda mx: _module(mx).prepare(None), ("bind",)),
        "reshape": (lambda mx: _module(mx).reshape([("data", (5, 6))]), ("bind",)),
        "uneven_batches": (
            lambda mx: bound(mx, batch=6, context=[mx.cpu(0), mx.cpu(1)]).forward([batch_of(mx, 2), batch_of(mx, 4)]),
            ("shape",),
        ),
    },
)  # fmt: skip


@suite.case(name="files/bad")
def bad_file(mx):
    module = bound(mx)
    with folder() as path:
        mx.nd.save(path("m"), {"x:y": mx.nd.ones(1)})
        mx.nd.save(path("n"), {"x": mx.nd.ones(1)})
        return [refusal(lambda name=name: module.load_params(path(name))) for name in "mn"]


@suite.case()
def base_module(mx):
    """What the base class says to calls it leaves to others."""
    module = mx.mod.BaseModule()
    found = []
    for name in ("data_names", "output_names", "data_shapes", "label_shapes", "output_shapes"):
        found.append((name, attempt(lambda name=name: getattr(module, name))))
    for name, args in (
        ("get_params", ()), ("init_params", ()), ("set_params", ({}, {})), ("install_monitor", (None,)),
        ("forward", (None,)), ("backward", ()), ("get_outputs", ()), ("get_input_grads", ()), ("update", ()),
        ("update_metric", (None, None)), ("bind", ([],)), ("init_optimizer", ()), ("get_states", ()),
        ("set_states", ()), ("fit", (None,)),
    ):  # fmt: skip
        found.append((name, attempt(lambda name=name, args=args: getattr(module, name)(*args))))
    return found, module.symbol, warned(lambda: module.prepare(None, lambda batch: None))[1]


@suite.case()
def regression(mx):
    module = mx.mod.Module(linear(mx), label_names=["label"])
    data = mx.io.NDArrayIter(numbers(12, 3), numbers(12, 2, seed=1), 4, label_name="label")
    module.bind(data.provide_data, data.provide_label)
    module.init_params(mx.init.Zero())
    module.init_optimizer(optimizer_params={"learning_rate": 0.1})
    for batch in data:
        module.forward_backward(batch)
        module.update()
    return (
        state(module),
        [(n, float(v)) for n, v in module.score(data, "mse")],
        np.shape(labels(3)),
        iterator(mx).provide_data,
    )
