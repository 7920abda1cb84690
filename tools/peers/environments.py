"""The peers' environments: one each, made by uv from its file of pins, in the bench's cache.

PYTHONPATH=tools python tools/peers/environments.py [PEER ...]
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from bench.cache import folder

PINS = Path(__file__).parent
PEERS = tuple(sorted(file.stem for file in PINS.glob("*.txt")))
QUIET = {
    "DO_NOT_TRACK": "1",
    "NML_DISABLE_USAGE_LOGGING": "1",
    "WHYLOGS_NO_ANALYTICS": "True",
    "GX_ANALYTICS_ENABLED": "false",
    "POLARS_VERBOSE": "0",
}
"""What tells the peers not to report home."""


def python_of(peer: str) -> Path:
    """Return the interpreter in which `peer` is installed, as its pins are now; built where it is missing.

    Raises:
        RuntimeError: if uv is missing or the pins cannot be installed here; it says why.
    """
    pins = PINS / f"{peer}.txt"
    key = hashlib.sha256(pins.read_bytes()).hexdigest()[:12]
    place = folder() / "peers" / f"{peer}-{key}"
    if not (place / "ready").exists():
        uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
        if not uv:
            raise RuntimeError("uv is not installed: make setup-dev")
        _run(uv, "venv", "--quiet", "--clear", "--python", "3.11", str(place))
        # The pins are whole: no resolver is asked, which also keeps xgboost-cpu in the place of xgboost.
        _run(uv, "pip", "install", "--quiet", "--no-deps", "--python", str(place / "bin/python"), "-r", str(pins))
        (place / "ready").touch()
    return place / "bin/python"


def _run(*words: str) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"{words[0]} failed")


if __name__ == "__main__":
    for name in sys.argv[1:] or PEERS:
        print(f"{name}: {python_of(name)}", flush=True)
