"""The loops: fit, score, predict, callbacks, logs; and FeedForward."""

import numpy as np

from ...suite import Suite, attempt
from ._nets import batch_of, bound, folder, iterator, labels, logger, mlp, numbers, params, refusal, state, warned

suite = Suite(__name__)


def trained(mx, log=None, width=6, symbol=None, context=None, **options):
    symbol = mlp(mx) if symbol is None else symbol
    module = mx.mod.Module(symbol, context=context or mx.cpu(), **({} if log is None else {"logger": log}))
    args, aux = params(mx, symbol, data=(5, width))
    options = dict(
        dict(arg_params=args, aux_params=aux, num_epoch=2, optimizer_params={"learning_rate": 0.5}), **options
    )
    module.fit(options.pop("train_data", None) or iterator(mx), **options)
    return module


for _optimizer in ("sgd", "adam", "adadelta", "signum", "nadam"):

    @suite.case(name="fit/" + _optimizer)
    def fit(mx, optimizer=_optimizer):
        log, lines = logger()
        return state(trained(mx, log, optimizer=optimizer, optimizer_params={})), lines


for _metric in ("acc", "ce", ["acc", "ce"], "mse"):

    @suite.case(name="fit/metric_%s" % ("both" if isinstance(_metric, list) else _metric))
    def fit_metric(mx, metric=_metric):
        log, lines = logger()
        data = iterator(mx)
        return attempt(lambda: state(trained(mx, log, eval_metric=metric, eval_data=data))), lines


@suite.case(name="fit/validation_metric")
def fit_validation_metric(mx):
    log, lines = logger()
    trained(mx, log, eval_data=iterator(mx), validation_metric="ce")
    return lines


@suite.case(name="fit/two_contexts")
def fit_contexts(mx):
    log, lines = logger()
    data = iterator(mx, 24, 6)
    return state(trained(mx, log, context=[mx.cpu(0), mx.cpu(1)], train_data=data)), lines


@suite.case(name="fit/batch_norm")
def fit_norm(mx):
    return state(trained(mx, symbol=mlp(mx, norm=True)))


@suite.case(name="fit/random_start")
def fit_random(mx):
    module = mx.mod.Module(mlp(mx))
    module.fit(iterator(mx), num_epoch=1, initializer=mx.init.Xavier())
    return state(module)


@suite.case(name="fit/default_start")
def fit_default(mx):
    module = mx.mod.Module(mlp(mx))
    module.fit(iterator(mx), num_epoch=1)
    return state(module)


@suite.case(name="fit/twice")
def fit_twice(mx):
    log, lines = logger()
    module = trained(mx, log)
    _, found = warned(lambda: module.fit(iterator(mx), num_epoch=4, begin_epoch=2))
    return state(module), lines, found


@suite.case(name="fit/padding")
def fit_padding(mx):
    return [
        state(trained(mx, train_data=iterator(mx, 18, 5, last_batch_handle=handle)))
        for handle in ("pad", "discard", "roll_over")
    ]


@suite.case(name="fit/allow_missing")
def fit_missing(mx):
    some = {"fc1_bias": mx.nd.ones(4)}
    return (
        attempt(lambda: trained(mx, arg_params=some, aux_params={})),
        state(trained(mx, arg_params=some, aux_params={}, allow_missing=True, initializer=mx.init.One())),
    )


@suite.case(name="fit/schedule")
def fit_schedule(mx):
    schedule = mx.lr_scheduler.FactorScheduler(step=3, factor=0.5)
    settings = {"learning_rate": 0.5, "lr_scheduler": schedule, "wd": 0.01, "clip_gradient": 0.05}
    return state(trained(mx, optimizer_params=settings))


@suite.case(name="fit/callbacks")
def fit_callbacks(mx):
    seen = []

    def on_batch(param):
        here = param.locals["self"]
        seen.append((type(param).__name__, param.epoch, param.nbatch, float(param.eval_metric.get()[1]), here.binded))

    def on_epoch(epoch, symbol, args, aux):
        seen.append((epoch, symbol.list_outputs(), sorted(args), sorted(aux)))

    def on_eval(param):
        seen.append(("eval", param.epoch, param.nbatch, float(param.eval_metric.get()[1])))

    trained(
        mx, eval_data=iterator(mx), batch_end_callback=on_batch, epoch_end_callback=[on_epoch, on_epoch],
        eval_end_callback=on_eval, eval_batch_end_callback=[on_eval],
    )  # fmt: skip
    return seen


