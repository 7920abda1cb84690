"""Tasks that the tests of the queue enqueue; workers in other processes import them from here."""

import time
from pathlib import Path

from django_tasks import task


@task()
def write_once(folder: str) -> str:
    """Leave a trace of each attempt; the first attempt never ends, the others write the one result."""
    attempts = Path(folder) / "attempts"
    with attempts.open("a") as file:
        file.write("attempt\n")
    if attempts.read_text().count("attempt") == 1:
        time.sleep(600)
    (Path(folder) / "result").write_text("done")
    return "done"


@task()
def never_ends(folder: str) -> None:
    with (Path(folder) / "attempts").open("a") as file:
        file.write("attempt\n")
    time.sleep(600)


@task()
def fails() -> None:
    raise ValueError("this job cannot be done")
