"""Switch the alias on and off in this process, and say whether it is on."""

from __future__ import annotations

import importlib
import sys
import threading
from dataclasses import dataclass
from importlib.machinery import PathFinder
from importlib.metadata import DistributionFinder, MetadataPathFinder
from pathlib import Path

from mxcompat.dropin import _numpy_names, _pth
from mxcompat.dropin._finder import AliasFinder
from mxcompat.dropin._startup import ALIAS, EMULATED_VERSION, TARGET

__all__ = [
    "EMULATED_VERSION",
    "MXNetAlreadyImportedError",
    "Status",
    "install",
    "is_installed",
    "status",
    "uninstall",
]

_lock = threading.RLock()
_finder = AliasFinder(ALIAS, TARGET)


class MXNetAlreadyImportedError(RuntimeError):
    """Another package called ``mxnet`` is already loaded in this process, so the name cannot be used."""


@dataclass(frozen=True)
class Status:
    """What the drop-in is doing in this process.

    Attributes:
        active: ``import mxnet`` gives mxcompat now.
        waiting: it will do so at the first ``import mxnet``, because of ``mxcompat enable``.
        numpy_names: NumPy names that were missing and have been put back.
        enabled_by: the ``.pth`` file of ``mxcompat enable``, if there is one for this interpreter.
        real_mxnet: version and folder of a real MXNet that is installed here as well, if any.
    """

    active: bool
    waiting: bool
    numpy_names: tuple[str, ...]
    enabled_by: Path | None
    real_mxnet: str | None


def install(*, numpy_names: bool = True) -> None:
    """Let ``import mxnet``, and everything below it, give mxcompat's own modules.

    A second call changes nothing, except that ``numpy_names=True`` adds the names if the first call did not.
    A real MXNet that is installed but not yet imported is hidden, not removed; ``uninstall()`` brings it
    back.

    Args:
        numpy_names: also put back the NumPy names that MXNet-era code uses and NumPy has dropped
            (``np.float``, ``np.product``, ...), let scalars print as NumPy 1 printed them (``3.0``, not
            ``np.float32(3.0)``), and let an ``asnumpy()`` of shape (1,) be used as a number. Names that NumPy still
            has are left as they are.

    Raises:
        MXNetAlreadyImportedError: (a ``RuntimeError``) another package called ``mxnet`` has been imported
            already. Its objects cannot be exchanged, and a mixture of the two would be worse than either.
    """
    with _lock:
        _refuse_foreign_mxnet()
        if _finder not in sys.meta_path:
            sys.meta_path.insert(0, _finder)
        if numpy_names:
            _numpy_names.restore()


def uninstall() -> None:
    """Undo ``install()`` in this process: the import hook, the ``mxnet`` modules and the NumPy names.

    Objects made before stay usable under their mxcompat names. Does nothing if the alias is not installed.
    Under ``mxcompat enable`` it is off for the rest of this process; new interpreters start with it again.
    """
    with _lock:
        sys.meta_path[:] = [f for f in sys.meta_path if f is not _finder and not _is_starter(f)]
        for name in [name for name in sys.modules if _is_alias(name)]:
            if _is_ours(name):
                del sys.modules[name]
        _numpy_names.remove()
        importlib.invalidate_caches()


def is_installed() -> bool:
    """Tell whether ``import mxnet`` gives mxcompat in this process."""
    return _finder in sys.meta_path


def status() -> Status:
    """Return what the drop-in is doing in this process and for this interpreter."""
    return Status(
        active=is_installed(),
        waiting=not is_installed() and any(_is_starter(f) for f in sys.meta_path),
        numpy_names=_numpy_names.restored(),
        enabled_by=_pth.enabled_file(),
        real_mxnet=_real_mxnet(),
    )


def _is_starter(finder: object) -> bool:
    return type(finder).__name__ == _pth.STARTER  # by name: the line in the .pth file makes its own class


def _is_alias(module_name: str) -> bool:
    return module_name.partition(".")[0] == ALIAS


def _is_ours(module_name: str) -> bool:
    module = sys.modules[module_name]
    return getattr(module, "__name__", "").partition(".")[0] == TARGET


def _refuse_foreign_mxnet() -> None:
    for name in (ALIAS, *(name for name in list(sys.modules) if _is_alias(name))):
        if sys.modules.get(name) is not None and not _is_ours(name):
            where = getattr(sys.modules[name], "__file__", None) or "an unknown place"
            raise MXNetAlreadyImportedError(
                f"{name} is already imported in this process, from {where}; its objects and mxcompat's "
                f"cannot be mixed. Start a fresh process and install before the first `import {ALIAS}`."
            )


def _real_mxnet() -> str | None:
    """Describe a real MXNet on the path, looking past the alias."""
    spec = PathFinder.find_spec(ALIAS)
    if spec is None or spec.origin is None:  # no origin: a mere folder of that name
        return None
    found = list(MetadataPathFinder.find_distributions(DistributionFinder.Context(name=ALIAS)))
    version = found[0].version if found else "of unknown version"
    return f"{version} ({Path(spec.origin).parent})"
