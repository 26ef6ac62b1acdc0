"""Scanning a project: its files, the modules among them that import each other, and the packages it rests on."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from mxcompat.migrate import _sources
from mxcompat.migrate._analysis import Analyzer
from mxcompat.migrate._errors import MigrateError
from mxcompat.migrate._table import Support, support
from mxcompat.migrate._uses import Place, Project, Scope, Status, Use

_IMPORTS_MXNET = re.compile(rb"^\s*(?:import|from)\s+mxnet\b", re.MULTILINE)


@dataclass
class FileReport:
    """What one file uses.

    Attributes:
        broken: (place, message) of what is no Python 3.
        skipped: cells that are not Python, and snippets that do not stand alone.
    """

    path: str
    uses: list[Use]
    broken: list[tuple[Place, str]] = field(default_factory=list)
    skipped: int = 0

    @property
    def concerned(self) -> bool:
        """Whether it uses MXNet, or cannot be read."""
        return bool(self.uses or self.broken)

    @property
    def runs(self) -> bool:
        return not self.broken and not any(use.status is Status.FAILS for use in self.uses)


@dataclass
class Report:
    """The outcome of a scan.

    Attributes:
        files: every file that was read.
        unreadable: one line for each file that could not be.
        packages: third-party packages that import mxnet -> their files, or None if they were not looked into.
    """

    files: list[FileReport] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    packages: dict[str, list[FileReport] | None] = field(default_factory=dict)

    @property
    def uses(self) -> list[Use]:
        return [use for file in self.files for use in file.uses]

    def counts(self) -> Counter[Status]:
        return Counter(use.status for use in self.uses)

    @property
    def runs(self) -> bool:
        """Whether nothing was found that does not run, and everything could be read."""
        return not self.unreadable and all(file.runs for file in self.files)


class _Program:
    """Files that import each other."""

    def __init__(self, paths: Iterable[Path], table: Support, root: Path | None, tick: Callable[[Path], None]) -> None:
        self._table, self._root = table, root
        self.analyzers: dict[Path, Analyzer] = {}
        self.sources: dict[Path, _sources.Source] = {}
        self.unreadable: list[str] = []
        self._known: dict[Path, Path] = {}
        self._started: set[Path] = set()
        self._imports: dict[Path, set[Path]] = {}
        for path in paths:
            self._known[path.absolute()] = path
        for path in self._known:
            tick(self._known[path])
            self._start(path)
        for analyzer in self.analyzers.values():
            try:
                analyzer.finish()
            except RecursionError:
                self.unreadable.append(f"{analyzer.shown}: nested too deeply to follow")

    def _start(self, path: Path) -> None:
        if path in self._started:
            return
        self._started.add(path)
        shown = self._known[path]
        try:
            source = _sources.read(shown)
        except MigrateError as error:
            self.unreadable.append(str(error))
            return
        analyzer = Analyzer(
            source,
            self._table,
            str(shown),
            lambda module, level: self._find(path, module, level),
            lambda found: self._names(Path(found)),
        )
        self.sources[path], self.analyzers[path] = source, analyzer
        try:
            analyzer.start()
        except RecursionError:
            self.unreadable.append(f"{shown}: nested too deeply to follow")

    def _find(self, importer: Path, module: str, level: int) -> str | None:
        """The file behind an import: below the importer's package, or below any folder above the importer."""
        parts = [part for part in module.split(".") if part]
        folder = importer.parent
        if level:
            for _ in range(level - 1):
                folder = folder.parent
            found = self._file(folder, parts)
            if found is not None:
                self._imports.setdefault(importer, set()).add(Path(found))
            return found
        for base in (folder, *list(folder.parents)[:8]):
            found = self._file(base, parts)
            if found is not None:
                self._imports.setdefault(importer, set()).add(Path(found))
                return found
            if self._root is not None and base == self._root:
                break
        return None

    def _file(self, base: Path, parts: list[str]) -> str | None:
        place = base.joinpath(*parts)
        for path in (place.with_name(place.name + ".py") if parts else None, place / "__init__.py"):
            if path is not None and path in self._known:
                return str(path)
        return None

    def _names(self, path: Path) -> Scope:
        """Top-level names of a module of the program, and its submodules."""
        self._start(path)
        analyzer = self.analyzers.get(path)
        names: Scope = dict(analyzer.scope[0]) if analyzer else {}
        if path.name == "__init__.py":
            return _WithSubmodules(names, lambda name: self._file(path.parent, [name]))
        return names

    def reports(self) -> list[FileReport]:
        found = []
        needed = self._needed()
        for path, analyzer in self.analyzers.items():
            source, shown = self.sources[path], str(self._known[path])
            broken = [(Place(shown, line, 1, cell), message) for cell, line, message in source.broken]
            uses = analyzer.uses
            if not _concerns_mxnet(uses):
                uses = []
                if path not in needed and not _mentions(path):
                    broken = []
            found.append(FileReport(shown, _tidy(uses), broken, source.skipped))
        return found

    def _needed(self) -> set[Path]:
        """The files that use MXNet, and those that they import."""
        waiting = [path for path, analyzer in self.analyzers.items() if _concerns_mxnet(analyzer.uses)]
        found: set[Path] = set()
        while waiting:
            path = waiting.pop()
            if path not in found:
                found.add(path)
                waiting += self._imports.get(path, ())
        return found

    def foreign(self) -> set[str]:
        return set().union(*(analyzer.foreign for analyzer in self.analyzers.values()))