@suite.case(name="fit/auto_reset_metric")
def fit_auto_reset(mx):
    log, lines = logger()
    trained(mx, log, batch_end_callback=lambda param: param.eval_metric.reset_local())
    return lines


@suite.case(name="fit/checkpoints")
def fit_checkpoints(mx):
    with folder() as path:
        module = trained(mx, epoch_end_callback=mx.callback.do_checkpoint(path("m"), 2), num_epoch=4)
        found = [sorted(mx.model.load_params(path("m"), epoch)[0].items()) for epoch in (2, 4)]
        return found, state(module), refusal(lambda: mx.model.load_params(path("m"), 3))


@suite.case(name="fit/resumed")
def fit_resumed(mx):
    settings = dict(optimizer="sgd", optimizer_params={"learning_rate": 0.5, "momentum": 0.9})
    whole = trained(mx, num_epoch=4, **settings)
    with folder() as path:
        first = trained(mx, num_epoch=2, **settings)
        first.save_checkpoint(path("m"), 2, save_optimizer_states=True)
        again = mx.mod.Module.load(path("m"), 2, load_optimizer_states=True)
        again.fit(iterator(mx), begin_epoch=2, num_epoch=4, **settings)
    return state(whole), state(again)


@suite.case(name="fit/monitor")
def fit_monitor(mx):
    watch = mx.mon.Monitor(3, pattern="fc1_(weight|bias)")
    seen = []
    watch.toc_print = lambda: seen.append([(step, name) for step, name, _ in watch.toc()])
    trained(mx, monitor=watch, num_epoch=1)
    return seen


suite.errors("fit_error", {"no_epochs": (lambda mx: mx.mod.Module(mlp(mx)).fit(iterator(mx)), ("epoch",))})


# ------------------------------------------------------------------------------------------- score and predict
for _metric in ("acc", "ce", "mse", ["acc", "ce"]):

    @suite.case(name="score/%s" % ("both" if isinstance(_metric, list) else _metric))
    def score(mx, metric=_metric):
        return attempt(lambda: [(n, float(v)) for n, v in bound(mx).score(iterator(mx, 18), metric)])


@suite.case(name="score/some_batches")
def score_some(mx):
    module, data, seen = bound(mx), iterator(mx), []

    def see(param):
        seen.append((param.epoch, param.nbatch, sorted(k for k in param.locals if k in ("self", "eval_batch"))))

    first = module.score(data, "acc", num_batch=2, batch_end_callback=see, score_end_callback=see, epoch=7)
    rest = module.score(data, "acc", reset=False)
    return [float(found[0][1]) for found in (first, rest)], seen


for _merge in (True, False):
    for _list in (True, False):

        @suite.case(name="predict/merge_%s/list_%s" % (_merge, _list))
        def predict(mx, merge=_merge, always=_list):
            return bound(mx).predict(iterator(mx, 18), merge_batches=merge, always_output_list=always)


@suite.case(name="predict/arrays")
def predict_arrays(mx):
    module = bound(mx, for_training=False, optimizer=False)
    return (
        module.predict(mx.nd.array(numbers(5, 6))), module.predict(numbers(5, 6)),
        attempt(lambda: module.predict(numbers(2, 6))),
        attempt(lambda: module.predict([1, 2])),
    )  # fmt: skip


@suite.case(name="predict/some_batches")
def predict_some(mx):
    module, data = bound(mx), iterator(mx)
    return (
        module.predict(data, num_batch=1), module.predict(data, reset=False), module.predict(data, num_batch=0),
        module.predict(data, num_batch=0, always_output_list=True),
    )  # fmt: skip


