"""`python -m riskplatform.benchmarks.sockets.server PORT APPLICATION FILE`: Daphne as `up` runs it, with many sockets.

It writes its process number to FILE.
"""

import os
import sys
from pathlib import Path

from daphne.cli import CommandLineInterface

from riskplatform.benchmarks.sockets.descriptors import raise_limit


def main(port: str, application: str, file: str) -> None:
    raise_limit()
    Path(file).write_text(str(os.getpid()))
    CommandLineInterface().run(["-b", "127.0.0.1", "-p", port, "--http-timeout", "60", "-v", "0", application])


if __name__ == "__main__":
    main(*sys.argv[1:])
