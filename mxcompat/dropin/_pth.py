"""``mxcompat enable`` and ``disable``: have the alias ready at every start of one interpreter.

One file goes into a site directory, ``mxcompat.pth``, with one line that Python runs at start-up. The line
must cost next to nothing, must not fail once mxcompat is gone, and cannot hold statements; so it puts a tiny
finder on ``sys.meta_path`` whose lambdas leave everything to ``_startup.py`` when, and only when, ``mxnet``
is asked for.
"""

from __future__ import annotations

import os
import site
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from mxcompat.dropin._files import write_atomically

PTH_NAME = "mxcompat.pth"
STARTER = "MxcompatStarter"

# Names inside the lambdas are looked up in the module `site`, so they import what they need. mxcompat is
# searched for each time: uninstalled, it is simply not found; upgraded or moved, its new _startup.py is used.
_LINE = (
    f'import sys; sys.meta_path.insert(0, type("{STARTER}", (), {{'
    '"find_spec": lambda self, name, path=None, target=None:'
    ' self.ask("find_spec", name) if name == "mxnet" else None, '
    '"find_distributions": lambda self, context=None: '
    'str(getattr(context, "name", "")).lower() == "mxnet" and self.ask("find_distributions", context) or (), '
    '"ask": lambda self, question, about: (lambda spec: getattr(__import__("runpy").run_path('
    '__import__("os").path.join(__import__("os").path.dirname(spec.origin), "dropin", "_startup.py"))'
    f'["{STARTER}"](), question)(about) if spec and spec.origin else None)'
    '(__import__("importlib.util").util.find_spec("mxcompat"))})())\n'
)


class EnableError(Exception):
    """The files cannot be written or removed; the message says why and what to do."""


def enable() -> Path:
    """Write the file and return its path.

    It goes to this interpreter's site-packages, or to the user's site directory if that one is not writable.

    Raises:
        EnableError: no directory is writable, or fresh interpreters would not find mxcompat.
    """
    if not _is_importable_elsewhere():
        raise EnableError(
            f"{sys.executable} does not find mxcompat from outside this folder, so this would do nothing; "
            "install it first (`pip install mxcompat`, or `pip install -e .` in a checkout)"
        )
    refusals = []
    for folder in _folders():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_atomically(folder / PTH_NAME, _LINE)
        except OSError as error:
            refusals.append(f"{folder} ({error.strerror or error})")
        else:
            return folder / PTH_NAME
    raise EnableError(f"no site directory is writable: {', '.join(refusals)}")


def disable() -> list[Path]:
    """Remove the file wherever ``enable()`` may have put it; return what was removed.

    Raises:
        EnableError: it is there but cannot be removed.
    """
    removed = []
    for folder in _folders():
        try:
            if (folder / PTH_NAME).exists():
                (folder / PTH_NAME).unlink()
                removed.append(folder / PTH_NAME)
        except OSError as error:
            raise EnableError(f"cannot remove {error.filename}: {error.strerror or error}") from error
    return removed


def enabled_file() -> Path | None:
    """Return the ``.pth`` file of ``enable()`` for this interpreter, if there is one."""
    return next((folder / PTH_NAME for folder in _folders() if (folder / PTH_NAME).exists()), None)


def _folders() -> list[Path]:
    """Site directories of this interpreter, the preferred one first."""
    folders = [Path(sysconfig.get_paths()["purelib"])]
    if site.ENABLE_USER_SITE:
        folders.append(Path(site.getusersitepackages()))
    return folders


def _is_importable_elsewhere() -> bool:
    """Tell whether a fresh interpreter, started in another folder, finds mxcompat."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    question = "import importlib.util, sys; sys.exit(importlib.util.find_spec('mxcompat') is None)"
    with tempfile.TemporaryDirectory() as elsewhere:
        answer = subprocess.run(  # a fixed command line: nothing here comes from a user
            [sys.executable, "-c", question], cwd=elsewhere, env=environment, check=False
        )
    return answer.returncode == 0
