"""The exchange with other devices, by folder or server: run it, and say in words what it did.

This module decides the words of a result, also of "nothing new". It moves nothing itself.

Source: ux.md section 8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from nrm_desktop.app.sync_report import SyncDone, SyncReport
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone
from nrm_desktop.ui.presenters.wording import Say


@dataclass(frozen=True, slots=True)
class StorePlace:
    """A place of exchange: used before, or a server that the vault knows.

    Units: ms since 1970; 0 is never.
    """

    address: str
    last_ok_ms: int


@dataclass(frozen=True, slots=True)
class RunWish:
    """What somebody has said yes to for one run.

    Shape: `with_attachments` lets attachments go over a slow line too; `takes_many` takes in what
    closes or erases very many cases.
    """

    with_attachments: bool = False
    takes_many: bool = False


@dataclass(frozen=True, slots=True)
class SilentDevice:
    """A device that was not heard from for long, or never since it joined. Units: whole days."""

    label: str
    days: int
    was_heard: bool = True


class ExchangeTools(Protocol):
    """What the exchange offers; all of it is slow and runs outside the window."""

    def places(self) -> Sequence[StorePlace]:
        """Places used before, the last one first, then servers that wait for their first time."""

    def silent(self) -> Sequence[SilentDevice]:
        """Devices of the organisation that were not heard from for a week, the longest first."""

    def run(self, address: str, wish: RunWish) -> SyncDone:
        """Exchange everything with a folder, or with a server that the vault knows."""


class ExchangeView(Protocol):
    """What the page shows."""

    def show_places(self, places: tuple[tuple[str, str], ...]) -> None:
        """Show places to choose from, each with when it last went well."""

    def show_silent(self, lines: tuple[str, ...]) -> None:
        """Show from whom nothing was heard for long."""

    def show_folder(self, folder: str) -> None:
        """Show the folder that will be used."""

    def show_busy(self, text: str) -> None:
        """Say what is going on; empty: it can be started."""

    def show_result(self, lines: tuple[str, ...]) -> None:
        """Show what a run did, line by line."""

    def show_banners(self, banners: tuple[BannerSpec, ...]) -> object:
        """Show what must not be missed."""


class ExchangePresenter:
    """Runs the exchange."""

    def __init__(
        self, view: ExchangeView, desk: Desk, tools: ExchangeTools, done: Callable[[], None]
    ) -> None:
        self._view = view
        self._desk = desk
        self._tools = tools
        self._tell_done = done
        self._is_running = False
        self._last = ""
        self._offers: tuple[RunWish | None, ...] = ()

    def start(self) -> None:
        """Show the places used before, and from whom nothing was heard."""
        self._desk.ask(self._tools.places, self._show_places, self._failed)
        self._desk.ask(self._tools.silent, self._show_silent, self._failed)

    def refresh(self) -> None:
        """Something changed elsewhere; a running exchange says so itself."""

    def leave(self) -> None:
        """A running exchange goes on; it may be looked at again."""

    def agree(self, number: int) -> None:
        """Somebody says yes to what a banner offers: the same place again, with that."""
        wish = self._offers[number] if number < len(self._offers) else None
        if wish is not None:
            self.run(self._last, wish)

    def run(self, folder: str, wish: RunWish = RunWish()) -> None:
        """Exchange with a folder or a server."""
        say = self._desk.say
        if self._is_running:
            return
        if not folder.strip():
            self._view.show_banners((BannerSpec(say("Choose a folder first."), Tone.WARN),))
            return
        self._is_running = True
        self._view.show_banners(())
        self._view.show_result(())
        address = self._last = folder.strip()
        is_server = "://" in address
        self._view.show_busy(
            say("Exchanging … please stay connected.")
            if is_server
            else say("Exchanging … please leave the stick in.")
        )
        self._desk.ask(
            lambda: self._tools.run(address, wish),
            self._done,
            self._failed,
        )

    def _done(self, done: SyncDone) -> None:
        self._is_running = False
        say, report = self._desk.say, done.report
        self._view.show_busy("")
        self._view.show_result(tuple(result_lines(say, report)))
        banners = _alarms(say, report)
        self._offers = tuple(offer for _, offer in banners)
        self._view.show_banners(tuple(banner for banner, _ in banners))
        self._tell_done()
        self.start()

    def _failed(self, error: NrmError) -> None:
        self._is_running = False
        self._view.show_busy("")
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))

    def _show_silent(self, devices: Sequence[SilentDevice]) -> None:
        self._view.show_silent(tuple(map(self._silence, devices)))

    def _silence(self, one: SilentDevice) -> str:
        say = self._desk.say
        if one.was_heard:
            return say.plural(
                "{device}: last heard from {count} day ago.",
                "{device}: last heard from {count} days ago.",
                one.days,
                device=one.label,
            )
        return say.plural(
            "{device}: never heard from. It joined {count} day ago.",
            "{device}: never heard from. It joined {count} days ago.",
            one.days,
            device=one.label,
        )

    def _show_places(self, places: Sequence[StorePlace]) -> None:
        say, dates = self._desk.say, self._desk.dates
        self._view.show_places(
            tuple(
                (
                    place.address,
                    say(
                        "last went well {day}, {time}",
                        day=dates.day(place.last_ok_ms),
                        time=dates.clock(place.last_ok_ms),
                    )
                    if place.last_ok_ms
                    else say("has not gone well yet"),
                )
                for place in places
            )
        )
        if places:
            self._view.show_folder(places[0].address)


def result_lines(say: Say, report: SyncReport) -> Iterator[str]:
    """What a run did; it always says something."""
    came, went = report.received.commits, report.sent.commits
    came_trust = report.received.acts + report.received.keyboxes
    if came:
        yield say.plural("{count} change has arrived.", "{count} changes have arrived.", came)
    elif came_trust:
        yield say("News about people and keys has arrived; no changes of cases.")
    else:
        yield say("Nothing new has arrived.")
    if report.received.forms:
        yield say("New forms have arrived. They are there when it is opened next time.")
    if went:
        yield say.plural(
            "{count} own change was put there.", "{count} own changes were put there.", went
        )
    elif report.sent.objects:
        yield say("Only news about people and keys was put there.")
    else:
        yield say("There was nothing new to put there.")
    yield from _rest(say, report)


def _rest(say: Say, report: SyncReport) -> Iterator[str]:
    if report.carried_for_others:
        count = report.carried_for_others
        yield say.plural(
            "{count} file is sealed for others and is carried on.",
            "{count} files are sealed for others and are carried on.",
            count,
        )
    yield from _attachments(say, report)
    if report.pending:
        yield say.plural(
            "{count} change waits for another one that has not arrived.",
            "{count} changes wait for others that have not arrived.",
            report.pending,
        )
    if report.conflicts_new:
        yield say.plural(
            "{count} answer now has two versions; somebody has to decide.",
            "{count} answers now have two versions; somebody has to decide.",
            report.conflicts_new,
        )
    for missing in report.missing:
        yield say(
            "{count} changes of {device} have not arrived here.",
            count=missing.count,
            device=missing.device[:8],
        )


def _attachments(say: Say, report: SyncReport) -> Iterator[str]:
    if report.received.chunks:
        yield say.plural(
            "{count} piece of an attachment has arrived.",
            "{count} pieces of attachments have arrived.",
            report.received.chunks,
        )
    if report.passed_on:
        yield say.plural(
            "{count} file of others was put there to travel along.",
            "{count} files of others were put there to travel along.",
            report.passed_on,
        )


Offer = tuple[BannerSpec, RunWish | None]
"""A banner, and what its one button says yes to."""


def _alarms(say: Say, report: SyncReport) -> tuple[Offer, ...]:
    found: list[Offer] = []
    if report.skipped:
        text = say.plural(
            "{count} file was not accepted, and nothing of it was taken in.",
            "{count} files were not accepted, and nothing of them was taken in.",
            len(report.skipped),
        )
        found.append((BannerSpec(text, Tone.BAD), None))
    found += [_alarm(say, alarm.kind) for alarm in report.alarms]
    if not found:
        found.append((BannerSpec(say("The exchange is done and checked."), Tone.OK), None))
    if report.left_for_later.attachments:
        text = say.plural(
            "{count} attachment waits for a faster line. It can go on a stick instead.",
            "{count} attachments wait for a faster line. They can go on a stick instead.",
            report.left_for_later.attachments,
        )
        banner = BannerSpec(text, Tone.INFO, action=say("Send attachments now"))
        found.append((banner, RunWish(with_attachments=True)))
    return tuple(found)


def _alarm(say: Say, kind: str) -> Offer:
    words = {
        "rollback": say("This place shows something older than before. Ask the office."),
        "no_key": say(
            "Colleagues use a new key here that this laptop was not given. Ask the office."
        ),
        "withheld": say("Something that was promised does not arrive. Ask the office."),
        "many_closed": say(
            "Others closed very many cases at once. They are open here as before. Ask the office."
        ),
        "many_erasures": say(
            "Others ordered to erase in very many cases at once. Nothing of it was done here."
            " Ask the office."
        ),
        "fork": say("Two different histories of one device exist. Ask the office."),
    }
    is_many = kind in {"many_closed", "many_erasures"}
    action = say("The office says yes: take it in") if is_many else ""
    banner = BannerSpec(words.get(kind, kind), Tone.BAD, action=action)
    return banner, RunWish(takes_many=True) if is_many else None
