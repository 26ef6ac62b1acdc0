"""The public surface of a package with MXNet's API: names, signatures, members of classes, operators.

``reflect`` reads it from a live package, ``record.py api`` stores MXNet 1.9.1's in ``golden/api.json``, ``compare``
says where two differ. Works on either library, by looking only.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import os
import re
import sys
import types
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

PATH = Path(__file__).parent / "golden" / "api.json"

#: The modules in scope, below the package ("" is the package itself). A later part of the API is a line here.
MODULES = (
    "",
    "nd",
    "nd.op",
    "nd._internal",
    "nd.contrib",
    "nd.linalg",
    "nd.random",
    "nd.image",
    "nd.sparse",
    "nd.ndarray",
    "nd.utils",
    "autograd",
    "base",
    "context",
    "engine",
    "error",
    "log",
    "operator",
    "random",
    "runtime",
    "util",
    "name",
    "attribute",
    "symbol",
    "symbol.symbol",
    "symbol.op",
    "symbol._internal",
    "symbol.contrib",
    "symbol.linalg",
    "symbol.random",
    "symbol.image",
    "symbol.sparse",
    "lr_scheduler",
    "optimizer",
    "optimizer.optimizer",
    "optimizer.contrib",
    "kvstore",
    "kvstore.base",
    "kvstore.kvstore",
    "kvstore.kvstore_server",
    "gluon",
    "gluon.block",
    "gluon.parameter",
    "gluon.trainer",
    "gluon.utils",
    "gluon.nn",
    "gluon.nn.activations",
    "gluon.nn.basic_layers",
    "gluon.nn.conv_layers",
    "gluon.loss",
    "gluon.contrib.nn",
    "gluon.contrib.nn.basic_layers",
    "gluon.contrib.cnn",
    "gluon.contrib.cnn.conv_layers",
    "gluon.model_zoo",
    "gluon.model_zoo.model_store",
    "gluon.model_zoo.vision",
    "registry",
    "initializer",
    "metric",
    "monitor",
    "profiler",
    "visualization",
    "notebook",
    "notebook.callback",
    "test_utils",
    "misc",
    "recordio",
    "io",
    "io.io",
    "io.utils",
    "image",
    "image.image",
    "image.detection",
    "gluon.data",
    "gluon.data.dataloader",
    "gluon.data.dataset",
    "gluon.data.sampler",
    "gluon.data.vision",
    "gluon.data.vision.datasets",
    "gluon.data.vision.transforms",
    "gluon.contrib.data",
    "gluon.contrib.data.sampler",
    "gluon.contrib.data.text",
    "callback",
    "executor_manager",
    "model",
    "module.base_module",
    "module.module",
    "module.bucketing_module",
    "module.executor_group",
    "module.python_module",
    "module.sequential_module",
    "rnn",
    "rnn.rnn_cell",
    "rnn.rnn",
    "rnn.io",
    "contrib.svrg_optimization",
    "contrib.svrg_optimization.svrg_module",
    "contrib.svrg_optimization.svrg_optimizer",
    "gluon.contrib.estimator",
    "gluon.contrib.estimator.batch_processor",
    "gluon.contrib.estimator.estimator",
    "gluon.contrib.estimator.event_handler",
    "gluon.contrib.estimator.utils",
    "contrib.amp",
    "contrib.amp.amp",
    "contrib.amp.lists",
    "contrib.amp.lists.symbol_bf16",
    "contrib.amp.lists.symbol_fp16",
    "contrib.amp.loss_scaler",
    "contrib.onnx",
    "contrib.quantization",
    "onnx",
    "numpy",
    "numpy.linalg",
    "numpy.random",
    "numpy.arrayprint",
    "numpy.fallback_linalg",
    "numpy.function_base",
    "numpy.io",
    "numpy.stride_tricks",
    "numpy.utils",
    "symbol.numpy",
    "symbol.numpy.linalg",
    "symbol.numpy.random",
    "symbol.numpy_extension",
    "symbol.numpy_extension.image",
    "symbol.numpy_extension.random",
    "numpy_dispatch_protocol",
    "numpy_op_fallback",
    "numpy_op_signature",
    "numpy_extension",
    "numpy_extension.random",
    "numpy_extension.utils",
)

#: Modules that nothing names on its own: they are attributes only once somebody has imported them.
_UNNAMED = {
    ("", "cli"),
    ("", "convert"),
    ("", "migrate"),
    ("", "rewrite"),
    ("", "tools"),
    ("", "usage"),
    ("registry", "stubs"),
}

#: In these modules names that start with an underscore are the API.
_UNDERSCORES = ("nd._internal",)

#: What a printed default holds of this machine and of the package.
_PACKAGE = re.compile(r"<(mxnet|mxcompat)\.")
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


class Mismatch(NamedTuple):
    """One place where two surfaces differ: ``missing``, ``extra``, ``kind``, ``signature`` or ``default``."""

    what: str
    name: str
    expected: str
    actual: str

    def __str__(self) -> str:
        return f"{self.what} {self.name}: expected {self.expected or 'nothing'}, got {self.actual or 'nothing'}"


# ------------------------------------------------------------------------------------------- looking


def signature(value: Any) -> str | None:
    """Names, order and defaults of a callable's parameters, without annotations; None if Python cannot tell."""
    try:
        found = inspect.signature(value)
    except (TypeError, ValueError):
        return None
    empty = inspect.Parameter.empty
    bare = [p.replace(annotation=empty, default=_Shown.of(p.default)) for p in found.parameters.values()]
    text = str(found.replace(parameters=bare, return_annotation=inspect.Signature.empty))
    return _ADDRESS.sub("", text)


