"""Days as people write them, and days that can be compared. P20."""

from __future__ import annotations

import pytest

from nrm_desktop.domain.dates import PartialDate, is_day, parse_date


@pytest.mark.parametrize("text", ["٢٠٢٧-٠١-٠٩", "۲۰۲۷-۰۱-۰۹", "２０２７-０１-０９", "2027-01-09"])
def test_digits_of_every_script_are_read_and_kept_as_ours(text: str) -> None:
    """Text of another script never compares as earlier: a consent would have no end."""
    assert parse_date(text) == PartialDate("2027-01-09")
    assert parse_date(f"~{text}").is_about


@pytest.mark.parametrize("text", ["٢٠٢٧-٠١-٠٩", "age:١٤", "２０２７", "²⁰²⁷"])
def test_a_date_of_other_digits_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        PartialDate(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-14", True),
        ("2024-02-29", True),
        ("2026-02-29", False),
        ("2026-13-01", False),
        ("0000-01-01", False),
        ("2026-05", False),
        ("20260514", False),
        ("2026-W20-4", False),
        ("2026-05-14T10:00", False),
        ("٢٠٢٦-٠٥-١٤", False),
        ("", False),
    ],
)
def test_a_day_is_one_of_the_calendar_in_one_form_only(text: str, *, expected: bool) -> None:
    assert is_day(text) is expected
