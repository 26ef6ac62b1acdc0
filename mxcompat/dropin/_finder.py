"""The alias: a meta-path finder that answers ``mxnet.x.y`` with the very module ``mxcompat.x.y``."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import InspectLoader, Loader
from importlib.machinery import ModuleSpec
from importlib.metadata import Distribution, DistributionFinder
from types import CodeType, ModuleType

from mxcompat.dropin._startup import find_distributions, own_spec


class AliasLoader(Loader):
    """Hand out a module known under another name; its ``__name__`` and ``__spec__`` stay as they are."""

    def __init__(self, real_name: str, also_known_as: str) -> None:
        self._real_name = real_name
        self._also_known_as = also_known_as
        self.lent_from: ModuleSpec | None = None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        # Not a look into sys.modules: another thread may be halfway through this module, and importing waits for it.
        module = importlib.import_module(self._real_name)
        # mxcompat.ndarray.x, reached through an alias module, must not become a second copy of mxcompat.nd.x.
        sys.modules.setdefault(self._also_known_as, module)
        self.lent_from = own_spec(module)
        return module

    def get_code(self, fullname: str) -> CodeType | None:
        """The code of the module, for ``python -m``, which runs it as ``__main__``."""
        real = importlib.util.find_spec(self._real_name)
        return real.loader.get_code(self._real_name) if real and isinstance(real.loader, InspectLoader) else None

    def exec_module(self, module: ModuleType) -> None:
        # The import system has just set module.__spec__ to the alias's spec; reload() and pickling need the
        # real one.
        module.__spec__ = self.lent_from


class AliasFinder:
    """Find ``alias`` and everything below it as ``target`` and everything below that.

    Both names lead to one module object. Modules that ``target`` itself knows under several names
    (``mxcompat.ndarray`` is ``mxcompat.nd``) are followed, so a submodule reached by either way is loaded
    once. Nothing is imported by finding, but what a package loads when an attribute of it is asked for.
    """

    def __init__(self, alias: str, target: str) -> None:
        self.alias = alias
        self.target = target

    def __repr__(self) -> str:
        return f"<AliasFinder {self.alias} is {self.target}>"

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == self.alias:
            return self._spec(fullname, self.target, is_package=True)
        if not fullname.startswith(self.alias + "."):
            return None
        direct = self.target + fullname[len(self.alias) :]
        if direct in sys.modules:
            return self._spec(fullname, direct, is_package=hasattr(sys.modules[direct], "__path__"))
        parent_name, _, child = fullname.rpartition(".")
        parent = importlib.import_module(parent_name)
        real = f"{parent.__name__}.{child}"
        if hasattr(parent, "__path__") and (found := importlib.util.find_spec(real)) is not None:
            return self._spec(fullname, real, is_package=found.submodule_search_locations is not None)
        bound = getattr(parent, child, None)  # a module that is only an attribute: `mxcompat.sym`, `mxcompat.nd.numpy`
        if isinstance(bound, ModuleType) and f"{bound.__name__}.".startswith(f"{self.target}."):
            return self._spec(fullname, bound.__name__, is_package=hasattr(bound, "__path__"))
        # Raised here, not left to the import system, so that the message can say whose gap this is.
        raise ModuleNotFoundError(
            f"No module named {fullname!r}: {self.target} does not have it (yet); "
            f"docs/coverage.md of {self.target} lists what it has",
            name=fullname,
        )

    def _spec(self, fullname: str, real_name: str, *, is_package: bool) -> ModuleSpec:
        direct = self.target + fullname[len(self.alias) :]
        loader = AliasLoader(real_name, also_known_as=direct)
        return ModuleSpec(fullname, loader, origin=f"alias of {real_name}", is_package=is_package)

    def find_distributions(self, context: DistributionFinder.Context | None = None) -> Iterator[Distribution]:
        return find_distributions(context)
