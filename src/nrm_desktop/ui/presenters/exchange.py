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


class ExchangeTools(Protocol):
    """What the exchange offers; both are slow and run outside the window."""

    def places(self) -> Sequence[StorePlace]:
        """Places used before, the last one first, then servers that wait for their first time."""

    def run(self, address: str, *, with_attachments: bool = False) -> SyncDone:
        """Exchange everything with a folder, or with a server that the vault knows.

        Shape: `with_attachments` lets attachments go over a slow line too.
        """


class ExchangeView(Protocol):
    """What the page shows."""

    def show_places(self, places: tuple[tuple[str, str], ...]) -> None:
        """Show places to choose from, each with when it last went well."""

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

    def start(self) -> None:
        """Show the places used before."""
        self._desk.ask(self._tools.places, self._show_places, self._failed)

    def refresh(self) -> None:
        """Something changed elsewhere; a running exchange says so itself."""

    def leave(self) -> None:
        """A running exchange goes on; it may be looked at again."""

    def run_with_attachments(self) -> None:
        """Exchange with the same place again, attachments too, however slow the line is."""
        self.run(self._last, with_attachments=True)

    def run(self, folder: str, *, with_attachments: bool = False) -> None:
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
            lambda: self._tools.run(address, with_attachments=with_attachments),
            self._done,
            self._failed,
        )

    def _done(self, done: SyncDone) -> None:
        self._is_running = False
        say, report = self._desk.say, done.report
        self._view.show_busy("")
        self._view.show_result(tuple(result_lines(say, report)))
        self._view.show_banners(_alarms(say, report))
        self._tell_done()
        self.start()

    def _failed(self, error: NrmError) -> None:
        self._is_running = False
        self._view.show_busy("")
        message, remedy = self._desk.explain(error)
        self._view.show_banners((BannerSpec(remedy, Tone.BAD, message),))

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


def _alarms(say: Say, report: SyncReport) -> tuple[BannerSpec, ...]:
    banners = []
    if report.skipped:
        text = say.plural(
            "{count} file was not accepted, and nothing of it was taken in.",
            "{count} files were not accepted, and nothing of them was taken in.",
            len(report.skipped),
        )
        banners.append(BannerSpec(text, Tone.BAD))
    for alarm in report.alarms:
        words = {
            "rollback": say("This place shows something older than before. Ask the office."),
            "no_key": say(
                "Colleagues use a new key here that this laptop was not given. Ask the office."
            ),
            "withheld": say("Something that was promised does not arrive. Ask the office."),
            "many_closed": say(
                "Others closed very many cases at once. They are open here as before. Ask the"
                " office."
            ),
            "many_erasures": say(
                "Others ordered to erase in very many cases at once. Nothing of it was done here."
                " Ask the office."
            ),
            "fork": say("Two different histories of one device exist. Ask the office."),
        }
        banners.append(BannerSpec(words.get(alarm.kind, alarm.kind), Tone.BAD))
    if not banners:
        banners.append(BannerSpec(say("The exchange is done and checked."), Tone.OK))
    if report.left_for_later.attachments:
        text = say.plural(
            "{count} attachment waits for a faster line. It can go on a stick instead.",
            "{count} attachments wait for a faster line. They can go on a stick instead.",
            report.left_for_later.attachments,
        )
        banners.append(BannerSpec(text, Tone.INFO, action=say("Send attachments now")))
    return tuple(banners)
