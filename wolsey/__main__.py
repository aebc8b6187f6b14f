"""`python -m wolsey` is the command `wolsey`."""

import sys

from wolsey.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
