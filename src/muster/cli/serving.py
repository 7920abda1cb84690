"""The processes of one server: the web server and a worker for jobs, started, watched and ended together."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field

import typer

from muster.cli.language import say

_GRACE = 15.0  # seconds that a process has to finish what it is doing
_READY = 60.0  # seconds that the web server has to answer
_PAUSE = 2.0  # seconds before a worker that ended is started again


def is_free(host: str, port: int) -> bool:
    """Tell whether nobody listens on this address yet."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


@dataclass
class Site:
    """A server on one machine."""

    host: str
    port: int
    workers: int = 1
    _ending: bool = field(default=False, init=False)

    def run(self) -> int:
        """Serve until a signal comes; return the exit status."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)
        web, jobs = self._start_web(), self._start_jobs()
        try:
            if self._wait_until_ready(web):
                typer.echo(
                    say(
                        f"Muster is at {self._address()}  (Ctrl-C ends it)",
                        f"Muster 已就绪：{self._address()} （按 Ctrl-C 结束）",
                    )
                )
                jobs = self._watch(web, jobs)
        finally:
            failed = web.poll() is not None and not self._ending
            _stop_all(web, jobs)
        if failed:
            typer.echo(
                say("The web server ended by itself; see its messages above.", "Web 服务已自行退出，请查看上方信息。"),
                err=True,
            )
        return 1 if failed else 0

    def _end(self, number: int, frame: object) -> None:
        del number, frame
        self._ending = True

    def _address(self) -> str:
        return os.environ.get("MUSTER_PUBLIC_URL", f"http://{self.host}:{self.port}")

    def _start_web(self) -> "subprocess.Popen[bytes]":
        options = {
            "--interface": "wsgi",
            "--host": self.host,
            "--port": str(self.port),
            "--workers": str(self.workers),
            "--blocking-threads": str(2 * (os.cpu_count() or 1)),
            "--workers-kill-timeout": "10",
            "--log-level": "warning",
        }
        flags = ["--respawn-failed-workers", "--no-ws"]
        parts = [part for pair in options.items() for part in pair]
        return _start("-m", "granian", *parts, *flags, "muster.server.wsgi:application")

    def _start_jobs(self) -> "subprocess.Popen[bytes]":
        return _start("-m", "muster.server.jobs")

    def _wait_until_ready(self, web: "subprocess.Popen[bytes]") -> bool:
        host = f"[{self.host}]" if ":" in self.host else self.host.replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        request = urllib.request.Request(f"http://{host}:{self.port}/healthz", headers={"Host": "127.0.0.1"})
        end = time.monotonic() + _READY
        while time.monotonic() < end and web.poll() is None and not self._ending:
            try:
                with urllib.request.urlopen(request, timeout=5):  # noqa: S310 # http, to ourselves
                    return True
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)  # not yet
        return False

    def _watch(self, web: "subprocess.Popen[bytes]", jobs: "subprocess.Popen[bytes]") -> "subprocess.Popen[bytes]":
        """Wait for a signal or for the end of the web server; a worker that ends is started again."""
        while not self._ending and web.poll() is None:
            if jobs.poll() is not None:
                time.sleep(_PAUSE)
                jobs = self._start_jobs()
            time.sleep(0.2)
        return jobs


def _start(*arguments: str) -> "subprocess.Popen[bytes]":
    # A session of its own: Ctrl-C reaches this process only, which ends the others in order.
    return subprocess.Popen([sys.executable, *arguments], start_new_session=True)  # noqa: S603


def _stop_all(*processes: "subprocess.Popen[bytes]") -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    end = time.monotonic() + _GRACE
    for process in processes:
        try:
            process.wait(timeout=max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # with its children, of which it is the leader
            process.wait()
