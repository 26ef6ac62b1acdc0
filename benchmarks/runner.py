"""Run a program for all contenders: a fresh process each time, taking turns, several rounds."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = tuple(sorted(path.stem for path in (ROOT / "benchmarks/programs").glob("[a-z]*.py")))
TIME_LIMIT = 600  # seconds for one process
#: programs in which everyone takes the number of threads that it takes when nobody says (MXNet: half the processors)
AS_THEY_COME = frozenset({"random_laws"})


class WorkerFailed(RuntimeError):
    """A contender's process ended badly; the message carries what it said last."""


@dataclass
class Result:
    """What one program measured: contender → name → one number per round."""

    program: str
    rounds: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    def medians(self) -> dict[str, dict[str, float]]:
        return {
            contender: {name: median(values) for name, values in measured.items()}
            for contender, measured in self.rounds.items()
        }


def available_contenders() -> list[str]:
    """torch and mxcompat, and MXNet where MXNET_PYTHON names a Python that has it."""
    return ["torch", "mxcompat", *(["mxnet"] if os.environ.get("MXNET_PYTHON") else [])]


def _interpreter(contender: str) -> str:
    return os.environ["MXNET_PYTHON"] if contender == "mxnet" else sys.executable


def run_worker(program: str, contender: str, threads: int, quick: bool) -> dict[str, dict[str, float]]:
    """One measurement in a fresh process."""
    command = [
        _interpreter(contender),
        "-m",
        "benchmarks.worker",
        program,
        contender,
        "--threads",
        "0" if program in AS_THEY_COME else str(threads),
    ]
    limits = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(threads))
    environment = {**os.environ, **limits, "PYTHONPATH": str(ROOT)}
    if program in AS_THEY_COME:
        for name in limits:
            del environment[name]
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an import is timed as users have it: compiled once
    done = subprocess.run(
        command + ["--quick"] * quick,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT,
    )
    if done.returncode != 0:
        raise WorkerFailed(f"{program} for {contender} failed:\n{done.stderr.strip()[-2000:]}")
    answer: dict[str, dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return answer


def run_program(
    program: str,
    contenders: Sequence[str],
    *,
    rounds: int,
    threads: int,
    quick: bool = False,
    progress: Callable[[str], None] = lambda line: None,
) -> Result:
    """Measure ``program``: each contender once a round, A B C A B C, so that a slow minute hits them all."""
    result = Result(program)
    if (
        program == "import_time" and not quick
    ):  # whoever goes first would pay for cold disk caches and missing byte code
        for contender in contenders:
            run_worker(program, contender, threads, quick)
    for number in range(1, rounds + 1):
        for contender in contenders:
            progress(f"{program}: round {number} of {rounds}, {contender}")
            answer = run_worker(program, contender, threads, quick)
            into = result.rounds.setdefault(contender, {})
            for name, value in answer["measured"].items():
                into.setdefault(name, []).append(value)
            python = answer["versions"].pop("python")
            result.versions.update({who: f"{v} (Python {python})" for who, v in answer["versions"].items()})
    return result


def machine(threads: int) -> dict[str, object]:
    """Where the numbers were taken."""
    return {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "threads": threads,
        "load before": round(os.getloadavg()[0], 2),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
