"""What is masked in printed output, and what is not."""

from __future__ import annotations

import pytest

from mxcompat.cli._masks import mask, settle, without_warnings


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("0.123 sec", "<time>"),
        ("done in 12.3 ms.", "done in <time>."),
        ("1.2s", "<time>"),
        ("1min 3s done", "<time> done"),
        ("took 3.4", "took <time>"),
        ("Epoch[0] Time cost=12.345", "Epoch[0] Time cost <time>"),
        ("perplexity 5.0, time 0.26 sec", "perplexity 5.0, time <time>"),
        ("run time: 4", "run time <time>"),
        ("Speed: 1234.56 samples/sec\tacc=0.5", "Speed: <speed>\tacc=0.5"),
        ("loss 0.10, 1234.5 examples/sec on gpu(0)", "loss 0.10, <speed> on gpu(0)"),
        ("2018-03-04 12:00:01,123 INFO", "<date> INFO"),
        ("2018-03-04T12:00:01Z", "<date>"),
        ("Sun Mar 04 12:00:00 2018", "<date>"),
        ("at 12:03:04", "at <clock>"),
        ("Wall time: 4 s", "<wall time>"),
        ("CPU times: user 1 s, sys: 0 ns, total: 2 s", "<cpu times>"),
        ("10 loops, best of 3: 1.2 ms per loop", "<timeit>"),
        ("10.3 us +- 120 ns per loop (mean +- std. dev. of 7 runs)", "<timeit>"),
        ("<foo.Bar at 0x7f00aabbcc>", "<foo.Bar at <address>>"),
        ("/tmp/tmpab12/x.params", "<temporary path>"),
        ("in /var/folders/zz/T/x: done", "in <temporary path>: done"),
        ("C:\\Users\\me\\AppData\\Local\\Temp\\x.txt", "<temporary path>"),
        ("<ipython-input-3-0a1b2c3d4e5f>", "<cell>"),
        (" 45%|####      | 45/100 [00:01<00:02, 30.1it/s]", ""),
        ("a\nDownloading x from http://example.org/x\nb", "a\nb"),
        ("[12:00:01] src/operator/nn/conv.cc:97: Running performance tests", ""),
        ("\x1b[31mred\x1b[0m", "red"),
    ],
)
def test_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "[1. 2. 3.]",
        "epoch 3 step 4 time step 5",
        "0xff",
        "ratio 3:45",
        "<NDArray 2x3 @cpu(0)>",
        "(3, 4)",
        "version 1.9.1",
        "loss: 0.25, accuracy: 0.5",
        "timestep: 4",
        "float32 int8 10m",
    ],
)
def test_not_masked(text: str) -> None:
    assert mask(text) == text


def test_a_timing_still_counts_as_present() -> None:
    assert mask("loss 1") != mask("loss 1, 2.0 sec")


@pytest.mark.parametrize(
    ("text", "settled"),
    [("10%\r50%\r100%\ndone\n", "100%\ndone\n"), ("a\r\nb\r\n", "a\nb\n"), ("plain", "plain")],
)
def test_overwritten_lines_are_gone(text: str, settled: str) -> None:
    assert settle(text) == settled


def test_python_warnings_are_dropped_from_stderr() -> None:
    text = "before\n/a/b.py:3: DeprecationWarning: old\n  np.float\nafter\n/c.py:1: UserWarning: no source line\nend"
    assert without_warnings(text) == "before\nafter\nend"
