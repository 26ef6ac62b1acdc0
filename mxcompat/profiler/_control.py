"""Configuring, running and asking the profiler."""

from __future__ import annotations

import atexit
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .._core.errors import MXNetError, NotSupportedError
from . import _report
from ._session import SESSION

_TRUE, _FALSE = ("true", "1"), ("false", "0")


def _boolean(name: str, value: Any) -> bool:
    text = str(value).lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise MXNetError(f"Invalid Parameter format for {name} expect boolean but value='{value}'")


def _number(name: str, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise MXNetError(f"Invalid Parameter format for {name} expect float but value='{value}'") from None


def _process(name: str, value: Any) -> str:
    if str(value) not in ("worker", "server"):
        raise MXNetError(f"Invalid Input: '{value}', valid values are: {{'server', 'worker'}}")
    return str(value)


#: setting -> what reads it, default
_SETTINGS: dict[str, tuple[Callable[[str, Any], Any], Any]] = {
    "profile_all": (_boolean, False),
    "profile_symbolic": (_boolean, True),
    "profile_imperative": (_boolean, True),
    "profile_memory": (_boolean, True),
    "profile_api": (_boolean, True),
    "filename": (lambda _, value: str(value), "profile.json"),
    "continuous_dump": (_boolean, True),
    "dump_period": (_number, 1.0),
    "aggregate_stats": (_boolean, False),
    "profile_process": (_process, "worker"),
}


class _State:
    config: dict[str, Any] = {name: default for name, (_, default) in _SETTINGS.items()}
    kvstore_handle: Any = None
    stale = False


def set_kvstore_handle(handle: Any) -> None:
    """Remember the store whose servers could be profiled; asking for that says that it is not supported."""
    _State.kvstore_handle = handle


def set_config(**kwargs: Any) -> None:
    """Say what is recorded and where it goes; what is not given has its default.

    Args:
        profile_symbolic, profile_imperative: record operators (torch does not tell the two apart: either is enough).
        profile_memory: record allocations.
        profile_api: no effect: there are no calls to a native library of MXNet.
        profile_all: all of these.
        filename: the trace; ``"profile.json"`` by default.
        continuous_dump: write the trace at the end of the program, too, if it was not written after the last record.
        dump_period: no effect: the trace is written when the profiler stops and when `dump` is called.
        aggregate_stats: keep statistics for `dumps`.
        profile_process: ``"worker"``.

    Raises:
        MXNetError: an unknown setting, or a value that is none for it.
        NotSupportedError: ``profile_process="server"``.
    """
    config = {name: default for name, (_, default) in _SETTINGS.items()}
    for name, value in kwargs.items():
        if name not in _SETTINGS:
            raise MXNetError(f"Cannot find argument '{name}', Possible Arguments: {', '.join(_SETTINGS)}")
        config[name] = _SETTINGS[name][0](name, value)
    if config["dump_period"] <= 0 and config["continuous_dump"]:
        raise MXNetError(f"set_config: dump_period={config['dump_period']} must be positive")
    _only_worker(config["profile_process"])
    _State.config = config
    SESSION.operators = any(config[f"profile_{kind}"] for kind in ("all", "symbolic", "imperative"))
    SESSION.memory = config["profile_all"] or config["profile_memory"]
    SESSION.collect()


def _only_worker(profile_process: str) -> None:
    if profile_process not in ("worker", "server"):
        raise KeyError(f"profile_process={profile_process!r}: legal is 'worker'")
    if profile_process == "server":
        if _State.kvstore_handle is None:
            raise MXNetError(
                "profile_process='server': KVStoreHandle passed to profiler is null: call set_kvstore_handle first"
            )
        raise NotSupportedError("profiler: profile_process='server'", "distributed training here has no servers")


def set_state(state: str = "stop", profile_process: str = "worker") -> None:
    """Run the profiler, or stop it and write the trace.

    Args:
        state: ``"run"`` or ``"stop"``.
        profile_process: ``"worker"``.

    Raises:
        KeyError: another state.
        NotSupportedError: ``profile_process="server"``.
    """
    if state not in ("run", "stop"):
        raise KeyError(f"profiler.set_state: state={state!r} is neither 'run' nor 'stop'")
    _only_worker(profile_process)
    stops = SESSION.running and state == "stop"
    SESSION.set(running=state == "run", paused=False)
    if state == "run":
        _State.stale = True
    if stops:
        _write()


def _write() -> None:
    path = Path(_State.config["filename"])
    path.write_text(json.dumps(_report.trace(SESSION.records)), encoding="utf-8")
    _State.stale = SESSION.active


@atexit.register
def _write_at_exit() -> None:
    if _State.stale and _State.config["continuous_dump"] and SESSION.was_run:
        SESSION.set(running=False)
        _write()


def dump(finished: bool = True, profile_process: str = "worker") -> None:
    """Write the trace.

    Args:
        finished: also stop the profiler.
        profile_process: ``"worker"``.

    Raises:
        MXNetError: the profiler has not been run yet.
    """
    _only_worker(profile_process)
    if not SESSION.was_run:
        raise MXNetError("Profiler hasn't been run. Config and start profiler first")
    if finished is True:
        SESSION.set(running=False)
    else:
        SESSION.collect()
    _write()


def dumps(reset: bool = False, format: str = "table", sort_by: str = "total", ascending: bool = False) -> str:
    """Statistics of what was recorded; empty unless ``aggregate_stats`` is set.

    Args:
        reset: forget the records afterwards.
        format: ``"table"`` or ``"json"``.
        sort_by: ``"total"``, ``"avg"``, ``"min"``, ``"max"`` or ``"count"``.
        ascending: least first.

    Raises:
        AssertionError: another value.
    """
    for name, value, legal in (
        ("format", format, ("table", "json")),
        ("sort_by", sort_by, ("total", "avg", "min", "max", "count")),
        ("ascending", ascending, (False, True)),
        ("reset", reset, (False, True)),
    ):
        if value not in legal:
            raise AssertionError(f"Invalid value provided for {name}: {value}. Support: {', '.join(map(repr, legal))}")
    if not _State.config["aggregate_stats"]:
        return ""
    SESSION.collect()
    text = (_report.table if format == "table" else _report.as_json)(SESSION.records, sort_by, ascending)
    if reset:
        SESSION.forget()
    return text


def pause(profile_process: str = "worker") -> None:
    """Record nothing until `resume`."""
    _only_worker(profile_process)
    SESSION.set(paused=True)


def resume(profile_process: str = "worker") -> None:
    """Go on recording."""
    _only_worker(profile_process)
    SESSION.set(paused=False)


def profiler_set_config(mode: str = "symbolic", filename: str = "profile.json") -> None:
    """Deprecated: `set_config` with ``profile_<mode>`` on."""
    warnings.warn("profiler.profiler_set_config() is deprecated: call profiler.set_config()", stacklevel=2)
    set_config(**{f"profile_{mode}": True, "filename": filename})


def profiler_set_state(state: str = "stop") -> None:
    """Deprecated: `set_state`."""
    warnings.warn("profiler.profiler_set_state() is deprecated: call profiler.set_state()", stacklevel=2)
    set_state(state)


def dump_profile() -> None:
    """Deprecated: `dump`."""
    warnings.warn("profiler.dump_profile() is deprecated: call profiler.dump()", stacklevel=2)
    dump(True)
