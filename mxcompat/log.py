"""`mxnet.log`: loggers with MXNet's one-line format."""

from __future__ import annotations

import logging
import sys
from logging import CRITICAL, DEBUG, ERROR, INFO, NOTSET, WARNING

__all__ = ["CRITICAL", "DEBUG", "ERROR", "INFO", "NOTSET", "WARNING", "getLogger", "get_logger"]

_LETTERS = {CRITICAL: "C", ERROR: "E", WARNING: "W", INFO: "I", DEBUG: "D"}
_COLORS = {CRITICAL: "\x1b[31m", ERROR: "\x1b[31m", WARNING: "\x1b[33m"}


class _Formatter(logging.Formatter):
    def __init__(self, colored: bool) -> None:
        super().__init__(datefmt="%m%d %H:%M:%S")
        self.colored = colored

    def format(self, record: logging.LogRecord) -> str:
        label = _LETTERS.get(record.levelno, "U")
        head = f"{label}{self.formatTime(record, self.datefmt)} {record.process} {record.module}:{record.lineno}]"
        if self.colored:
            head = f"{_COLORS.get(record.levelno, chr(27) + '[32m')}{head}\x1b[0m"
        return f"{head} {record.getMessage()}"


def get_logger(
    name: str | None = None, filename: str | None = None, filemode: str | None = None, level: int = WARNING
) -> logging.Logger:
    """A logger that writes to standard error, or to a file.

    Args:
        name: name of the logger; None for the root logger, which keeps its own handlers.
        filename: file to write to.
        filemode: how to open it, by default ``"a"``.
        level: least level that is written.
    """
    logger = logging.getLogger(name)
    if name is not None and not getattr(logger, "_init_done", None):
        logger._init_done = True  # type: ignore[attr-defined]
        handler: logging.Handler
        if filename:
            handler = logging.FileHandler(filename, filemode or "a")
            handler.setFormatter(_Formatter(colored=False))
        else:
            handler = logging.StreamHandler()
            handler.setFormatter(_Formatter(colored=sys.stderr.isatty()))
        logger.addHandler(handler)
        logger.setLevel(level)
    return logger


getLogger = get_logger
