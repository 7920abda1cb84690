"""Text forms with exactly one spelling: base64 and decimal numbers that survive a round trip."""

import base64
import binascii
import re

from muster.ledger.errors import FormatError

MAX_SIZE = 2**63 - 1
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def encode_base64(raw: bytes) -> str:
    """Return standard padded base64 (RFC 4648 section 4)."""
    return base64.b64encode(raw).decode("ascii")


def decode_base64(text: str, *, where: str = "") -> bytes:
    """Decode standard padded base64, refusing every spelling but the canonical one.

    Decoders ignore the spare bits of the last character, so that several texts stand for the same bytes;
    whoever claims that each changed bit is noticed has to encode again and compare.

    Raises:
        FormatError: for other characters, missing padding, or spare bits that are not zero.
    """
    try:
        raw = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise FormatError("this is not standard base64", where=where) from error
    if encode_base64(raw) != text:
        raise FormatError("this base64 text is not in its canonical form", where=where)
    return raw


def parse_decimal(text: str, *, where: str = "") -> int:
    """Read a whole number from 0 to 2**63 - 1 in decimal without sign or leading zeros.

    Raises:
        FormatError: for anything else.
    """
    if _DECIMAL.fullmatch(text) is None or int(text) > MAX_SIZE:
        raise FormatError("this is not a decimal number without leading zeros below 2**63", where=where)
    return int(text)
