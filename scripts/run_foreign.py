"""Run a file of somebody else's under the drop-in, in a process of its own, and say how far it came."""

from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import resource
import signal
import sys
import traceback
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import mxcompat
from mxcompat.migrate import _sources
from mxcompat.migrate._errors import MigrateError

# what is slow to import is imported once, before any fork
for _heavy in ("scipy", "pandas", "sklearn", "skimage.io", "matplotlib.pyplot", "cv2", "PIL.Image", "IPython"):
    with contextlib.suppress(ImportError):
        importlib.import_module(_heavy)

PACKAGE = str(Path(mxcompat.__file__).parent)

_MEMORY = 12 << 30


class _StandIn(type):
    """The class of everything that is found in a module that is not installed."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(name)

    def __iter__(cls) -> Iterator[Any]:
        return iter(())

    def __len__(cls) -> int:
        return 0


def _stand_in(name: str) -> Any:
    def new(cls: Any, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs and callable(args[0]):  # a decorator
            return args[0]
        return object.__new__(cls)

    space: dict[str, Any] = {
        "__new__": new,
        "__init__": _nothing,
        "__enter__": _itself,
        "__exit__": _nothing,
        "__call__": _call,
    }
    space |= {
        "__getitem__": _itself,
        "__setitem__": _nothing,
        "__iter__": lambda self: iter(()),
        "__len__": lambda self: 0,
    }
    space["__getattr__"] = lambda self, name: _missing(name) if name.startswith("__") else _stand_in(name)
    return _StandIn(name, (), space)


def _nothing(*args: Any, **kwargs: Any) -> None:
    pass


def _itself(self: Any, *args: Any) -> Any:
    return self


def _call(self: Any, *args: Any, **kwargs: Any) -> Any:
    return args[0] if len(args) == 1 and callable(args[0]) else self


def _missing(name: str) -> Any:
    raise AttributeError(name)


class StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Makes up modules that are not installed, or not built, for files below a folder; asked last."""

    def __init__(self, root: Path) -> None:
        self.made: set[str] = set()
        self._root = str(root)

    def find_spec(self, name: str, path: Sequence[str] | None, target: Any = None) -> Any:
        top = name.partition(".")[0]
        if top in ("mxnet", "mxcompat") or top.startswith("_") or top in sys.stdlib_module_names:
            return None
        if top not in self.made and not self._asked_by_project():
            return None
        self.made.add(name)
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def _asked_by_project(self) -> bool:
        frame = sys._getframe(2)
        while frame.f_back and (
            frame.f_code.co_filename.startswith("<frozen") or "importlib" in frame.f_code.co_filename
        ):
            frame = frame.f_back
        return frame.f_code.co_filename.startswith(self._root)

    def create_module(self, spec: Any) -> types.ModuleType:
        module = types.ModuleType(spec.name)
        module.__path__ = []
        module.__all__ = []  # type: ignore[attr-defined]
        module.__version__ = "1.0"  # type: ignore[attr-defined]

        def find(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return _stand_in(name)

        module.__getattr__ = find  # type: ignore[method-assign]
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        pass


def run_all(paths: list[Path], root: Path, seconds: int) -> list[dict[str, Any]]:
    """Run files of one project, each in a fork of a process that has imported the project's packages.

    Returns:
        For each file: ``state`` (``ran``, ``stopped: ...``, ``failed in mxcompat``), ``why``, ``where`` ([cell, line]
        of the file's own line that failed), ``resolved`` (dotted names that lead somewhere), ``unresolved`` ([cell,
        line, name]).
    """
    places = [path.absolute() for path in paths]

    def project() -> list[dict[str, Any]]:
        stand_ins = _prepare(root.absolute())
        for name in sorted({_dotted(path)[0][0] for path in places if len(_dotted(path)[0]) > 1}):
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            return list(pool.map(lambda path: _one(path, root.absolute(), seconds, stand_ins), places))

    found = _in_fork(project)
    if found is None:
        raise RuntimeError(f"{root}: the process that runs its files died")
    return list(found)


def _one(path: Path, root: Path, seconds: int, stand_ins: StandIns) -> dict[str, Any]:
    def file() -> dict[str, Any]:
        resource.setrlimit(resource.RLIMIT_CPU, (3 * seconds, 3 * seconds + 5))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        return _run(path, root, seconds, stand_ins)

    killed: dict[str, Any] = {"state": "stopped: killed", "why": "", "where": None, "resolved": 0, "unresolved": []}
    return _in_fork(file) or killed


def _in_fork(work: Callable[[], Any]) -> Any:
    """What a function gives in a process of its own; None if that process dies."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        empty = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(empty, number)
        try:
            text = json.dumps(work())
            with os.fdopen(writing, "w") as pipe:
                pipe.write(text)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else None


def _prepare(root: Path) -> StandIns:
    """Switch on the drop-in and the stand-ins, and let the project's modules be found."""
    warnings.simplefilter("ignore")
    stand_ins = StandIns(root)
    sys.meta_path.append(stand_ins)
    mxcompat.install()
    sys.path[:0] = [str(folder) for folder in (root, root / "src") if folder.is_dir()]
    return stand_ins


class _TooLong(BaseException):
    pass


def _run(path: Path, root: Path, seconds: int, stand_ins: StandIns) -> dict[str, Any]:
    sys.argv = [str(path)]
    os.chdir(path.parent)
    above = [folder for folder in [path.parent, *path.parents] if root in folder.parents or folder == root]
    sys.path[:0] = list(dict.fromkeys(str(f) for a in above for f in (a, a / "src") if f.is_dir()))
    source = _sources.read(path)

    def stop(*_: Any) -> None:
        raise _TooLong

    signal.signal(signal.SIGALRM, stop)
    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.alarm(10 * seconds)  # for what waits instead of computing
    names: dict[str, Any] = {"__name__": "foreign", "__file__": str(path)}
    state, why, where = "ran", "", None
    try:
        if path.suffix == ".py":
            names = _import(path, names)
        else:
            for cell in source.cells:
                where = [cell.number, cell.first_line]
                for node in cell.tree.body:  # one by one, as IPython does
                    exec(compile(ast.Module([node], []), str(path), "exec"), names)
        where = None
    except _TooLong:
        state, why = "stopped: time", ""
    except BaseException as error:
        state, why, line = _explain(error, path)
        where = [where[0] if where else None, line]  # lines count within the cell
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.alarm(0)
    if path.suffix == ".py" and "__builtins__" not in names:
        names = _partial(path, names)
    if stand_ins.made and state != "ran":
        why += f" [stand-ins: {', '.join(sorted(stand_ins.made)[:5])}]"
    resolved, unresolved = look_up(source, names)
    return {"state": state, "why": why[:300], "where": where, "resolved": resolved, "unresolved": unresolved}


def _dotted(path: Path) -> tuple[list[str], Path]:
    """The parts of a module's name, as its packages give it, and the folder where they begin."""
    parts, folder = [path.stem], path.parent
    while (folder / "__init__.py").exists():
        parts.insert(0, folder.name)
        folder = folder.parent
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    return parts, folder


def _import(path: Path, names: dict[str, Any]) -> dict[str, Any]:
    """Import a module by the name that its package gives it."""
    parts, folder = _dotted(path)
    sys.path.insert(0, str(folder))
    name = ".".join(parts)
    if len(parts) == 1 and (name in sys.modules or not name.isidentifier()):
        name = f"foreign_{path.stem}"
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise ImportError(name)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    else:
        module = importlib.import_module(name)
    return vars(module)


def _partial(path: Path, names: dict[str, Any]) -> dict[str, Any]:
    """For a module that failed on the way: what its import statements bind, one by one."""
    try:
        cells = _sources.read(path).cells
    except MigrateError:
        return names
    for cell in cells:
        for node in cell.tree.body:
            text = ast.dump(node)
            if isinstance(node, (ast.Import, ast.ImportFrom)) and "mxnet" in text or _is_alias(node):
                with contextlib.suppress(Exception):
                    exec(compile(ast.Module([node], []), str(path), "exec"), names)
    return names


def _is_alias(node: ast.stmt) -> bool:
    """``nd = mx.nd``."""
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute)


