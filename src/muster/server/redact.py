"""No secret in a log line: tokens are replaced before anything is written."""

import logging
import re

_TOKEN = re.compile(r"(mst_[A-Za-z0-9_-]{4})[A-Za-z0-9_-]+")
_BEARER = re.compile(r"(?i)(bearer\s+)\S+")


def redact(text: str) -> str:
    """Return `text` with every API token shortened to its first letters.

    >>> redact("Authorization: mst_abcdEFGHIJKL")
    'Authorization: mst_abcd…'
    """
    return _TOKEN.sub(r"\1…", _BEARER.sub(_hide_bearer, text))


def _hide_bearer(match: re.Match[str]) -> str:
    return f"{match[1]}…"


class RedactSecrets(logging.Filter):
    """Rewrites the finished message and the traceback, so that arguments are covered too."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True
