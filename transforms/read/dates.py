"""Dates as pages give them, as microseconds since 1970 in UTC.

- `timestamp`: one value, a string or a number
"""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Numbers below 1973 are no dates (2026 is a year, 20260901 a day); above, the unit follows from the size until 5138.
SECONDS_FROM, SECONDS_TO = 10**8, 10**11
OLDEST = 1600  # the first newspapers; software that has no date writes the year 1

YEAR_FIRST = re.compile(r"\d{4}[-/.]?\d\d[-/.]?\d\d(?!\d)")
COMPACT = re.compile(r"\d{14}")
NUMBER = re.compile(r"\d{9,16}(?:\.\d+)?")
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
# RFC 2822 and dates written out in English. Years of two digits are left out: what they mean is a guess.
WRITTEN = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?"
    rf"(?:\d{{1,2}}[ -]{MONTH}[ -]|{MONTH}\s+\d{{1,2}},?\s+)\d{{4}}"
    r"(?:\s+\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?:\s+(?:[+-]\d{4}|gmt|utc?|z|[ecmp][sd]t))?)?",
    re.IGNORECASE,
)
# What the standard library's parser of these does not take: dashes within the date, fractions of a second.
DASH = re.compile(r"(?<=\w)-")
FRACTION = re.compile(r"(?<=:\d\d)\.\d+")
ZONE = re.compile(r"\s*(?:utc|gmt|z)$", re.IGNORECASE)
OFFSET_GAP = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)")


def timestamp(value: str | int | float) -> int | None:
    """Microseconds since 1970 in UTC, or None where `value` is no date that can be told for sure.

    ISO 8601 and its usual variations, RFC 2822, dates written out in English, and epoch seconds, milliseconds or
    microseconds. Times without a zone are UTC.

    >>> timestamp("1970-01-01T01:00:00.5+01:00")
    500000
    >>> timestamp("Thu, 01 Jan 1970 00:00:01 GMT")
    1000000
    >>> timestamp("1970-01-02"), timestamp("01/02/1970")
    (86400000000, None)
    >>> timestamp(1_700_000_000), timestamp(1_700_000_000_000)
    (1700000000000000, 1700000000000000)
    """
    if isinstance(value, str):
        return _from_text(value) if len(value) <= 64 else None
    return _from_number(value)


def _from_number(value: int | float) -> int | None:
    for microseconds in (1_000_000, 1_000, 1):
        scale = 1_000_000 // microseconds
        if SECONDS_FROM * scale <= value < SECONDS_TO * scale:
            return round(value * microseconds)
    return None


@lru_cache(maxsize=4096)
def _from_text(value: str) -> int | None:
    text = value.strip()
    try:
        if YEAR_FIRST.match(text):
            with contextlib.suppress(ValueError):
                return _microseconds(datetime.fromisoformat(text))
            text = ZONE.sub("+00:00", OFFSET_GAP.sub("", text[:10].translate({47: "-", 46: "-"}) + text[10:]))
            return _microseconds(datetime.fromisoformat(text))
        if COMPACT.fullmatch(text):
            return _microseconds(datetime.strptime(text, "%Y%m%d%H%M%S"))
        if NUMBER.fullmatch(text):
            return _from_number(float(text) if "." in text else int(text))
        if WRITTEN.fullmatch(text):
            text = DASH.sub(" ", FRACTION.sub("", text))
            return _microseconds(parsedate_to_datetime(text if ":" in text else f"{text} 00:00:00"))
    except (ValueError, OverflowError, TypeError):
        return None
    return None


def _microseconds(moment: datetime) -> int | None:
    if moment.year < OLDEST:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)  # what is no year of UTC fits no reader
