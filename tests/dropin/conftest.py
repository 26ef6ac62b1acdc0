"""Every test here leaves the import system as it found it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mxcompat import dropin
from mxcompat.dropin._finder import AliasFinder


@pytest.fixture(autouse=True)
def restored_import_system() -> Iterator[None]:
    path, finders, modules = list(sys.path), list(sys.meta_path), set(sys.modules)
    yield
    dropin.uninstall()
    sys.path[:], sys.meta_path[:] = path, finders
    for name in set(sys.modules) - modules:
        if name.partition(".")[0] in {"mxnet", "realnet", "oldnet"}:
            del sys.modules[name]


@pytest.fixture
def oldnet(tmp_path: Path) -> AliasFinder:
    """A finder that answers ``oldnet`` with a small package ``realnet``, which knows some modules by two names."""
    files = {
        "__init__.py": (
            "import sys\nfrom realnet import nd, symbol\n"
            "ndarray = sys.modules['realnet.ndarray'] = nd\n"  # an alias module, as mxcompat has them
            "sym = symbol\n"  # an attribute only
            "import json\n"  # a module that is not realnet's
        ),
        "nd/__init__.py": "class NDArray:\n    def __init__(self):\n        self.value = 3\n",
        "nd/sparse.py": "import time\ntime.sleep(0.02)  # long enough for other threads to arrive\nclass CSR: pass\n",
        "symbol.py": "",
        "gluon/__init__.py": "",
        "gluon/nn/__init__.py": "class Dense: pass\n",
        "faulty.py": "import a_package_that_is_not_there\n",
    }
    for name, text in files.items():
        file = tmp_path / "realnet" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    sys.path.insert(0, str(tmp_path))
    finder = AliasFinder("oldnet", "realnet")
    sys.meta_path.insert(0, finder)
    return finder
