"""record, pause, train_mode, predict_mode: flags, nesting, decorators, exceptions, threads."""

import threading

from ...suite import Suite, attempt

suite = Suite(__name__)


def _in_thread(function):
    outcome = []
    thread = threading.Thread(target=lambda: outcome.append(attempt(function)))
    thread.start()
    thread.join()
    return outcome


def _flags(mx):
    return (mx.autograd.is_recording(), mx.autograd.is_training())


def _scope(make):
    def program(mx):
        before = _flags(mx)
        with make(mx.autograd) as entered:
            inside = _flags(mx)
        return before, inside, _flags(mx), entered is None

    return program


FORMS = {
    "record": lambda ag: ag.record(),
    "record_predict": lambda ag: ag.record(train_mode=False),
    "record_positional": lambda ag: ag.record(False),
    "pause": lambda ag: ag.pause(),
    "pause_train": lambda ag: ag.pause(train_mode=True),
    "train_mode": lambda ag: ag.train_mode(),
    "predict_mode": lambda ag: ag.predict_mode(),
}
suite.table("single", {name: _scope(make) for name, make in FORMS.items()})


def _nested(outer, inner):
    def program(mx):
        seen = []
        with FORMS[outer](mx.autograd):
            seen.append(_flags(mx))
            with FORMS[inner](mx.autograd):
                seen.append(_flags(mx))
            seen.append(_flags(mx))
        seen.append(_flags(mx))
        return seen

    return program


suite.table("nested", {f"{a}-{b}": _nested(a, b) for a in FORMS for b in FORMS if "positional" not in a + b})


def _decorated(make):
    def program(mx):
        @make(mx.autograd)
        def inner(a, b=2):
            return a, b, _flags(mx)

        return inner(1), inner(1, b=3), _flags(mx)

    return program


suite.table("decorator", {name: _decorated(make) for name, make in FORMS.items() if "positional" not in name})


@suite.case()
def decorator_keeps_name(mx):
    @mx.autograd.record()
    def inner():
        "text"

    return attempt(lambda: inner.__name__), attempt(lambda: inner.__doc__)


@suite.case()
def same_scope_entered_twice(mx):
    scope = mx.autograd.record()
    seen = []
    with scope:
        seen.append(_flags(mx))
    with scope:
        seen.append(_flags(mx))
        with scope:
            seen.append(_flags(mx))
        seen.append(_flags(mx))
    return seen, _flags(mx)


@suite.case()
def exception_restores_flags(mx):
    try:
        with mx.autograd.record():
            with mx.autograd.pause():
                raise KeyError("x")
    except KeyError:
        pass
    return _flags(mx)


@suite.case()
def exception_passes_through(mx):
    def fail():
        with mx.autograd.train_mode():
            raise KeyError("x")

    return attempt(fail), _flags(mx)


@suite.case()
def set_recording_returns_previous(mx):
    ag = mx.autograd
    return (
        [ag.set_recording(True), ag.set_recording(True), ag.set_recording(False), ag.set_recording(False)],
        _flags(mx),
    )


@suite.case()
def set_training_returns_previous(mx):
    ag = mx.autograd
    seen = [ag.set_training(True), _flags(mx), ag.set_training(True), ag.set_training(False)]
    return seen, ag.set_training(False), _flags(mx)


@suite.case()
def set_flags_take_numbers(mx):
    ag = mx.autograd
    return attempt(ag.set_recording, 1), _flags(mx), attempt(ag.set_training, 1), _flags(mx)


@suite.case()
def set_recording_records(mx):
    x = mx.nd.array([2.0])
    x.attach_grad()
    mx.autograd.set_recording(True)
    y = x * x
    mx.autograd.set_recording(False)
    y.backward()
    return x.grad


@suite.case()
def flags_are_per_thread(mx):
    seen = []

    def other():
        seen.append(_flags(mx))
        with mx.autograd.record():
            seen.append(_flags(mx))
        seen.append(_flags(mx))

    with mx.autograd.record():
        outcome = _in_thread(other)
        seen.append(_flags(mx))
    return outcome, seen


@suite.case()
def recording_in_another_thread(mx):
    x = mx.nd.array([1.0, 2.0])
    x.attach_grad()

    def other():
        with mx.autograd.record():
            y = x * x
        y.backward()

    return _in_thread(other), x.grad


@suite.case()
def backward_in_another_thread(mx):
    x = mx.nd.array([1.0, 2.0])
    x.attach_grad()
    with mx.autograd.record():
        y = x * x
    return _in_thread(y.backward), x.grad


@suite.case()
def paused_part_is_constant(mx):
    x = mx.nd.array([1.0, 2.0])
    x.attach_grad()
    with mx.autograd.record():
        y = x * x
        with mx.autograd.pause():
            z = y * x
        w = y + z
    w.backward()
    return x.grad, w


@suite.case()
def dropout_follows_train_mode(mx):
    x = mx.nd.ones((2, 50))
    seen = []
    for make in FORMS.values():
        with make(mx.autograd):
            y = mx.nd.Dropout(x, p=0.5)
        seen.append(bool((y == 1).asnumpy().all()))
    return seen


@suite.case()
def array_recorded_stays_recorded(mx):
    x = mx.nd.array([3.0])
    x.attach_grad()
    with mx.autograd.record():
        y = x * x
    with mx.autograd.record():
        z = y * 2
    z.backward()
    return x.grad


@suite.case()
def computed_outside_record_is_constant(mx):
    x = mx.nd.array([3.0])
    x.attach_grad()
    y = x * x
    with mx.autograd.record():
        z = y * x
    z.backward()
    return x.grad, attempt(y.backward)


@suite.case()
def decorator_of_a_forward_function(mx):
    @mx.autograd.record()
    def forward(x):
        return x * x * x

    x = mx.nd.array([3.0])
    x.attach_grad()
    y = forward(x)
    y.backward()
    return y, x.grad