@suite.case(name="predict/several_outputs")
def predict_several(mx):
    net = mlp(mx)
    data = net.get_internals()["data"]
    net = mx.sym.Group([net, mx.sym.BlockGrad(mx.sym.sum(data, axis=1), name="sums")])
    return bound(mx, net).predict(iterator(mx, 12))


@suite.case(name="predict/iter")
def iter_predict(mx):
    module = bound(mx)
    return [
        ([out.asnumpy() for out in outs], number, batch.pad)
        for outs, number, batch in module.iter_predict(iterator(mx, 12), num_batch=3)
    ]


@suite.case(name="predict/two_contexts")
def predict_contexts(mx):
    module = bound(mx, batch=6, context=[mx.cpu(0), mx.cpu(1)])
    return module.predict(iterator(mx, 15, 6))


suite.errors(
    "unready",
    {
        "score": (lambda mx: mx.mod.Module(mlp(mx)).score(iterator(mx), "acc"), ("bind",)),
        "predict": (lambda mx: mx.mod.Module(mlp(mx)).predict(iterator(mx)), ("bind",)),
        "iter_predict": (lambda mx: list(mx.mod.Module(mlp(mx)).iter_predict(iterator(mx))), ("bind",)),
    },
)


# ------------------------------------------------------------------------------------------- FeedForward
def forward_model(mx, symbol=None, **options):
    symbol = mlp(mx) if symbol is None else symbol
    args, aux = params(mx, symbol, data=(5, 6))
    options = dict(dict(arg_params=args, aux_params=aux, num_epoch=2, learning_rate=0.5), **options)
    return warned(lambda: mx.model.FeedForward(symbol, **options))[0]


def model_state(model):
    return sorted(model.arg_params.items()), sorted(model.aux_params.items())


@suite.case(name="feed_forward/warns")
def feed_forward_warns(mx):
    return warned(lambda: mx.model.FeedForward(mlp(mx)).num_epoch)


@suite.case(name="feed_forward/fit")
def feed_forward_fit(mx):
    log, lines = logger()
    model = forward_model(mx)
    model.fit(iterator(mx), eval_data=iterator(mx), logger=log)
    return model_state(model), lines


@suite.case(name="feed_forward/contexts")
def feed_forward_contexts(mx):
    model = forward_model(mx, ctx=[mx.cpu(0), mx.cpu(1)], momentum=0.9)
    model.fit(iterator(mx, 24, 6), work_load_list=[1, 2])
    return model_state(model)


@suite.case(name="feed_forward/epoch_size")
def feed_forward_epoch_size(mx):
    log, lines = logger()
    model = forward_model(mx, epoch_size=3)
    model.fit(iterator(mx), logger=log)
    return model_state(model), lines


@suite.case(name="feed_forward/callbacks")
def feed_forward_callbacks(mx):
    seen = []
    model = forward_model(mx)
    model.fit(
        iterator(mx), eval_data=iterator(mx),
        batch_end_callback=lambda p: seen.append((p.epoch, p.nbatch, float(p.eval_metric.get()[1]))),
        epoch_end_callback=lambda e, s, a, x: seen.append((e, sorted(a))),
        eval_end_callback=lambda p: seen.append(("end", p.epoch, p.nbatch)),
        eval_batch_end_callback=[lambda p: seen.append(("eval", p.epoch, p.nbatch))],
    )  # fmt: skip
    return seen


@suite.case(name="feed_forward/predict")
def feed_forward_predict(mx):
    model = forward_model(mx, symbol=mlp(mx, norm=True))
    one = model.predict(iterator(mx, 18))
    two = model.predict(numbers(7, 6))
    three = model.predict(iterator(mx, 18), num_batch=2, return_data=True)
    return one, two, three


@suite.case(name="feed_forward/score")
def feed_forward_score(mx):
    model = forward_model(mx)
    model.fit(iterator(mx))
    return float(model.score(iterator(mx, 18))), float(model.score(iterator(mx, 18), "ce", num_batch=2))


