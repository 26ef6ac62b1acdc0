"""The profiler's objects and refusals; what it measures is not the same twice."""

from ...suite import Suite

suite = Suite(__name__)


@suite.case()
def texts(mx):
    domain = mx.profiler.Domain("place")
    made = [
        domain,
        domain.new_task("task"),
        domain.new_frame("frame"),
        mx.profiler.Event("event"),
        domain.new_counter("counter"),
        domain.new_counter("counter_from", 3),
    ]
    marker = domain.new_marker("marker")
    return [(type(m).__name__, str(m), m.name) for m in made], marker.name, marker.domain is domain


@suite.case()
def not_running(mx):
    domain = mx.profiler.Domain("place")
    task, event, counter = domain.new_task("task"), mx.profiler.Event("event"), domain.new_counter("counter")
    results = [task.start(), task.stop(), event.stop(), event.start(), event.stop()]
    counter += 3
    counter -= 2
    results += [counter.increment(), counter.decrement(4), counter.set_value(2.7), type(counter).__name__]
    for scope in ("global", "process", "thread", "task", "marker"):
        results.append(domain.new_marker("here").mark(scope))
    return results


suite.errors(
    "bad",
    {
        "state": (lambda mx: mx.profiler.set_state("no"), ("state",)),
        "process": (lambda mx: mx.profiler.set_state("stop", "no"), ("profile_process",)),
        "server": (lambda mx: mx.profiler.set_state("stop", "server"), ("kvstore",)),
        "pause_process": (lambda mx: mx.profiler.pause("no"), ("profile_process",)),
        "resume_process": (lambda mx: mx.profiler.resume("no"), ("profile_process",)),
        "dump_process": (lambda mx: mx.profiler.dump(True, "no"), ("profile_process",)),
        "format": (lambda mx: mx.profiler.dumps(format="no"), ("format",)),
        "sort_by": (lambda mx: mx.profiler.dumps(sort_by="no"), ("sort_by",)),
        "ascending": (lambda mx: mx.profiler.dumps(ascending=3), ("ascending",)),
        "reset": (lambda mx: mx.profiler.dumps(reset="no"), ("reset",)),
        "setting": (lambda mx: mx.profiler.set_config(nothing=3), ("nothing", "profile_all")),
        "boolean": (lambda mx: mx.profiler.set_config(continuous_dump=False, profile_all="x"), ("profile_all",)),
        "number": (lambda mx: mx.profiler.set_config(continuous_dump=False, dump_period="x"), ("dump_period",)),
        "scope": (lambda mx: mx.profiler.Domain("d").new_marker("m").mark("no"), ("global", "process")),
        "domain": (lambda mx: mx.profiler.Task("text", "name"), ("domain",)),
        "name": (lambda mx: mx.profiler.Domain(3), ("name",)),
        "counter": (lambda mx: mx.profiler.Domain("d").new_counter("c", "x"), ()),
        "mode": (lambda mx: mx.profiler.profiler_set_config("no"), ("profile_no",)),
    },
)
