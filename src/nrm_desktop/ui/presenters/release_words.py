"""The words of tables that leave: what would leave, what is out, and whose a file is.

This module decides how these are said, and what is told before a table leaves. It decides nothing
about a table.

Source: standards.md ST3, ST6, ST7 and ST11; docs/adr/0046.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nrm_desktop.ui.presenters.marks import BannerSpec, PillSpec, Shape, Tone
from nrm_desktop.ui.presenters.wording import DateWords, Say


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Who said that a release never left. Units: `at_ms`, wall clock."""

    by: str
    second: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """A table that is out. Units: `at_ms`, wall clock of whoever released it.

    Shape: `title` in the language of the screen; `clashes` are hashes of what it contradicts.
    """

    sha256: str
    title: str
    years: str
    by: str
    at_ms: int
    clashes: tuple[str, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()


@dataclass(frozen=True, slots=True)
class WouldLeave:
    """A table before it leaves. Shape: `is_bare` if nothing but the total can be shown."""

    title: str
    years: str
    is_new: bool
    hidden: int
    figures: int
    is_bare: bool = False
    has_total: bool = True


@dataclass(frozen=True, slots=True)
class FileChecked:
    """A file whose signature holds. Units: `at_ms`, wall clock of whoever signed."""

    title: str
    years: str
    organisation: str
    at_ms: int
    is_known: bool


@dataclass(frozen=True, slots=True)
class ReleaseCard:
    """One release in words."""

    title: str
    pill: PillSpec
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClashCard:
    """Two releases that contradict each other. Shape: `first` and `second` say which."""

    words: str
    first: str
    second: str


def release_card(say: Say, dates: DateWords, row: ReleaseLine) -> ReleaseCard:
    """Say what is out, who let it out, and who said otherwise."""
    title = say("{table}, {years}", table=row.title, years=row.years)
    lines = [say("Released by {badge} on {day}.", badge=row.by, day=dates.day(row.at_ms))]
    lines += [
        say(
            "It was given to nobody: said by {badge} and {second} on {day}.",
            badge=one.by,
            second=one.second,
            day=dates.day(one.at_ms),
        )
        for one in row.withdrawn
    ]
    if row.clashes:
        lines.append(say("Another laptop released the same people and years differently."))
    return ReleaseCard(title, _pill(say, row), tuple(lines))


def clash_card(say: Say, dates: DateWords, clash: tuple[ReleaseLine, ReleaseLine]) -> ClashCard:
    """Ask which of two releases is out."""
    words = say(
        "Two laptops released the same people and years, and did not know of each other. Ask who"
        " was given which file. Choose one only if the other was given to nobody. If both are out,"
        " decide nothing: then nothing more of these years is released."
    )
    first, second = (
        say(
            "{table}, {years}: released by {badge} on {day}, {time}",
            table=row.title,
            years=row.years,
            badge=row.by,
            day=dates.day(row.at_ms),
            time=dates.clock(row.at_ms),
        )
        for row in clash
    )
    return ClashCard(words, first, second)


def preview_lines(say: Say, found: tuple[WouldLeave, ...], smallest: int) -> Iterator[str]:
    """Say of each table how much is hidden, and then why. Units: `smallest` in people."""
    for one in found:
        title = say("{table}, {years}", table=one.title, years=one.years)
        yield say("{table}: {what}", table=title, what=_what(say, one))
    yield say(
        "Behind each figure stand {count} people or more. With a small figure others are hidden"
        " that would give it away, and a large one where it would tell of everybody in a group.",
        count=smallest,
    )


def told_before(say: Say) -> Iterator[str]:
    """The two things that are told before a table leaves."""
    yield say(
        "A table leaves once. Asked for again, it is the same file, whatever is entered since;"
        " corrections come with the next full year."
    )
    yield say(
        "What is out cannot be called back. It stands in the list, with your badge and the day."
    )


def checked_banner(say: Say, dates: DateWords, found: FileChecked) -> BannerSpec:
    """Say whose a file is, and what that is worth."""
    title = say(
        "Unchanged. {table}, {years}, signed by {organisation} on {day}.",
        table=found.title,
        years=found.years,
        organisation=found.organisation,
        day=dates.day(found.at_ms),
    )
    words = (
        say("Somebody here has compared the card of that organisation.")
        if found.is_known
        else say("Nobody here has compared the card of that organisation: its name is a claim.")
    )
    return BannerSpec(words, Tone.OK if found.is_known else Tone.WARN, title)


def _pill(say: Say, row: ReleaseLine) -> PillSpec:
    if row.clashes:
        return PillSpec(say("Contradicted"), Shape.TRIANGLE, Tone.BAD)
    if row.withdrawn:
        return PillSpec(say("Never left"), Shape.RING)
    return PillSpec(say("Out"), Shape.DOT, Tone.OK)


def _what(say: Say, one: WouldLeave) -> str:
    if not one.is_new:
        return say("it is out, and is given again as it was.")
    if not one.has_total:
        return say("everything is hidden, the total as well: they are too few.")
    if one.is_bare:
        return say("only the total is shown.")
    return say("{count} of {all} figures are hidden.", count=one.hidden, all=one.figures)
