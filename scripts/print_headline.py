"""Print the headline of a finished run: `python scripts/print_headline.py SUMMARY.json`."""

import argparse
import json
from pathlib import Path

from warriorcoder.report import headline

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("summary", type=Path, help="report/summary.json of a run")
    print(headline.text(json.loads(parser.parse_args().summary.read_text())))
