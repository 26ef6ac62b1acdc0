"""The ``mxcompat`` command.

Running a script or a module, and ``info``, need nothing but Python; the rest needs click and rich.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from mxcompat.cli._errors import CommandError

__all__ = ["CommandError", "main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` (default: this process's) and return the exit code.

    0: done, 1: what was asked for ran and failed, 2: it could not be understood or begun. ``SystemExit``
    raised by the user's own program passes through.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        from mxcompat.cli import _script

        if _script.is_plain_run(arguments):
            return _script.run(arguments[1:])
        try:
            from mxcompat.cli import _app
        except ModuleNotFoundError as error:
            if error.name not in {"click", "rich"}:
                raise
            if arguments[:1] == ["info"]:
                from mxcompat.cli import _facts

                print(_facts.as_text(_facts.collect()))
                return 0
            raise CommandError(f"this needs {error.name}, which is not here: pip install 'mxcompat[cli]'") from None
        return _app.run(arguments)
    except CommandError as error:
        print(f"mxcompat: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("mxcompat: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `mxcompat ... | head`: the reader has what it wanted
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what Python flushes at its end goes nowhere
        return 1
