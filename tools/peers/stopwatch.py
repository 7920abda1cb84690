"""What every peer's side of the bench shares: its job is timed after its imports, and told as a line of JSON."""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_PARTS: dict[str, float] = {}


@contextmanager
def alone() -> Iterator[None]:
    """Time what a tool does once its files are read, besides the whole job."""
    begun, cpu = time.perf_counter(), time.process_time()
    yield
    _PARTS.update(alone=time.perf_counter() - begun, alone_cpu=time.process_time() - cpu)


def run(jobs: dict[str, Callable[[Path], int]]) -> None:
    """Run the job named on the command line on the folder named there."""
    job, folder = sys.argv[1:3]
    begun, cpu = time.perf_counter(), time.process_time()
    made = jobs[job](Path(folder))
    took, used = time.perf_counter() - begun, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": took, "cpu": used, "peak": peak, "figures": made, **_PARTS}))
