"""What ``mxcompat info`` tells. Standard library only, and every part may be missing."""

from __future__ import annotations

import importlib
import platform
import re
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Any

Facts = dict[str, dict[str, str]]

# What the extras bring, for an uninstalled checkout, where the package's own metadata cannot be asked.
_EXTRAS = {
    "cli": ("click", "rich"),
    "notebook": ("ipykernel", "nbclient", "nbformat"),
    "image": ("opencv-python-headless",),
    "migrate": ("libcst",),
    "convert": ("safetensors",),
    "viz": ("graphviz",),
}
_NOT_FOR_USERS = {"all", "dev", "test"}


def collect() -> Facts:
    """Return the facts as sections of name and text."""
    sections: dict[str, Callable[[], dict[str, str]]] = {
        "versions": _versions,
        "extras": _extras,
        "devices": _devices,
        "random numbers": _random,
        "drop-in": _dropin,
    }
    return {title: _guarded(section) for title, section in sections.items()}


def as_text(facts: Facts) -> str:
    """Lay the facts out in two columns."""
    width = max(len(name) for section in facts.values() for name in section)
    lines = []
    for title, section in facts.items():
        lines.append(f"{title}:")
        lines += [f"  {name:{width}}  {value}" for name, value in section.items()]
    return "\n".join(lines)


def _guarded(section: Callable[[], dict[str, str]]) -> dict[str, str]:
    try:
        return section()
    except Exception as error:  # a broken part must not hide the others: this command is how one finds it
        return {"cannot tell": f"{type(error).__name__}: {error}"}


def _versions() -> dict[str, str]:
    package = importlib.import_module("mxcompat")
    own = getattr(package, "__mxcompat_version__", None) or _installed("mxcompat") or "unknown"
    where = next(iter(getattr(package, "__path__", [])), "unknown place")
    return {
        "mxcompat": f"{own} ({where})",
        "answers as mxnet": str(getattr(package, "__version__", "unknown")),
        "python": f"{platform.python_version()} ({sys.executable})",
        "platform": platform.platform(),
        "torch": _installed("torch") or "not installed (pip install torch)",
        "numpy": _installed("numpy") or "not installed (pip install numpy)",
    }


def _extras() -> dict[str, str]:
    rows = {}
    for extra, names in _declared_extras().items():
        missing = [name for name in names if _installed(name) is None]
        have = ", ".join(f"{name} {_installed(name)}" for name in names if name not in missing)
        lack = f"missing {', '.join(missing)} (pip install 'mxcompat[{extra}]')" if missing else ""
        rows[extra] = "; ".join(part for part in (have, lack) if part)
    return rows


def _declared_extras() -> dict[str, tuple[str, ...]]:
    try:
        declared = requires("mxcompat") or []
    except PackageNotFoundError:
        return _EXTRAS
    found: dict[str, list[str]] = {}
    for requirement in declared:
        match = re.match(r"([\w.-]+).*;.*\bextra == ['\"](\w+)['\"]", requirement)
        if match and match[1].lower() != "mxcompat" and match[2] not in _NOT_FOR_USERS:
            found.setdefault(match[2], []).append(match[1])
    return {extra: tuple(names) for extra, names in found.items()} or _EXTRAS


def _devices() -> dict[str, str]:
    torch: Any = importlib.import_module("torch")
    rows = {"cpu": f"{torch.get_num_threads()} threads"}
    if torch.cuda.is_available():
        for i in range(torch.cuda.device_count()):
            properties = torch.cuda.get_device_properties(i)
            rows[f"gpu({i})"] = f"{properties.name}, {properties.total_memory / 2**30:.0f} GiB"
    else:
        built = f"torch is built for CUDA {torch.version.cuda}" if torch.version.cuda else "torch is a CPU build"
        rows["gpu"] = f"none ({built})"
    return rows


def _random() -> dict[str, str]:
    module: Any = importlib.import_module("mxcompat.random")
    engine = module.get_engine()
    meaning = {
        "mxnet": "MXNet's streams on CPU, torch's on CUDA",
        "torch": "torch's generators; set_engine('mxnet') for MXNet's streams",
    }
    return {"engine": f"{engine} ({meaning[engine]})" if engine in meaning else str(engine)}


def _dropin() -> dict[str, str]:
    status = importlib.import_module("mxcompat.dropin").status()
    if status.active:
        now = "`import mxnet` gives mxcompat in this process"
    elif status.waiting:
        now = "`import mxnet` gives mxcompat (started by mxcompat enable)"
    else:
        now = "off in this process; on under `mxcompat run`, mxcompat.install() and %load_ext mxcompat"
    rows = {
        "now": now,
        "every start": f"on, by {status.enabled_by}" if status.enabled_by else "off (mxcompat enable turns it on)",
        "NumPy names": f"{len(status.numpy_names)} restored" if status.numpy_names else "none restored in this process",
        "real mxnet": "not installed",
    }
    if status.real_mxnet:
        rows["real mxnet"] = f"{status.real_mxnet}; hidden wherever the drop-in is on"
    return rows


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
