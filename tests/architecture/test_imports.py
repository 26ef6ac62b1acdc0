"""What `import mxcompat` may load, and what loading a room may need."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "mxcompat"


def run_python(code: str) -> dict[str, list[str]]:
    """Run ``code`` in a fresh interpreter and return the JSON that it prints last."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def loaded_by_mxcompat() -> set[str]:
    """The modules that `import mxcompat` adds to those of `import numpy, torch`."""
    found = run_python(
        "import json, sys, numpy, torch\n"
        "before = set(sys.modules)\n"
        "import mxcompat\n"
        "print(json.dumps({'new': sorted(set(sys.modules) - before)}))\n"
    )
    return set(found["new"])


def test_import_loads_no_third_party_package(loaded_by_mxcompat: set[str]) -> None:
    top_level = {name.partition(".")[0] for name in loaded_by_mxcompat}
    assert top_level - sys.stdlib_module_names - {"numpy", "torch"} == {"mxcompat"}


def test_import_does_not_activate_the_alias(loaded_by_mxcompat: set[str]) -> None:
    assert not {name for name in loaded_by_mxcompat if name.partition(".")[0] == "mxnet"}


@pytest.mark.parametrize("heavy", ["torch._dynamo", "torch._inductor", "torch.utils.data", "torch.onnx"])
def test_import_leaves_heavy_torch_modules_alone(loaded_by_mxcompat: set[str], heavy: str) -> None:
    assert heavy not in loaded_by_mxcompat, f"{heavy} costs start-up time and must be loaded on first use"


@pytest.mark.parametrize("room", ["cli", "dropin"])
def test_import_leaves_rooms_for_the_command_line_alone(loaded_by_mxcompat: set[str], room: str) -> None:
    inside = {name for name in loaded_by_mxcompat if name.startswith(f"mxcompat.{room}.")}
    if room == "cli":
        assert not inside | ({"mxcompat.cli"} & loaded_by_mxcompat)
    third_party = {name.partition(".")[0] for name in loaded_by_mxcompat} & {
        "click",
        "rich",
        "nbclient",
        "IPython",
    }
    assert not third_party


def test_dropin_loads_no_other_room() -> None:
    """The alias must not depend on what it is an alias of (decision 0002)."""
    found = run_python(
        "import json, sys, types\n"
        "before = set(sys.modules)\n"
        "package = types.ModuleType('mxcompat')\n"  # a stand-in: the real one loads everything
        f"package.__path__ = [{str(PACKAGE)!r}]\n"
        "sys.modules['mxcompat'] = package\n"
        "import mxcompat.dropin\n"
        "print(json.dumps({'new': sorted(set(sys.modules) - before - {'mxcompat'})}))\n"
    )
    rooms = {".".join(name.split(".")[:2]) for name in found["new"] if name.startswith("mxcompat.")}
    assert rooms == {"mxcompat.dropin"}
    assert not {name for name in found["new"] if name.partition(".")[0] == "torch"}


def test_the_startup_file_needs_the_standard_library_only() -> None:
    """`mxcompat enable` lets every start of the interpreter load this file, by itself."""
    tree = ast.parse((PACKAGE / "dropin" / "_startup.py").read_text(encoding="utf-8"))
    needed: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            needed |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            needed.add((node.module or "").partition(".")[0])
    assert needed <= sys.stdlib_module_names


def test_every_room_is_a_package_with_a_docstring() -> None:
    rooms = sorted(path.parent for path in PACKAGE.glob("*/__init__.py"))
    assert rooms
    without = [room.name for room in rooms if not ast.get_docstring(ast.parse((room / "__init__.py").read_text()))]
    assert not without
