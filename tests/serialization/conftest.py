"""The programs that both libraries run, loaded by path: MXNet's interpreter runs the same file as a script."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def programs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("serialization_programs", Path(__file__).with_name("programs.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of files that MXNet 1.9.1 wrote."""
    return Path(__file__).with_name("data")
