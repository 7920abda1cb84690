"""Measure how long Muster takes to start, and how fast it classifies."""

import subprocess
import sys
import time


def start_up() -> None:
    """How long the interpreter takes beyond its own start to import Muster and to print the help."""
    for name, code in (("import muster", "import muster"), ("muster --help", "from muster.cli import main; main()")):
        times = []
        for _ in range(7):
            begun = time.perf_counter()
            words = ["--help"] if "help" in name else []
            subprocess.run([sys.executable, "-c", code, *words], check=True, capture_output=True)
            whole = time.perf_counter() - begun
            begun = time.perf_counter()
            subprocess.run([sys.executable, "-c", "pass"], check=True, capture_output=True)
            times.append(whole - (time.perf_counter() - begun))
        print(f"{name:<28} {sorted(times)[3] * 1000:8.0f} ms (median of 7, interpreter taken off)")


def judge() -> None:
    """How many use cases a second are classified, and how many dossiers assessed with all gates."""
    from muster.core.classify import classify
    from muster.core.dossier import AnswerValue
    from muster.core.scenario import read_scenarios
    from muster.frameworks import open_framework, read_folder

    seconds = 2.0
    for name in ("starter", "full"):
        begun = time.perf_counter()
        framework = open_framework(name)
        print(f"{f'load {name}':<28} {(time.perf_counter() - begun) * 1000:8.0f} ms")
        sheets: list[dict[str, AnswerValue]] = [
            dict(s.answers) for s in read_scenarios(framework, read_folder(name)).scenarios
        ]
        begun, count = time.perf_counter(), 0
        while time.perf_counter() - begun < seconds:
            classify(framework, sheets[count % len(sheets)])
            count += 1
        print(f"{f'classify, {name}':<28} {count / (time.perf_counter() - begun):8.0f} per second")


def main() -> None:
    """Print both."""
    start_up()
    judge()