def _explain(error: BaseException, path: Path) -> tuple[str, str, int]:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame.lineno or 0 for frame in frames if frame.filename == str(path)]
    line = own[-1] if own else 0
    text = f"{type(error).__name__}: {error}".replace("\n", " ")
    last = frames[-1].filename if frames else ""
    if isinstance(error, SystemExit):
        return "stopped: wants arguments", text, line
    if "this machine has no GPU" in text:
        return "stopped: wants a GPU", text, line
    if isinstance(error, (ImportError, AttributeError)) and ("mxnet" in text or "mxcompat" in text):
        return "failed in mxcompat", text, line
    if isinstance(error, mxcompat.base.NotSupportedError):
        return "failed in mxcompat", text, line
    if isinstance(error, ModuleNotFoundError) and "mxcompat" not in text:
        return "stopped: wants a module", text, line
    empty = "at least one NDArray, got []" in text or "num_args should be greater equal to 1" in text
    if (
        empty
        or isinstance(error, OSError)
        or "No such file" in text
        or "download" in text.lower()
        or "url" in text.lower()
    ):
        return "stopped: wants files", text, line
    if last.startswith(PACKAGE):
        return "failed in mxcompat", text, line
    return "stopped: other", f"{text} ({Path(last).name}:{frames[-1].lineno if frames else 0})", line


