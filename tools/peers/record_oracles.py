"""Record what the peers say of the small data set: each in an environment of its own, in a file of its own.

PYTHONPATH=tools python tools/peers/record_oracles.py [PEER ...]
"""

import os
import subprocess
import sys
from pathlib import Path

from environments import QUIET, python_of

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / "tests/evidence/oracles"
RECORDED = tuple(sorted(file.stem.removeprefix("oracle_") for file in HERE.glob("oracle_*.py")))


def main(peers: tuple[str, ...]) -> None:
    """Record each of `peers`; what fails stops the run and writes nothing."""
    for peer in peers:
        words = [str(python_of(peer)), str(HERE / f"oracle_{peer}.py")]
        done = subprocess.run(words, capture_output=True, text=True, check=False, env=os.environ | QUIET)
        if done.returncode:
            sys.exit(f"{peer}: {done.stderr}")
        (FOLDER / f"{peer}.json").write_text(done.stdout, encoding="utf-8")
        print(f"{peer}: {len(done.stdout):,} bytes")


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or RECORDED)
