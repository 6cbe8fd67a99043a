"""Dates: what is one, in which zone, and what is left alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.read.dates import EPOCH, timestamp

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def as_datetime(value: str | int | float) -> datetime | None:
    found = timestamp(value)
    return None if found is None else datetime.fromtimestamp(found / 1e6, UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-01T12:00:00Z",
        "2026-03-01t12:00:00z",
        "2026-03-01 12:00",
        "2026-03-01 12:00:00 UTC",
        "2026-03-01 12:00:00 +0000",
        "2026-03-01T14:00:00+02:00",
        "2026-03-01T14:00:00.000000000+0200",
        "2026/03/01 12:00:00",
        "2026.03.01 12:00",
        " 20260301T120000Z\n",
        "20260301120000",
        "Sun, 01 Mar 2026 12:00:00 GMT",
        "Sun, 1 Mar 2026 07:00:00 -0500",
        "1 Mar 2026 07:00 EST",
        "Sunday, 01-Mar-2026 12:00:00 GMT",
        "01-MAR-2026 12:00:00.79",
        "March 1, 2026 12:00",
        "1772366400",
        "1772366400.0",
        1772366400,
        1772366400.0,
        1772366400_000,
        1772366400_000_000,
    ],
)
def test_the_same_noon(value):
    assert as_datetime(value) == NOON


@pytest.mark.parametrize(
    "value",
    ["2026-03-01", "20260301", "2026/03/01", "1 Mar 2026", "Sunday, March 1, 2026", "1 March 2026", "Sun, 01 Mar 2026"],
)
def test_a_plain_date_is_its_midnight(value):
    assert as_datetime(value) == NOON.replace(hour=0)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "yesterday",
        "03/01/2026",
        "01.03.2026",
        "March 2026",
        "Marchember 1, 2026",
        "March 1, 2026 7:30 PM",
        "February 30, 2026",
        "2026",
        "2026-03",
        "2026-02-30",
        "2026-03-01 25:00",
        "0000-00-00 00:00:00",
        "12:00",
        "0001-01-01T00:00:00",
        "1 Mar 26",
        "12345678901234567890",
        "2026-03-01 and more",
        2026,
        20260301,
        0,
        -5,
        10**30,
        float("inf"),
        float("nan"),
        "9" * 100_000,
    ],
)
def test_what_is_no_date_for_sure_is_none(value):
    assert timestamp(value) is None


def test_the_ends_of_time_do_not_overflow():
    assert timestamp("0001-01-01T00:00:00+14:00") is None
    assert timestamp("9999-12-31T23:59:59+14:00") is not None
    assert timestamp("9999-12-31T23:59:59-14:00") is None  # year 10000 of UTC, which Python's dates do not know


@given(st.datetimes(min_value=datetime(1600, 1, 1), timezones=st.just(UTC)))
def test_every_iso_date_comes_back(moment):
    assert timestamp(moment.isoformat()) == (moment - EPOCH) // timedelta(microseconds=1)


@given(st.text(max_size=40))
def test_no_text_is_an_error(text):
    timestamp(text)
