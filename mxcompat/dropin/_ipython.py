"""``%load_ext mxcompat`` and ``%unload_ext mxcompat``."""

from mxcompat.dropin._activation import install, uninstall


def load_ipython_extension(ipython: object) -> None:
    """Called by IPython for ``%load_ext mxcompat``: the same as ``mxcompat.install()``."""
    install()


def unload_ipython_extension(ipython: object) -> None:
    """Called by IPython for ``%unload_ext mxcompat``: the same as ``mxcompat.uninstall()``."""
    uninstall()
