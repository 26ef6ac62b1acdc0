"""The profiler: what its file and its tables hold."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import mxcompat as mx
from mxcompat import profiler
from mxcompat.profiler._session import SESSION


@pytest.fixture
def trace(tmp_path):
    path = tmp_path / "trace.json"
    profiler.set_config(filename=path, aggregate_stats=True, continuous_dump=False)
    profiler.dumps(reset=True)
    yield path
    SESSION.set(running=False, paused=False)
    SESSION.forget()
    profiler.set_config(continuous_dump=False)


def work():
    x = mx.nd.ones((20, 20))
    return mx.nd.dot(x, x).sum().asscalar()


def names(path, phase="B"):
    return [event["name"] for event in json.loads(path.read_text())["traceEvents"] if event["ph"] == phase]


def test_everything_is_in_the_trace(trace):
    domain = profiler.Domain("place")
    profiler.set_state("run")
    task, frame, event = domain.new_task("task"), domain.new_frame("frame"), profiler.Event("event")
    counter = domain.new_counter("counter", 2)
    for measured in (task, frame, event):
        measured.start()
    work()
    counter += 5
    domain.new_marker("mark").mark()
    for measured in (event, frame, task):
        measured.stop()
    profiler.set_state("stop")
    found = json.loads(trace.read_text())
    assert found["displayTimeUnit"] == "ms"
    assert {"task", "frame", "event", "aten::mm", "aten::sum"} <= set(names(trace))
    assert "mark" in names(trace, "i")
    counts = [e["args"]["counter"] for e in found["traceEvents"] if e["ph"] == "C" and e["name"] == "counter"]
    assert counts == [2, 7]
    starts = {e["name"]: e["ts"] for e in found["traceEvents"] if e["ph"] == "B"}
    ends = {e["name"]: e["ts"] for e in found["traceEvents"] if e["ph"] == "E"}
    assert starts["task"] <= starts["aten::mm"] <= ends["aten::mm"] <= ends["task"]


def test_pauses_are_left_out(trace):
    profiler.set_state("run")
    profiler.pause()
    task = profiler.Domain("place").new_task("unseen")
    task.start()
    work()
    task.stop()
    profiler.resume()
    mx.nd.ones(3).asnumpy()
    profiler.set_state("stop")
    assert "aten::mm" not in names(trace) and "unseen" not in names(trace)


def test_tables(trace):
    profiler.set_state("run")
    work()
    work()
    text = profiler.dumps()
    assert text.startswith("\nProfile Statistics:\n\tNote the difference in units for different entries.\n")
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.startswith("aten::")}
    assert rows["aten::mm"][0] == "2" and len(rows["aten::mm"]) == 5
    found = json.loads(profiler.dumps(format="json", sort_by="count", ascending=True))
    counts = [row["Count"] for row in found["Time"]["operator"].values()]
    assert counts == sorted(counts)
    assert found["Memory"]["Device Storage"]["Memory: cpu/0"]["Max"] >= 1.6
    assert found["Unit"] == {"Time": "ms", "Memory": "kB"}
    profiler.dumps(reset=True)
    profiler.pause()
    assert "operator" not in json.loads(profiler.dumps(format="json"))["Time"]


def test_statistics_must_be_asked_for(trace):
    profiler.set_config(filename=trace, aggregate_stats=False, continuous_dump=False)
    profiler.set_state("run")
    work()
    assert profiler.dumps() == ""


def test_dump_of_a_running_profiler(trace):
    profiler.set_state("run")
    work()
    profiler.dump(False)
    first = len(names(trace))
    work()
    profiler.dump()
    assert len(names(trace)) > first > 0
    assert not SESSION.running


def test_deprecated_names_warn(trace):
    with pytest.warns(UserWarning, match="profiler.set_config"):
        profiler.profiler_set_config("all", str(trace))
    with pytest.warns(UserWarning, match="profiler.set_state"):
        profiler.profiler_set_state("run")
    with pytest.warns(UserWarning, match="profiler.dump"):
        profiler.dump_profile()
    assert trace.exists()


def test_unknown_settings_list_the_known_ones():
    with pytest.raises(mx.MXNetError, match="Cannot find argument 'speed', Possible Arguments: profile_all"):
        profiler.set_config(speed=3)
    with pytest.raises(mx.MXNetError, match="server"):
        profiler.set_config(profile_process="server", continuous_dump=False)


def test_dump_before_any_run_is_refused() -> None:
    program = "import mxcompat as mx\ntry:\n    mx.profiler.dump()\nexcept mx.MXNetError as error:\n    print(error)\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert "run" in done.stdout


def test_nothing_is_printed_while_recording(tmp_path: Path) -> None:
    program = (
        "import mxcompat as mx\nmx.profiler.set_config(profile_imperative=True, aggregate_stats=True)\n"
        "mx.profiler.set_state('run')\n(mx.nd.ones(3) + 1).wait_to_read()\nmx.profiler.set_state('stop')\n"
        "import os\nprint('add' in mx.profiler.dumps(), os.environ.get('KINETO_LOG_LEVEL'))\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "KINETO_LOG_LEVEL"}
    command = [sys.executable, "-c", program]
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)  # the profile goes to the working folder
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=True, env=environment, cwd=tmp_path
    )
    assert (done.stdout, done.stderr) == ("True None\n", "")
