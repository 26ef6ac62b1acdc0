"""``python -m conformance``: run the cases and print the score."""

import sys

from .runner import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
