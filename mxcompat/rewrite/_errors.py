"""The errors of this room."""

from __future__ import annotations


class RewriteError(Exception):
    """Nothing can be begun, or one file is left alone; the message is one line that says why."""


class Refuse(Exception):
    """A rule cannot prove that its rewriting is right; the message says why, and what to do."""
