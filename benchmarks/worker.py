"""Run one program for one contender in this fresh process and print what it measured as JSON.

    python -m benchmarks.worker op_latency mxcompat --threads 2

Started by the runner; runs on Python 3.8 too, since that is where real MXNet lives.
"""

import argparse
import importlib
import json
import sys

from benchmarks.contender import MODULES, QUICK, Contender, Effort


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("contender", choices=sorted(MODULES))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()

    program = importlib.import_module("benchmarks.programs." + options.program)
    contender = Contender(options.contender, options.threads)
    measured = program.run(contender, QUICK if options.quick else Effort())
    module = contender.load()
    versions = {
        "python": sys.version.split()[0],
        # mxcompat's __version__ is MXNet's
        options.contender: str(getattr(module, "__mxcompat_version__", module.__version__)),
    }
    print(json.dumps({"measured": measured, "versions": versions}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