class _Shown:
    """A default as it is printed: types by their bare name, since modules differ."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    @staticmethod
    def of(default: Any) -> Any:
        if default is inspect.Parameter.empty:
            return default
        if isinstance(default, type):
            return _Shown(default.__name__)
        if inspect.ismodule(default):
            return _Shown(default.__name__)
        return _Shown(_PACKAGE.sub("<", repr(default)).replace(os.path.expanduser("~"), "~"))


def entry(value: Any, members: bool = True) -> str | dict[str, Any]:
    """One name: ``"def (x, y=1)"``, ``"value int"``, ``"module"``, or a dict for a class."""
    if inspect.isclass(value):
        if not members:
            return "class"
        return {"class": signature(value), "members": dict(sorted(_members(value)))}
    if isinstance(value, types.ModuleType):
        return "module"
    if callable(value):
        return f"def {signature(value)}"
    return f"value {type(value).__name__}"


#: special methods that later versions of Python give to named tuples
_NEWER = frozenset({"__replace__"})


def _members(cls: type) -> Iterator[tuple[str, str]]:
    """Public members and special methods written in Python, inherited ones too."""
    seen = set()
    for base in cls.__mro__:
        if base.__module__ in ("builtins", "_ctypes", "typing", "abc", "collections.abc"):
            continue
        for name, value in vars(base).items():
            if name in seen or name in _NEWER or (name.startswith("_") and not name.endswith("__")):
                continue
            seen.add(name)
            special = name.startswith("__")
            if isinstance(value, (staticmethod, classmethod)):
                value = value.__func__
            if isinstance(value, property) or inspect.isdatadescriptor(value):
                if not special:
                    yield name, "property"
            elif inspect.isclass(value):
                continue
            elif callable(value):
                if special and not (inspect.isfunction(value) or hasattr(value, "__wrapped_operator__")):
                    continue
                yield name, f"def {signature(value)}"
            elif not special:
                yield name, "value"


def module_of(mx: Any, path: str) -> Any:
    """The module at ``path`` below a package; None if there is none."""
    try:
        return importlib.import_module(f"{mx.__name__}.{path}" if path else mx.__name__)
    except ImportError:
        found = mx
        for part in path.split("."):
            found = getattr(found, part, None)
        return found


def _imported(mx: Any, value: Any) -> bool:
    """Whether a value is another package's: a module, function or class that this package merely imports."""
    if isinstance(value, types.ModuleType):
        home: Any = value.__name__
    else:
        home = getattr(value, "__module__", None)
        if isinstance(value, type) and home == "numpy":
            return False  # dtypes are part of the API
    top = home.split(".")[0] if isinstance(home, str) else ""  # MXNet's generated functions name no real module
    return top in sys.modules and top not in (mx.__name__, "mxnet")


def helpers(mx: Any) -> Iterator[str]:
    """Names that a module of ours imports for its own use. ``X as X`` and ``from ... import *`` are for the reader."""
    for path in MODULES:
        module = module_of(mx, path)
        if module is None:
            continue
        tree = ast.parse(inspect.getsource(module))
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        shown = set(getattr(module, "__all__", ()))
        for node in imports:
            for alias in node.names:
                if alias.asname is None and alias.name not in shown:
                    yield _join(path, alias.name)


def _named(module: Any) -> Iterator[tuple[str, Any]]:
    """Names and values of a module, those that it loads when they are first asked for too."""
    for name in sorted(dir(module)):
        try:
            yield name, getattr(module, name)
        except ImportError:
            continue  # planned, and not there yet