@suite.case(name="feed_forward/files")
def feed_forward_files(mx):
    model = forward_model(mx)
    with folder() as path:
        model.save(path("m"))
        again = warned(lambda: mx.model.FeedForward.load(path("m"), 2, num_epoch=3, learning_rate=0.5))[0]
        unknown = attempt(lambda: forward_model(mx, num_epoch=None).save(path("n")))
    again.fit(iterator(mx))
    return again.begin_epoch, model_state(again), unknown


@suite.case(name="feed_forward/create")
def feed_forward_create(mx):
    np.random.seed(5)
    data, label = numbers(20, 6), labels(20)
    model = warned(
        lambda: mx.model.FeedForward.create(
            mlp(mx), data, label, num_epoch=2, learning_rate=0.1, numpy_batch_size=5, initializer=mx.init.One()
        )
    )[0]
    return model_state(model), model.predict(data[:4])


@suite.case(name="feed_forward/extra_parameters")
def feed_forward_extra(mx):
    args = dict(params(mx, mlp(mx), data=(5, 6))[0], more=mx.nd.ones(2))
    keep = forward_model(mx, arg_params=args)
    drop = forward_model(mx, arg_params=args, allow_extra_params=True)
    return sorted(keep.arg_params), sorted(drop.arg_params)


def _fit_with(*data, **options):
    return lambda mx: forward_model(mx).fit(*data, **options)


suite.errors(
    "feed_forward_error",
    {
        "symbol": (lambda mx: mx.model.FeedForward(3), ("symbol",)),
        "no_labels": (_fit_with(numbers(4, 6)), ("y",)),
        "labels": (_fit_with(numbers(4, 6), labels(3)), ("y", "3")),
        "label_shape": (_fit_with(numbers(4, 6), numbers(4, 2)), ("y", "(4, 2)")),
        "label_type": (_fit_with(numbers(4, 6), [1, 2, 3, 4]), ("y", "list")),
        "data_type": (_fit_with([1, 2]), ("X", "list")),
        "eval_type": (lambda mx: forward_model(mx).fit(iterator(mx), eval_data=3), ("eval",)),
        "eval_none": (lambda mx: forward_model(mx).fit(iterator(mx), eval_data=(None, 1)), ("eval",)),
        "no_epochs": (lambda mx: forward_model(mx, num_epoch=None).fit(iterator(mx)), ()),
        "same_names": (
            lambda mx: mx.model.FeedForward(
                mx.sym.Group([mx.sym.var("a") * 1, mx.sym.FullyConnected(mx.sym.var("a"), num_hidden=1)])
            ),
            ("a",),
        ),
    },
)


# ------------------------------------------------------------------------------------------- parts
def _slices(batch, loads):
    def program(mx):
        return attempt(lambda: mx.executor_manager._split_input_slice(batch, loads))

    return program


suite.table(
    "split",
    {
        "%d_%s" % (batch, "_".join(map(str, loads))): _slices(batch, loads)
        for batch, loads in (
            (10, [1]), (10, [1, 1]), (10, [1, 1, 1]), (7, [1, 2]), (7, [0.3, 0.7]), (2, [1, 1, 1]), (5, [1, 1, 1]),
            (8, [1, 0]), (9, [5, 2, 1]),
        )
    },
)  # fmt: skip


@suite.case()
def update_functions(mx):
    weight, grad = [mx.nd.ones(3), mx.nd.ones(3)], [mx.nd.array([1, 2, 3]), mx.nd.array([3, 2, 1])]
    updater = mx.optimizer.get_updater(mx.optimizer.SGD(learning_rate=0.5))
    mx.model._update_params([weight, [mx.nd.ones(1)] * 2], [grad, [None, None]], updater, 2)
    first = [w.asnumpy() for w in weight]
    store = mx.kv.create("local")
    store.set_optimizer(mx.optimizer.SGD(learning_rate=0.5))
    mx.model._initialize_kvstore(store, [weight], {"w": mx.nd.ones(3) * 2}, ["w"], True)
    second = [w.asnumpy() for w in weight]
    mx.model._update_params_on_kvstore([weight], [grad], store, ["w"])
    return first, second, weight


@suite.case()
def one_step(mx):
    module = bound(mx)
    module.forward_backward(batch_of(mx))
    module.update()
    return state(module)
