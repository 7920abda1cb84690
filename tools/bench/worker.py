"""One run of one side of one job, in a process of its own: ``python -m bench.worker SIDE JOB FOLDER``.

Prints a line of JSON: seconds of work (imports left out), CPU seconds, peak memory, figures made; or why not run.
"""

import json
import resource
import sys
import time
from importlib import import_module
from pathlib import Path

import numpy.ma  # noqa: F401 - the engine imports it with its first answer


def prepare(job: str, log: Path) -> None:
    """Make what the limits keep beside the log, so that their time is work too."""
    from bench import by_hand, logs

    if job == "drift":
        by_hand.reference_counts(log)
    if job == "estimate":
        logs.unlabelled(log)


def main(side: str, job: str, folder: str) -> None:
    """Import first, then measure."""
    work = getattr(import_module(f"bench.{side}"), job)
    if side == "ours":
        from bench.ours import NotBuiltError, warm

        try:
            warm(job, Path(folder))
        except NotBuiltError as error:
            print(json.dumps({"not_run": str(error)}))
            return
    else:
        prepare(job, Path(folder))
    begun, cpu = time.perf_counter(), time.process_time()
    made = work(Path(folder))
    took, used = time.perf_counter() - begun, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": took, "cpu": used, "peak": peak, "figures": made}))


if __name__ == "__main__":
    main(*sys.argv[1:4])
