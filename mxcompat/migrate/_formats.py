"""A scan's report as text, JSON, Markdown and SARIF."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

from mxcompat.migrate._advice import advice
from mxcompat.migrate._scan import FileReport, Report
from mxcompat.migrate._uses import Place, Status, Use

_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
_MANY_PLACES = 3


def headline(files: list[FileReport]) -> str:
    """``212 of 217 uses run; these 5 lines do not``."""
    uses = [use for file in files for use in file.uses]
    failing = [use for use in uses if use.status is Status.FAILS]
    lines = len({(use.place.path, use.place.cell, use.place.line) for use in failing})
    broken = sum(len(file.broken) for file in files)
    if not uses and not broken:
        return "no use of MXNet found"
    text = f"{len(uses) - len(failing)} of {len(uses)} uses run"
    if lines:
        text += f"; {'these ' + str(lines) + ' lines do' if lines > 1 else 'this line does'} not"
    if broken:
        text += f"; {broken} {'places are' if broken > 1 else 'place is'} not Python 3 and could not be looked at"
    return text


def exit_code(report: Report) -> int:
    """0: nothing found that does not run; 1 otherwise."""
    return 0 if report.runs else 1


def as_text(report: Report, every: bool = False) -> str:
    """The lines that do not run with what to do, then what may matter, by name.

    Args:
        every: list every place of every name, those that run too.
    """
    return "\n".join(_text(report, every))


def _text(report: Report, every: bool) -> Iterator[str]:
    concerned = [file for file in report.files if file.concerned]
    yield headline(report.files) + "."
    if concerned or report.unreadable:
        good = sum(file.runs for file in concerned)
        yield f"{good} of {len(concerned)} files that use MXNet have no such line ({len(report.files)} files read)."
    failing = [use for use in report.uses if use.status is Status.FAILS]
    broken = [item for file in report.files for item in file.broken]
    if failing or broken or report.unreadable:
        yield "\nDoes not run:"
        yield from (f"  {place}: not Python 3: {message}" for place, message in broken)
        yield from (f"  {line}" for line in report.unreadable)
        for name, detail, uses in _by_name(failing):
            yield f"  {name} ({_times(len(uses))}): {detail}; {advice(uses[0])}"
            yield from (f"    {line}" for line in _lines(uses))
    for status, title in (
        (Status.NO_EFFECT, "Runs, without effect here:"),
        (Status.DIFFERS, "Runs, with a listed difference:"),
        (Status.UNCERTAIN, "Cannot be told from the code:"),
    ):
        rows = _by_name([use for use in report.uses if use.status is status])
        if rows:
            yield f"\n{title}"
            for name, detail, uses in rows:
                yield f"  {name} ({_times(len(uses))}: {_places(uses, every)}): {detail}"
    if every:
        yield "\nRuns:"
        for name, _, uses in _by_name([use for use in report.uses if use.status is Status.RUNS]):
            yield f"  {name} ({_times(len(uses))}: {_places(uses, every)})"
    if report.packages:
        yield "\nPackages that import mxnet:"
        for name, files in sorted(report.packages.items()):
            if files is None:
                yield f"  {name}: not looked into (--follow does)"
                continue
            yield f"  {name}: {headline(files)}"
            for use in (use for file in files for use in file.uses if use.status is Status.FAILS):
                yield f"    {use.place}: {use.name}: {use.detail}"


def _by_name(uses: list[Use]) -> list[tuple[str, str, list[Use]]]:
    found: dict[tuple[str, str], list[Use]] = {}
    for use in uses:
        found.setdefault((use.name, use.detail), []).append(use)
    rows = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [(name, detail, places) for (name, detail), places in rows]


def _lines(uses: list[Use]) -> Iterator[str]:
    """``file.py:3, 8`` for each file or cell."""
    found: dict[tuple[str, int | None], list[int]] = {}
    for use in uses:
        lines = found.setdefault((use.place.path, use.place.cell), [])
        if use.place.line not in lines:
            lines.append(use.place.line)
    for (path, cell), lines in found.items():
        yield f"{path if cell is None else f'{path}:cell {cell}'}:{', '.join(map(str, lines))}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _places(uses: list[Use], every: bool) -> str:
    shown = uses if every else uses[:_MANY_PLACES]
    text = ", ".join(str(use.place) for use in shown)
    return text if len(shown) == len(uses) else f"{text}, ..."


# ------------------------------------------------------------------------------------------ JSON


def as_json(report: Report) -> str:
    """Everything, for programs."""
    counts = report.counts()
    data = {
        "summary": {
            "text": headline(report.files),
            "runs": report.runs,
            "files": len(report.files),
            "files_with_mxnet": sum(file.concerned for file in report.files),
            "uses": {status.value: counts.get(status, 0) for status in Status},
        },
        "unreadable": report.unreadable,
        "files": [_file(file) for file in report.files if file.concerned],
        "names": dict(Counter(use.name for use in report.uses).most_common()),
        "packages": {
            name: None if files is None else [_file(file) for file in files if file.concerned]
            for name, files in sorted(report.packages.items())
        },
    }
    return json.dumps(data, indent=2)


def _file(file: FileReport) -> dict[str, Any]:
    return {
        "path": file.path,
        "runs": file.runs,
        "skipped_cells": file.skipped,
        "not_python_3": [{**_place(place), "message": message} for place, message in file.broken],
        "uses": [
            {
                "name": use.name,
                "status": use.status.value,
                **_place(use.place),
                **({"detail": use.detail, "advice": advice(use)} if use.detail else {}),
                **({"guessed": True} if use.guessed else {}),
            }
            for use in file.uses
        ],
    }


def _place(place: Place) -> dict[str, int]:
    cell = {} if place.cell is None else {"cell": place.cell}
    return {**cell, "line": place.line, "column": place.column}


# ------------------------------------------------------------------------------------------ Markdown


def as_markdown(report: Report) -> str:
    """For an issue, or a pull request."""
    lines = ["# What mxcompat makes of it", "", headline(report.files) + ".", ""]
    lines += ["| file | uses | do not run | differ | without effect |", "| --- | ---: | ---: | ---: | ---: |"]
    for file in report.files:
        if file.concerned:
            counts = Counter(use.status for use in file.uses)
            bad = str(counts[Status.FAILS]) if not file.broken else f"{counts[Status.FAILS]} + not Python 3"
            row = (len(file.uses), bad, counts[Status.DIFFERS], counts[Status.NO_EFFECT])
            lines.append(f"| {file.path} | " + " | ".join(map(str, row)) + " |")
    findings = [use for use in report.uses if use.status not in (Status.RUNS, Status.DIFFERS)]
    broken = [item for file in report.files for item in file.broken]
    if findings or broken or report.unreadable:
        lines += ["", "## Lines", ""]
        lines += [f"- `{place}`: not Python 3: {message}" for place, message in broken]
        lines += [f"- {line}" for line in report.unreadable]
        for use in sorted(findings, key=lambda use: use.status is not Status.FAILS):
            lines.append(f"- `{use.place}`: **{use.status.value}** `{use.name}`: {use.detail}; {advice(use)}")
    rows = _by_name([use for use in report.uses if use.status is Status.DIFFERS])
    if rows:
        lines += ["", "## Listed differences", ""]
        lines += [f"- `{name}` ({_times(len(uses))}): {detail}" for name, detail, uses in rows]
    return "\n".join(lines)


# ------------------------------------------------------------------------------------------ SARIF

_RULES = {
    Status.FAILS: ("not-supported", "error", "A name or argument that mxcompat does not have."),
    Status.DIFFERS: ("differs", "note", "A name whose results differ from MXNet 1.9.1 in some listed case."),
    Status.NO_EFFECT: ("no-effect", "note", "An argument or call that does nothing here."),
    Status.UNCERTAIN: ("cannot-tell", "warning", "A name that is known only when the program runs."),
}


def as_sarif(report: Report) -> str:
    """SARIF 2.1.0, for code scanning."""
    results = [
        _result(*_RULES[use.status][:2], f"{use.name}: {use.detail}; {advice(use)}", use.place)
        for use in report.uses
        if use.status is not Status.RUNS
    ]
    results += [
        _result("not-python-3", "error", f"not Python 3: {message}", place)
        for file in report.files
        for place, message in file.broken
    ]
    rules = [{"id": rule, "shortDescription": {"text": text}} for rule, _, text in _RULES.values()]
    rules.append({"id": "not-python-3", "shortDescription": {"text": "Code that Python 3 cannot read."}})
    driver = {"name": "mxcompat scan", "rules": rules}
    run = {
        "tool": {"driver": driver},
        "results": results,
        "invocations": [
            {
                "executionSuccessful": not report.unreadable,
                "toolExecutionNotifications": [
                    {"level": "error", "message": {"text": line}} for line in report.unreadable
                ],
            }
        ],
    }
    return json.dumps({"$schema": _SARIF, "version": "2.1.0", "runs": [run]}, indent=2)


def _result(rule: str, level: str, text: str, place: Place) -> dict[str, Any]:
    path = Path(place.path)
    uri = path.as_uri() if path.is_absolute() else PurePath(place.path).as_posix()
    message = text if place.cell is None else f"cell {place.cell}, line {place.line}: {text}"
    # a notebook's cells have no lines that a viewer of the file could show
    region = {"startLine": place.line, "startColumn": place.column} if place.cell is None else {"startLine": 1}
    location = {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
    return {"ruleId": rule, "level": level, "message": {"text": message}, "locations": [location]}
