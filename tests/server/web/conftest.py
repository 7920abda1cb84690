"""Pages are opened as one of the cast; the story behind them is that of casework."""

import re
from collections import Counter
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.test import Client

from muster.server.identity.actions import OPERATOR, create_account
from people import PASSWORD

CHINESE = {"django_language": "zh-hans"}


@dataclass(frozen=True)
class Visit:
    """A browser of one person."""

    client: Client

    def get(self, address, status=200, **given):
        answer = self.client.get(address, given)
        assert answer.status_code == status, answer.content.decode()[-2000:]
        return answer.content.decode()

    def post(self, address, status=302, follow=False, **given):
        answer = self.client.post(address, given)
        assert answer.status_code == status, answer.content.decode()[-2000:]
        return self.get(answer["Location"].split("#")[0]) if follow else answer.content.decode()


@pytest.fixture(autouse=True)
def _no_memory_of_attempts():
    cache.clear()


@pytest.fixture
def visit(cast):
    """Return a function: name of one of the cast (and language) → their browser."""

    def enter(name, *, chinese=False, **settings):
        client = Client(**settings)
        if name not in cast.accounts:
            cast.accounts[name] = create_account(
                OPERATOR, username=name, email=f"{name}@example.org", name=name.capitalize(), password=PASSWORD
            )
        client.force_login(cast.accounts[name], backend="allauth.account.auth_backends.AuthenticationBackend")
        if chinese:
            client.cookies.load(CHINESE)
        return Visit(client)

    return enter


def faults(html):
    """Return what no page may have: inline script or style, an id twice, a label or description that points nowhere."""
    found = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:", html)
    ids = re.findall(r'\sid="([^"]+)"', html)
    found += [f"id twice: {name}" for name, times in Counter(ids).items() if times > 1]
    pointers = re.findall(r'\s(?:for|aria-labelledby|aria-describedby)="([^"]+)"', html)
    found += [f"points nowhere: {name}" for names in pointers for name in names.split() if name not in ids]
    found += re.findall(r"\{[%{].*?[%}]\}", html)
    return found
