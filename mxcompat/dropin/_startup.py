"""What stands behind ``mxcompat enable``: answer for ``mxnet``, importing mxcompat only when ``mxnet`` is.

The ``.pth`` line (see ``_pth.py``) runs this file by its path, when somebody first asks for ``mxnet``.
Importing it as ``mxcompat.dropin._startup`` from there would load torch, only to answer whether ``mxnet`` can
be found. So it stands alone: nothing of mxcompat is imported at its top.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from importlib.metadata import Distribution, DistributionFinder
from pathlib import PurePosixPath
from types import ModuleType

ALIAS = "mxnet"
TARGET = "mxcompat"
EMULATED_VERSION = "1.9.1"
_METADATA = f"""\
Metadata-Version: 2.1
Name: {ALIAS}
Version: {EMULATED_VERSION}
Summary: Apache MXNet's Python API, answered by {TARGET}
"""


class AliasDistribution(Distribution):
    """What ``importlib.metadata.distribution("mxnet")`` answers."""

    def read_text(self, filename: str) -> str | None:
        return _METADATA if filename in {"METADATA", "PKG-INFO"} else None

    def locate_file(self, path: object) -> PurePosixPath:  # type: ignore[override]
        return PurePosixPath(str(path))


def find_distributions(context: DistributionFinder.Context | None) -> Iterator[Distribution]:
    """Answer a metadata query that names ``mxnet``.

    A query without a name lists what is installed (pip does this); the alias is not, so it stays out of such
    lists.
    """
    if str(getattr(context, "name", None)).lower() == ALIAS:
        yield AliasDistribution()


def own_spec(module: ModuleType) -> ModuleSpec | None:
    """Return the spec a module had before any alias loader lent it another."""
    spec = module.__spec__
    return getattr(spec.loader, "lent_from", spec) if spec is not None else None


class MxcompatStarter(Loader):
    """Find and load ``mxnet`` for the first time: install the alias, then hand over mxcompat."""

    def __init__(self) -> None:
        self.lent_from: ModuleSpec | None = None

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(fullname, self, is_package=True) if fullname == ALIAS else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        import_module(f"{TARGET}.dropin").install()
        module = import_module(TARGET)
        self.lent_from = own_spec(module)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Give the module its own spec back: the import system has just lent it the one made here."""
        module.__spec__ = self.lent_from

    def find_distributions(self, context: DistributionFinder.Context | None = None) -> Iterator[Distribution]:
        return find_distributions(context)
