"""The live differential test: drawing, the protocol, and (with MXNET_PYTHON) a short run."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from conformance import live
from conformance.calls import Arr, Call, encode_call
from conformance.snapshot import Raised


def test_the_same_seed_draws_the_same_calls() -> None:
    names = live.generators()
    first = [encode_call(call) for _, call, _ in live.draw(names, 7, 300)]
    assert first == [encode_call(call) for _, call, _ in live.draw(names, 7, 300)]
    assert first != [encode_call(call) for _, call, _ in live.draw(names, 8, 300)]


def test_every_generator_makes_a_call_that_can_be_pasted() -> None:
    for name, make in live.generators().items():
        for seed in range(5):
            compile(make(live.Gen(seed)).code(), name, "exec")


def test_families_are_found_and_filtered() -> None:
    assert len(live.generators()) > 100
    assert set(live.generators(["reduce/"])) < set(live.generators())
    assert all("reduce/" in name for name in live.generators(["reduce/"]))


def test_without_an_oracle_it_says_what_to_set(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MXNET_PYTHON", raising=False)
    assert live.main(["--count", "1"]) == 2
    assert "MXNET_PYTHON" in capsys.readouterr().err
    assert live.main(["--family", "nowhere"]) == 2


FAKE = """
import os
import numpy as np

class autograd:
    set_recording = set_training = staticmethod(lambda flag: None)

class random:
    seed = staticmethod(lambda value: None)

class NDArray:
    context, stype = "cpu(0)", "default"
    def __init__(self, values):
        self.values = values
        self.shape = values.shape
    def asnumpy(self):
        return self.values

class nd:
    @staticmethod
    def array(values, dtype=None):
        return NDArray(np.array(values, dtype))
    @staticmethod
    def twice(x):
        print("noise on stdout")
        return NDArray(x.values * 2)
    @staticmethod
    def refuse(x):
        raise KeyError("no")
    @staticmethod
    def die(x):
        os._exit(3)
"""


def test_the_protocol_survives_noise_errors_and_death(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "fake"
    folder.mkdir()
    (folder / "fakemx.py").write_text(FAKE)
    monkeypatch.syspath_prepend(str(folder))
    import fakemx  # type: ignore[import-not-found]

    starter = tmp_path / "start.py"
    starter.write_text(
        f"import sys, runpy\nsys.path[:0] = ['', {str(folder)!r}]\nsys.argv = sys.argv[1:]\n"
        "runpy.run_path(sys.argv[0], run_name='__main__')\n"
    )
    worker = live.Worker(sys.executable, "fakemx")
    worker.command.insert(1, str(starter))
    x = Arr((2,))
    calls = [Call("nd." + name, (x,)) for name in ("twice", "refuse", "die", "twice")]
    drawn = iter([("t", call, None) for call in calls if call.path != "nd.die"])
    assert [outcome.problem for outcome in live.compare(fakemx, worker, drawn)] == [None, None, None]
    worker.send(calls)
    answers = [worker.receive() for _ in range(3)]
    assert answers[0]["out"].values.tolist() == (x.numpy() * 2).tolist()
    assert isinstance(answers[1], Raised) and answers[1].types[0] == "KeyError"
    assert answers[2] is None
    worker.send(calls[:1])
    assert worker.receive()["out"].values.shape == (2,)
    worker.close()


@pytest.mark.live
@pytest.mark.skipif("MXNET_PYTHON" not in os.environ, reason="MXNET_PYTHON does not name a Python with mxnet 1.9.1")
def test_a_short_run_finds_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert live.main(["--count", "2000", "--seed", "1"]) == 0, capsys.readouterr().out
