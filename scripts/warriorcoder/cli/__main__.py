"""`python -m warriorcoder.cli`: the command line where its script is not installed."""

import sys

from warriorcoder.cli import main

sys.exit(main())
