"""A witness in a process of its own that is killed: `python -m … FOLDER PAIRS`, one line for each cosigned checkpoint.

PAIRS is a file of submissions, each preceded by its length. Each is taken in turn, and printed only when it counts.
"""

import sys
from pathlib import Path

from uruk.exchange.witness.store import WitnessStore
from uruk.exchange.witness.submission import parse_submission


def main(folder: Path, pairs: Path) -> None:
    data, store = pairs.read_bytes(), WitnessStore(folder)
    while data:
        length = int.from_bytes(data[:4], "big")
        submission, data = parse_submission(data[4 : 4 + length]), data[4 + length :]
        outcome, _ = store.advance(submission)
        if outcome == "taken":
            sys.stdout.write(f"{submission.checkpoint.size} {submission.checkpoint.root.hex()}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
