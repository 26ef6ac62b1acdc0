"""Where time and memory go: `mxnet.profiler`, on `torch.profiler`.

    profiler.set_config(filename="trace.json", aggregate_stats=True)
    profiler.set_state("run")
    ...
    profiler.set_state("stop")  # writes a trace for chrome://tracing or Perfetto
    print(profiler.dumps())

Operators appear under torch's names (``aten::mm``), outermost calls only.
"""

from ._control import (
    dump,
    dump_profile,
    dumps,
    pause,
    profiler_set_config,
    profiler_set_state,
    resume,
    set_config,
    set_kvstore_handle,
    set_state,
)
from ._objects import Counter, Domain, Event, Frame, Marker, Task

__all__ = [
    "Counter",
    "Domain",
    "Event",
    "Frame",
    "Marker",
    "Task",
    "dump",
    "dump_profile",
    "dumps",
    "pause",
    "profiler_set_config",
    "profiler_set_state",
    "resume",
    "set_config",
    "set_kvstore_handle",
    "set_state",
]
