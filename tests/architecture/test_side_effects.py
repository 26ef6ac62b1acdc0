"""mxcompat lives in the user's process as a guest: it changes nothing that is not its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# One flat dictionary of everything global that a guest could disturb.
STATE = """
import hashlib, json, locale, logging, random, signal, sys, threading, warnings
import numpy, torch

def digest(value):
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]

def state():
    return {
        "torch grad mode": torch.is_grad_enabled(),
        "torch inference mode": torch.is_inference_mode_enabled(),
        "torch default dtype": str(torch.get_default_dtype()),
        "torch default device": str(torch.get_default_device()),
        "torch threads": [torch.get_num_threads(), torch.get_num_interop_threads()],
        "torch generator": digest(torch.get_rng_state().tolist()),
        "torch determinism": torch.are_deterministic_algorithms_enabled(),
        "torch precision": torch.get_float32_matmul_precision(),
        "torch cudnn": [torch.backends.cudnn.benchmark, torch.backends.cudnn.deterministic],
        "torch print options": digest(vars(torch._tensor_str.PRINT_OPTS)),
        "torch anomaly mode": torch.is_anomaly_enabled(),
        "torch tensor methods": digest(sorted(vars(torch.Tensor))),
        "numpy generator": digest(numpy.random.get_state()[1].tolist()),
        "numpy error state": numpy.geterr(),
        "numpy print options": digest(sorted(numpy.get_printoptions().items())),
        # submodules appear there when somebody imports them
        "numpy names": digest(sorted(k for k, v in vars(numpy).items() if type(v).__name__ != "module")),
        "python generator": digest(random.getstate()),
        "warning filters": digest(warnings.filters),
        "log handlers": digest([logging.getLogger().handlers, logging.getLogger().level]),
        "import hooks": digest([type(hook).__name__ for hook in sys.meta_path] + [len(sys.path_hooks)]),
        "exception hook": sys.excepthook is sys.__excepthook__,
        "interrupt handler": signal.getsignal(signal.SIGINT) is signal.default_int_handler,
        "threads": threading.active_count(),
        "locale": locale.setlocale(locale.LC_ALL),
        "mxnet": "mxnet" in sys.modules,
    }

# Lazily filled parts of numpy and torch are filled before the first look.
random.seed(1); numpy.random.seed(1); torch.manual_seed(1)
torch.ones(1, requires_grad=True).sum().backward()
before = state()
"""

USES = {
    "import": "import mxcompat",
    "operators": "import mxcompat as mx\nx = mx.nd.ones((2, 3))\n(x + 1).exp().sum().asnumpy()\nstr(x)",
    "recording": (
        "import mxcompat as mx\n"
        "x = mx.nd.arange(4)\n"
        "x.attach_grad()\n"
        "with mx.autograd.record():\n"
        "    y = 2 * mx.nd.dot(x, x)\n"
        "y.backward()\n"
        "x.grad.asnumpy()"
    ),
    "random draws": (
        "import mxcompat as mx\n"
        "mx.random.seed(7)\n"
        "mx.nd.random.normal(shape=(100,)).asnumpy()\n"
        "mx.nd.random.uniform(shape=(100,)).asnumpy()"
    ),
    "an error": (
        "import mxcompat as mx\n"
        "try:\n"
        "    with mx.autograd.record():\n"
        "        mx.nd.dot(mx.nd.ones((2, 3)), mx.nd.ones((2, 3)))\n"
        "except mx.MXNetError:\n"
        "    pass\n"
        "else:\n"
        "    raise SystemExit('no error')"
    ),
}


@pytest.mark.parametrize("use", USES)
def test_nothing_global_changes(use: str) -> None:
    code = f"{STATE}\n{USES[use]}\nprint(json.dumps([before, state()]))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    before, after = json.loads(done.stdout.splitlines()[-1])
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}


@pytest.mark.parametrize("grad_mode", [True, False])
def test_torch_grad_mode_is_the_users_inside_every_scope(grad_mode: bool) -> None:
    import torch

    import mxcompat as mx

    seen = []
    with torch.set_grad_enabled(grad_mode):
        for scope in (
            mx.autograd.record,
            mx.autograd.pause,
            mx.autograd.train_mode,
            mx.autograd.predict_mode,
        ):
            with scope():
                mx.nd.ones((2,)) + 1
                seen.append(torch.is_grad_enabled())
                own = torch.ones(2, requires_grad=True) * 2
                seen.append(own.requires_grad)
    assert seen == [grad_mode] * 8
