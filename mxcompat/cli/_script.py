"""Run a script or a module as ``python`` itself would, with the alias installed. Standard library only."""

from __future__ import annotations

import importlib.util
import os
import runpy
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType, TracebackType

from mxcompat.cli._errors import CommandError, did_you_mean
from mxcompat.dropin import install

_FRAMES_OF_THE_MACHINERY = {
    __file__,
    runpy.__file__,
    "<frozen runpy>",
    "<frozen importlib._bootstrap>",
    "<frozen importlib._bootstrap_external>",
}


#: set by ``run --report`` for the process of the program
REPORT = "MXCOMPAT_RUN_REPORT"


class _ScriptLoader(SourceFileLoader):
    """Compile a file as the main program: never through, or into, ``__pycache__``."""

    def get_code(self, fullname: str) -> CodeType:
        code: CodeType = self.source_to_code(self.get_data(self.path), self.path)
        return code


def is_notebook(target: str) -> bool:
    """Tell from its name whether a target is a notebook."""
    return target.lower().endswith(".ipynb")


def is_plain_run(arguments: Sequence[str]) -> bool:
    """Tell whether this is ``run FILE.py ...`` or ``run -m MODULE ...``, which needs no option parser."""
    if len(arguments) < 2 or arguments[0] != "run":
        return False
    if arguments[1] == "-m":
        return len(arguments) > 2
    return not arguments[1].startswith("-") and not is_notebook(arguments[1])


def run(arguments: Sequence[str], *, numpy_names: bool = True) -> int:
    """Run ``FILE ...`` or ``-m MODULE ...`` and return the exit code; its ``SystemExit`` passes through."""
    if REPORT in os.environ:
        from mxcompat.cli._watched import watch

        write = watch(arguments[1] if arguments[0] == "-m" else arguments[0])
        if write is not None:
            try:
                return _run(arguments, numpy_names)
            finally:
                write()
    return _run(arguments, numpy_names)


def _run(arguments: Sequence[str], numpy_names: bool) -> int:
    if arguments[0] == "-m":
        return run_module(arguments[1], arguments[2:], numpy_names=numpy_names)
    return run_script(arguments[0], arguments[1:], numpy_names=numpy_names)


def check_file(path: str) -> Path:
    """Return the path of an existing file.

    Raises:
        CommandError: there is none, or it is a folder.
    """
    file = Path(path)
    if file.is_dir():
        raise CommandError(f"{path} is a folder; name a .py file, a .ipynb notebook, or use -m MODULE")
    if not file.exists():
        folder = file.parent
        known = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
        raise CommandError(f"{path}: no such file{did_you_mean(file.name, known, cutoff=0.75)}")
    return file


def run_script(path: str, arguments: Sequence[str], *, numpy_names: bool = True) -> int:
    """Run a Python file as ``__main__``."""
    file = check_file(path)
    if not os.access(file, os.R_OK):
        raise CommandError(f"{path} cannot be read: permission denied")
    install(numpy_names=numpy_names)
    sys.argv[:] = [path, *arguments]
    _replace_first_path_entry(str(file.resolve().parent))
    return _reporting_as_python_does(lambda: _run_as_main(os.path.abspath(path), spec=None))


def run_module(name: str, arguments: Sequence[str], *, numpy_names: bool = True) -> int:
    """Run a module, or a package's ``__main__``, as ``python -m`` does."""
    if name.endswith(".py") or "/" in name or os.sep in name or not all(name.split(".")):
        hint = f"; to run the file, leave out -m: mxcompat run {name}" if Path(name).is_file() else ""
        raise CommandError(f"-m {name}: not the name of a module{hint}")
    install(numpy_names=numpy_names)
    _replace_first_path_entry(str(Path.cwd()))
    sys.argv[:] = ["-m", *arguments]  # as python -m has it while packages above the module are imported

    def program() -> None:
        spec = _find(name)
        if spec is None:
            raise CommandError(f"-m {name}: no such module")
        if spec.submodule_search_locations is not None:
            spec = _find(f"{name}.__main__")
            if spec is None:
                raise CommandError(f"-m {name}: a package without a __main__ module; it cannot be run")
        if isinstance(spec.loader, SourceFileLoader):
            sys.argv[0] = spec.loader.path
            _run_as_main(spec.loader.path, spec)
        else:  # from a zip file, say
            runpy.run_module(name, run_name="__main__", alter_sys=True)

    return _reporting_as_python_does(program)


def _run_as_main(path: str, spec: ModuleSpec | None) -> None:
    """Run a source file as the module ``__main__``, which stays in place afterwards.

    runpy would take its module away when the file ends; functions registered with atexit, and threads that go
    on, still need ``__main__`` and what it holds.
    """
    loader = _ScriptLoader("__main__", path)
    module = ModuleType("__main__")
    module.__dict__.update(__file__=path, __cached__=None, __loader__=loader, __builtins__=__builtins__)
    module.__spec__ = spec
    module.__package__ = spec.parent if spec is not None else None
    sys.modules["__main__"] = module
    loader.exec_module(module)


def _find(module: str) -> ModuleSpec | None:
    try:
        return importlib.util.find_spec(module)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{module}.".startswith(f"{error.name}."):
            return None  # a package above it is missing; anything else is a fault inside one of them
        raise


def _replace_first_path_entry(entry: str) -> None:
    """Give ``sys.path`` the first entry it would have had without us: not the command's folder."""
    if getattr(sys.flags, "safe_path", False):  # python -P (3.11 and later): there is no such entry
        return
    sys.path[:1] = [entry]
    if PathFinder.find_spec("mxcompat") is None:  # an uninstalled checkout: child processes must find it, too
        sys.path.append(str(Path(__file__).resolve().parents[2]))


def _reporting_as_python_does(program: Callable[[], object]) -> int:
    """Run the program; show an uncaught exception without the frames of this command."""
    try:
        program()
    except CommandError:
        raise
    except (Exception, KeyboardInterrupt) as error:
        error.__traceback__ = _without_machinery(error.__traceback__)
        sys.excepthook(type(error), error, error.__traceback__)
        return 130 if isinstance(error, KeyboardInterrupt) else 1
    return 0


def _without_machinery(traceback: TracebackType | None) -> TracebackType | None:
    while traceback is not None and traceback.tb_frame.f_code.co_filename in _FRAMES_OF_THE_MACHINERY:
        traceback = traceback.tb_next
    return traceback
