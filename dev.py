"""The one command of this project: `python3 dev.py demo`, `serve`, `doctor`, `test` or `check`. `--help` tells more.

It needs nothing but Python: everything else goes into `.venv` by itself. This file alone must be readable for older
Pythons, because it is the one that tells their owners what to do.
"""

import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWER = ("3.13", "3.12", "3.11", "3.14")


def main(arguments):
    # type: (list[str]) -> int
    """Run the command, with a newer Python if this one is too old and there is one."""
    if sys.version_info >= OLDEST:
        from devtools import cli

        return cli.main(arguments)
    for version in NEWER:
        newer = shutil.which("python" + version)
        if newer and subprocess.call([newer, "-c", ""]) == 0:
            return subprocess.call([newer, __file__, *arguments])
    running = ".".join(str(number) for number in sys.version_info[:2])
    print("Python " + running + " is too old: 3.11 to 3.14 works. Install Python 3.13 and run the command again.")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
