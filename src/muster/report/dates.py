"""Dates with the weekday and how far they are; times with their offset."""

from datetime import date, datetime

from muster.core.text import Language
from muster.report.words import CHINESE

_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    CHINESE: ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_HOUR, _DAY = 3600, 86_400
_NEAR_DAYS, _NEAR_WEEKS, _NEAR_MONTHS = 14, 60, 730


def day(moment: date, language: Language) -> str:
    """Return the date with its weekday.

    >>> day(date(2026, 11, 23), "en")
    'Monday 23 November 2026'
    """
    weekday = _DAYS.get(language, _DAYS["en"])[moment.weekday()]
    if language == CHINESE:
        return f"{moment.year} 年 {moment.month} 月 {moment.day} 日{weekday}"
    return f"{weekday} {moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def moment(at: datetime, language: Language) -> str:
    """Return date, weekday, time and offset."""
    offset = f"{at:%z}"
    zone = "UTC" if offset in ("+0000", "") else f"UTC{offset[:3]}:{offset[3:]}"
    return f"{day(at, language)} {at:%H:%M} {zone}"


def relative(at: datetime, now: datetime, language: Language) -> str:
    """Return how far `at` is from `now`: ``in 3 days``, ``2 hours ago``."""
    seconds = (at - now).total_seconds()
    amount, unit = _size(abs(seconds))
    if unit == "now":
        return "刚刚" if language == CHINESE else "just now"
    if language == CHINESE:
        units = {"minute": "分钟", "hour": "小时", "day": "天", "week": "周", "month": "个月", "year": "年"}
        return f"{amount} {units[unit]}{'后' if seconds > 0 else '前'}"
    said = f"{amount} {unit}{'s' if amount != 1 else ''}"
    return f"in {said}" if seconds > 0 else f"{said} ago"


def _size(seconds: float) -> tuple[int, str]:
    days = int(seconds // _DAY)
    sizes = (
        (seconds < 60, 0, "now"),  # noqa: PLR2004 # less than a minute
        (seconds < _HOUR, int(seconds // 60), "minute"),
        (seconds < _DAY, int(seconds // _HOUR), "hour"),
        (days < _NEAR_DAYS, days, "day"),
        (days < _NEAR_WEEKS, days // 7, "week"),
        (days < _NEAR_MONTHS, days // 30, "month"),
        (True, days // 365, "year"),
    )
    return next((amount, unit) for fits, amount, unit in sizes if fits)
