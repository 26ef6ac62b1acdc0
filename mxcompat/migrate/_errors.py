"""The one error of this room."""

from __future__ import annotations


class MigrateError(Exception):
    """A file that cannot be read or written as asked; the message is one line that names it."""