class _WithSubmodules(dict):  # type: ignore[type-arg]
    """Names of a package, its modules among them."""

    def __init__(self, names: Scope, submodule: Callable[[str], str | None]) -> None:
        super().__init__(names)
        self._submodule = submodule

    def get(self, name: str, default: object = None) -> object:
        value = super().get(name)
        if value is None:
            found = self._submodule(name)
            return Project(found) if found else default
        return value


def _concerns_mxnet(uses: list[Use]) -> bool:
    """Whether a file uses MXNet beyond methods that only look like it."""
    return any(not use.guessed for use in uses)


def _tidy(uses: list[Use]) -> list[Use]:
    return sorted(
        dict.fromkeys(uses), key=lambda use: (use.place.cell or 0, use.place.line, use.place.column, use.name)
    )


def _mentions(path: Path) -> bool:
    try:
        return b"mxnet" in path.read_bytes()
    except OSError:
        return False


def scan(paths: list[str], follow: bool = False, tick: Callable[[Path], None] = lambda path: None) -> Report:
    """Scan files and folders.

    Args:
        paths: what to read.
        follow: read the third-party packages of this interpreter that import mxnet, too.
        tick: called with each file before it is read.

    Raises:
        MigrateError: a path that is not there, or nothing in it that could be read.
    """
    table = support()
    files = _sources.collect(paths)
    if not files:
        raise MigrateError(f"{', '.join(paths)}: no script, notebook or Markdown file in there")
    folders = [Path(name).absolute() for name in paths if Path(name).is_dir()]
    program = _Program(files, table, _common(folders), tick)
    report = Report(program.reports(), program.unreadable)
    if not report.files:
        raise MigrateError(report.unreadable[0])
    waiting, seen = sorted(program.foreign()), set()
    while waiting:
        name = waiting.pop(0)
        if name in seen or name in sys.stdlib_module_names or name in ("mxnet", "mxcompat", "torch", "numpy", ""):
            continue
        seen.add(name)
        found = _package_files(name)
        if not found or not any(_IMPORTS_MXNET.search(_bytes(path)) for path in found):
            continue
        report.packages[name] = None
        if follow:
            package = _Program(found, table, found[0].parent.parent, tick)
            report.packages[name] = package.reports()
            waiting += sorted(package.foreign())
    return report


def _common(folders: list[Path]) -> Path | None:
    return Path(os.path.commonpath([str(folder) for folder in folders])) if folders else None


def _package_files(name: str) -> list[Path]:
    """Python files of an installed package; it is found, and not imported."""
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError, AttributeError):
        return []
    if spec is None:
        return []
    if spec.submodule_search_locations:
        return [
            Path(here, file)
            for folder in spec.submodule_search_locations
            for here, _, files in os.walk(folder)
            for file in sorted(files)
            if file.endswith(".py")
        ]
    return [Path(spec.origin)] if spec.origin and spec.origin.endswith(".py") else []


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


__all__ = ["FileReport", "Report", "scan"]
