"""Make ``import mxnet`` mean mxcompat: ``install()``, ``uninstall()`` and what stands behind them.

Nothing here imports torch or any other room of mxcompat; the alias reaches them through the import system, by
name.
"""

from mxcompat.dropin._activation import (
    EMULATED_VERSION,
    MXNetAlreadyImportedError,
    Status,
    install,
    is_installed,
    status,
    uninstall,
)
from mxcompat.dropin._ipython import load_ipython_extension, unload_ipython_extension

__all__ = [
    "EMULATED_VERSION",
    "MXNetAlreadyImportedError",
    "Status",
    "install",
    "is_installed",
    "load_ipython_extension",
    "status",
    "uninstall",
    "unload_ipython_extension",
]
