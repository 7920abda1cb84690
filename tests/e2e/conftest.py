"""The living example, served to a real Chromium."""

import shutil
import signal
import socket
import subprocess
import sys

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from muster.example.cast import PASSWORD

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def site(living):
    """The address of the example's server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-c", "from muster.cli import main; main()", "serve", "--port", str(port)]
    server = subprocess.Popen(words, env=living.environment, stdout=subprocess.PIPE, text=True)
    try:
        assert any("Muster is at" in line for line in server.stdout), "the server ended before it was ready"
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
        server.stdout.close()


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


class Visitor:
    """One person at a browser; `look` holds the page to what every page must keep."""

    def __init__(self, context, site):
        self.page = context.new_page()
        self.site = site
        self.complaints = []
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self._note("error", str(error)))

    def _note(self, kind, text):
        if kind == "error":
            self.complaints.append(text)

    def sign_in(self, username):
        self.page.goto(f"{self.site}/accounts/login/")
        self.page.fill("input[name=login]", username)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(f"{self.site}/")
        return self

    def go(self, path):
        answer = self.page.goto(f"{self.site}{path}")
        assert answer.status == 200, f"{path} answered {answer.status}"
        return self.look()

    def look(self):
        """No script error, nothing that axe objects to, and no page wider than its window."""
        self.page.wait_for_load_state("networkidle")
        found = Axe().run(self.page)
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px wider than its window"
        assert not self.complaints, f"{self.page.url}: {self.complaints}"
        return self

    def text(self):
        return self.page.inner_text("main")


@pytest.fixture
def visit(chromium, site):
    """visit("ana"): Ana at a browser of her own; `width`, `scheme` and `locale` say which."""
    contexts = []

    def make(username, *, width=1280, scheme="light", locale="en-GB"):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, locale=locale, accept_downloads=True
        )
        contexts.append(context)
        return Visitor(context, site).sign_in(username)

    yield make
    for context in contexts:
        context.close()