def reflect(mx: Any) -> dict[str, dict[str, Any]]:
    """Every public name of every module in scope: module -> name -> entry."""
    surface: dict[str, dict[str, Any]] = {}
    homes: dict[int, str] = {}
    for path in MODULES:
        module_of(mx, path)  # load them all first: a loaded module is a name of the one above it
    for path in MODULES:
        module = module_of(mx, path)
        if module is None:
            continue
        names: dict[str, Any] = {}
        for name, value in _named(module):
            if name.startswith("__") or (name.startswith("_") and path not in _UNDERSCORES):
                continue
            if path in _UNDERSCORES and name.startswith("_") and not inspect.isfunction(value):
                continue
            if _imported(mx, value) or (path, name) in _UNNAMED:
                continue
            # a class is described once, where it is met first
            first = inspect.isclass(value) and id(value) not in homes
            homes.setdefault(id(value), path)
            names[name] = entry(value, first)
        surface[path] = names
    return surface


# ------------------------------------------------------------------------------------------- storing


def write(header: Mapping[str, Any], surface: Mapping[str, Any], operators: Mapping[str, Any]) -> bool:
    """Write the record, a name a line; True when its text changed."""
    lines = ['{"header": ' + json.dumps(header) + ",", '"modules": {']
    for i, (path, names) in enumerate(surface.items()):
        rows = ",\n".join(f"{json.dumps(n)}: {json.dumps(e, ensure_ascii=False)}" for n, e in names.items())
        lines.append(f"{json.dumps(path)}: {{\n{rows}\n}}" + ("," if i < len(surface) - 1 else ""))
    rows = ",\n".join(f"{json.dumps(n)}: {json.dumps(e, ensure_ascii=False)}" for n, e in operators.items())
    text = "\n".join(lines) + '\n},\n"operators": {\n' + rows + "\n}}\n"
    if PATH.exists() and PATH.read_text(encoding="utf-8") == text:
        return False
    PATH.write_text(text, encoding="utf-8")
    return True


def read() -> dict[str, Any]:
    """The record: ``header``, ``modules`` (as ``reflect``), ``operators`` (name -> args, aliases, variadic)."""
    found: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return found


# ------------------------------------------------------------------------------------------- comparing

#: What MXNet's generated methods say of themselves: nothing.
_ANYTHING = ("def (self, *args, **kwargs)", "def (*args, **kwargs)", "def None")


def compare(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> Iterator[Mismatch]:
    """Where ``actual`` (our ``reflect``) differs from ``expected`` (the record)."""
    described = {
        name: found for names in actual.values() for name, found in names.items() if isinstance(found, dict)
    }  # a class is described where it is met first, which may be elsewhere than in the record
    for path, names in expected.items():
        ours = actual.get(path)
        if ours is None:
            yield Mismatch("missing", _join(path), "module", "")
            continue
        for name in sorted({*names, *ours}):
            full = _join(path, name)
            if name not in ours:
                yield Mismatch("missing", full, _short(names[name]), "")
            elif name not in names:
                yield Mismatch("extra", full, "", _short(ours[name]))
            else:
                found = ours[name]
                if isinstance(names[name], dict) and found == "class":
                    found = described.get(name, found)
                yield from _entries(full, names[name], found)


def _join(path: str, name: str = "") -> str:
    return ".".join(part for part in (path, name) if part)


def _short(found: Any) -> str:
    return found if isinstance(found, str) else f"class {found['class']}"


def _entries(full: str, expected: Any, actual: Any) -> Iterator[Mismatch]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        if expected["class"] is not None and expected["class"] != actual["class"]:
            yield Mismatch("signature", full, expected["class"], str(actual["class"]))
        theirs, ours = expected["members"], actual["members"]
        for name in sorted({*theirs, *ours}):
            member = f"{full}.{name}"
            if name not in ours:
                yield Mismatch("missing", member, theirs[name], "")
            elif name not in theirs:
                yield Mismatch("extra", member, "", ours[name])
            else:
                yield from _entries(member, theirs[name], ours[name])
        return
    kinds = [_kind(expected), _kind(actual)]
    if kinds[0] != kinds[1]:
        yield Mismatch("kind", full, _short(expected), _short(actual))
    elif kinds[0] == "def" and expected != actual and expected not in _ANYTHING:
        yield Mismatch("signature", full, expected, actual)


def _kind(found: Any) -> str:
    word = "class" if isinstance(found, dict) else str(found).split(" ", 1)[0]
    return "value" if word == "property" else word


class Row(NamedTuple):
    """A mismatch that is known: what, patterns of names with blanks between them, and why."""

    what: str
    names: str
    reason: str

    def matches(self, found: Mismatch) -> bool:
        return found.what == self.what and any(fnmatchcase(found.name, p) for p in self.names.split())

    def unused(self, found: list[Mismatch]) -> list[str]:
        """Patterns of this row that match none of the mismatches."""
        names = [m.name for m in found if m.what == self.what]
        return [p for p in self.names.split() if not any(fnmatchcase(n, p) for n in names)]
