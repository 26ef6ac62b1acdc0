"""``python -m mxcompat``: the same as the ``mxcompat`` command."""

import sys

from mxcompat.cli import main

if __name__ == "__main__":
    sys.exit(main())
