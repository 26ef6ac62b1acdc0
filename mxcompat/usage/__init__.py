"""What a run used: names, arguments without effect, waits for the host, time. Behind ``mxcompat run --report``.

`start` wraps the public functions and methods of every module, for as long as the process lives. The
wrappers count calls that come from files outside this package. Operators are timed by `mxcompat._core.timing`, which
must be on before the package is loaded, so the command starts a process of its own for a watched run.
"""

from ._record import Run
from ._report import as_data, as_text, write
from ._wrap import start

__all__ = ["Run", "as_data", "as_text", "start", "write"]
