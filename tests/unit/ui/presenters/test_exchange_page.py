"""The page of the exchange: what it says of a run, whom it names, what needs a yes."""

import pytest

from nrm_desktop.app.sync_report import (
    Alarm,
    MissingCommits,
    Received,
    Sent,
    SkippedObject,
    SyncDone,
    SyncReport,
)
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.ui.presenters.exchange import (
    ExchangePresenter,
    RunWish,
    SilentDevice,
    StorePlace,
    result_lines,
)
from nrm_desktop.ui.presenters.marks import Tone


class Stick:
    def __init__(self) -> None:
        self.report: SyncReport | EnvironmentFault = SyncReport(store="/stick")
        self.runs: list[str] = []

    def places(self):
        return [StorePlace("/stick", 5)]

    def silent(self):
        return [SilentDevice("Border Post 2", 41), SilentDevice("Ferry", 9, was_heard=False)]

    def run(self, address: str, wish: RunWish) -> SyncDone:
        said = " with attachments" * wish.with_attachments + " with many" * wish.takes_many
        self.runs.append(address + said)
        if isinstance(self.report, EnvironmentFault):
            raise self.report
        return SyncDone(self.report)


@pytest.fixture
def stick():
    return Stick()


@pytest.fixture
def exchange(view, desk, stick):
    made = ExchangePresenter(view, desk, stick, lambda: None)
    made.start()
    return made


def test_a_run_says_something_also_when_there_was_nothing(desk):
    assert list(result_lines(desk.say, SyncReport(store=""))) == [
        "Nothing new has arrived.",
        "There was nothing new to put there.",
    ]


def test_a_run_says_what_came_what_went_and_what_is_missing(desk):
    report = SyncReport(
        store="",
        received=Received(commits=4),
        sent=Sent(commits=1),
        carried_for_others=2,
        pending=1,
        conflicts_new=1,
        missing=(MissingCommits("ab" * 16, 5, 3),),
    )

    text = "\n".join(result_lines(desk.say, report))

    for part in ("4 changes", "1 own change ", "2 files are sealed", "waits", "two versions"):
        assert part in text
    assert "5 changes of abababab" in text


def test_a_refused_file_and_an_alarm_are_loud(view, stick, exchange):
    stick.report = SyncReport(
        store="",
        skipped=(SkippedObject("x", "integrity.hash"),),
        alarms=(Alarm("fork", "d", "alarm.fork"),),
    )
    exchange.run("/stick")

    assert {banner.tone for banner in view.last("show_banners")} == {Tone.BAD}
    assert "1 file was not accepted" in view.last("show_banners")[0].text


def test_a_run_without_a_folder_is_not_started(view, stick, exchange):
    exchange.run("  ")

    assert stick.runs == []
    assert "Choose a folder" in view.last("show_banners")[0].text


def test_one_run_at_a_time_and_a_failed_one_can_be_tried_again(view, desk, stick, exchange):
    desk.holds = True
    exchange.run("/stick")
    exchange.run("/stick")
    stick.report = EnvironmentFault("storage.read_only")
    desk.release()
    assert stick.runs == ["/stick"]
    assert view.last("show_busy") == ""

    exchange.run("/stick")
    desk.release()
    assert len(stick.runs) == 2


def test_whoever_exchanges_with_a_server_is_asked_to_stay_connected(view, desk, exchange):
    desk.holds = True
    exchange.run("webdavs://cloud.example/team")

    assert view.last("show_busy") == "Exchanging … please stay connected."


def test_who_was_not_heard_from_is_named(view, exchange):
    assert view.last("show_silent") == (
        "Border Post 2: last heard from 41 days ago.",
        "Ferry: never heard from. It joined 9 days ago.",
    )


@pytest.mark.parametrize("kind", ["many_closed", "many_erasures"])
def test_very_many_at_once_need_a_yes(view, stick, exchange, kind):
    stick.report = SyncReport(store="", alarms=(Alarm(kind, "", f"alarm.{kind}"),))
    exchange.run("/stick")
    (banner,) = view.last("show_banners")
    assert (banner.tone, banner.action) == (Tone.BAD, "The office says yes: take it in")

    exchange.agree(0)
    exchange.agree(7)

    assert stick.runs == ["/stick", "/stick with many"]


def test_the_last_place_is_offered(view, exchange):
    assert view.last("show_folder") == "/stick"
    assert view.last("show_places") == (("/stick", "last went well day 5, clock 5"),)
