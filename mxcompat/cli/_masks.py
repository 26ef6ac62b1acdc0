"""Take out of a cell's printed output what differs from run to run: times, addresses, progress, paths.

Every rule is a row; a masked part becomes a word in angle brackets on both sides, so its presence still
counts.
"""

from __future__ import annotations

import re

_NUMBER = r"\d+(?:\.\d*)?(?:[eE][-+]?\d+)?"
_UNIT = r"(?:ns|us|µs|μs|ms|s|secs?|seconds?|min|mins|minutes?|h|hrs?|hours?)"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?"

# What is dropped altogether, line by line: it comes and goes with caches, terminals and library versions.
_DROPPED_LINES = re.compile(
    r"""
      ^.*\d+%\|.*\|.*$                                      # a tqdm bar:  45%|####  | 45/100 [00:01<...]
    | ^.*\b\d+(?:\.\d+)?(?:it|[kMG]?i?B|batch(?:es)?)\s*\[\d+:\d\d,.*\]\s*$   # tqdm without a total
    | ^Downloading\ .*$                                     # printed by the run that fills a cache
    | ^\[\d\d:\d\d:\d\d\]\ \S*src/\S+:\d+:.*$               # MXNet's C++ log
    """,
    re.VERBOSE,
)
_WARNING_LINE = re.compile(r"^.*:\d+: \w*Warning: ")

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.MULTILINE), replacement)
    for pattern, replacement in (
        # the gap in a long array, as NumPy before 1.14 wrote it
        (r"\.\.\.,", "..."),
        # %%time and %timeit
        (r"^CPU times: .*$", "<cpu times>"),
        (r"^(?:Wall time|Compiler *: \d).*$", "<wall time>"),
        (r"^.*\bper loop\b.*$", "<timeit>"),
        (r"^The slowest run took .*$\n?(?:^.*cached\.$\n?)?", ""),
        # dates and clocks
        (rf"\b\d{{4}}[-/]\d{{2}}[-/]\d{{2}}(?:[ T]{_CLOCK})?(?:Z|[+-]\d{{2}}:?\d{{2}})?", "<date>"),
        (
            rf"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? \w{{3,9}} +\d{{1,2}},? {_CLOCK}(?: \w+)? \d{{4}}",
            "<date>",
        ),
        (r"(?<![\d:])\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?(?![\d:])", "<clock>"),
        # speeds, before the durations they contain: 1234.5 examples/sec, 30 it/s, 2.1 MB/s
        (rf"{_NUMBER} ?[A-Za-z]+ ?(?:/|per) ?{_UNIT}\b", "<speed>"),
        (rf"\b((?i:speed|throughput)) ?[:=] ?{_NUMBER}", r"\1 <speed>"),
        # durations: 0.123 sec, 1min 3s, time cost=12.3, Elapsed: 4, took 5
        (rf"(?<![\w.])(?:{_NUMBER} ?{_UNIT}\b[ ,]*)*{_NUMBER} ?{_UNIT}\b", "<time>"),
        (
            r"\b((?i:(?:\w*[ _-]|run)?time(?:[ _-](?:cost|taken|elapsed|used))?"
            r"|elapsed|duration|took|seconds))"
            rf"(?: ?[:=] ?| (?=\d+\.)){_NUMBER}",
            r"\1 <time>",
        ),
        # where things are
        (r"\b0x[0-9a-fA-F]{6,}\b", "<address>"),
        (r"(?:/private)?(?:/var/folders/|/tmp/)[^\s'\"<>:,;)\]]*", "<temporary path>"),
        (r"[A-Za-z]:\\[^\s'\"<>]*\\[Tt]e?mp\\[^\s'\"<>]*", "<temporary path>"),
        (r"<ipython-input-\d+-[0-9a-f]+>", "<cell>"),
    )
)


def settle(text: str) -> str:
    """Return a stream as a terminal would show it in the end: no escape codes, overwritten lines gone."""
    lines = _ANSI.sub("", text).replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in lines)


def mask(text: str) -> str:
    """Return the text with everything masked that may differ between two runs of the same program."""
    kept = [line for line in settle(text).split("\n") if not _DROPPED_LINES.match(line)]
    masked = "\n".join(kept)
    for pattern, replacement in _RULES:
        masked = pattern.sub(replacement, masked)
    return masked


def without_warnings(text: str) -> str:
    """Drop Python warnings (and the source line shown under each) from a stderr stream."""
    kept: list[str] = []
    source_line_follows = False
    for line in text.split("\n"):
        if _WARNING_LINE.match(line):
            source_line_follows = True
        elif source_line_follows and line.startswith("  "):
            source_line_follows = False
        else:
            source_line_follows = False
            kept.append(line)
    return "\n".join(kept)