# ------------------------------------------------------------------------------------------ names


def look_up(source: _sources.Source, names: dict[str, Any]) -> tuple[int, list[tuple[int | None, int, str]]]:
    """Follow every dotted name from a module of MXNet."""
    resolved, unresolved = 0, []
    rebound = _rebound(source)
    for cell in source.cells:
        inner = {id(node.value) for node in ast.walk(cell.tree) if isinstance(node, ast.Attribute)}
        offset = cell.first_line - 1
        for node in ast.walk(cell.tree):
            if not isinstance(node, ast.Attribute) or id(node) in inner or not isinstance(node.ctx, ast.Load):
                continue
            chain, root = _chain(node)
            if root in rebound:
                continue
            for start in _starts(root, names):
                if _follow(start, chain):
                    resolved += 1
                    break
            else:
                if _starts(root, names):
                    line = getattr(node, "end_lineno", 0) + offset
                    unresolved.append((cell.number, line, ".".join([root, *chain])))
    return resolved, unresolved


def _rebound(source: _sources.Source) -> set[str]:
    """Names that stand for something else in some function: parameters, and what is assigned there."""
    found: set[str] = set()
    for cell in source.cells:
        for function in ast.walk(cell.tree):
            if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                found |= {n.arg for n in ast.walk(function.args) if isinstance(n, ast.arg)} - {"F"}
                stores = [n for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
                found |= {n.id for n in stores}
    parameters = {n.arg for cell in source.cells for n in ast.walk(cell.tree) if isinstance(n, ast.arg)}
    return found | (set() if "F" in parameters else {"F"})


def _chain(node: ast.expr) -> tuple[list[str], str]:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    return parts, node.id if isinstance(node, ast.Name) else ""


def _starts(root: str, names: dict[str, Any]) -> list[Any]:
    if root == "F" and not isinstance(names.get("F"), types.ModuleType):
        return [mxcompat.nd, mxcompat.sym]
    value = names.get(root)
    is_ours = isinstance(value, types.ModuleType) and value.__name__.partition(".")[0] in ("mxcompat", "mxnet")
    return [value] if is_ours else []


def _follow(value: Any, chain: list[str]) -> bool:
    for name in chain:
        if not isinstance(value, (types.ModuleType, type)):
            return True  # an object: its attributes depend on what it holds
        try:
            value = getattr(value, name)
        except AttributeError:
            if isinstance(value, type):
                return True  # perhaps of instances
            try:
                value = importlib.import_module(f"{value.__name__}.{name}")
            except ImportError:
                return False
        except ImportError:
            return False
    return True
