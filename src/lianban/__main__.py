"""`python -m lianban`."""

import sys

from lianban.cli import main

if __name__ == "__main__":
    sys.exit(main())
