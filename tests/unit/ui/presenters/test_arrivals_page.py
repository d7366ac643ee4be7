"""The page of files from outside: what it says of each, what it takes in, what comes next."""

from dataclasses import replace

import pytest

from nrm_desktop.app.arrived_files import Arrival, ArrivalKind
from nrm_desktop.app.arrived_post import PostSeen
from nrm_desktop.app.events import CardTakenIn, ReceiptFiled, ReferralTakenIn
from nrm_desktop.app.notice_commands import NoticeArrived, NoticeReplied
from nrm_desktop.cli.commands.exchange import WHAT_WORDS
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, Refused
from nrm_desktop.domain.ids import RecordId, ScopeId
from nrm_desktop.ui.presenters.arrival_words import came_lines, what_words
from nrm_desktop.ui.presenters.arrivals import ArrivalsPresenter, FileList, FoundFile, WayToCase
from nrm_desktop.ui.presenters.form_words import FormWords
from nrm_desktop.ui.presenters.marks import Tone

SCOPE = ScopeId(b"c" * 16)
SAID_OTHERWISE = {"root": "the papers of an organisation"}
"""A word of the code that nobody reads on the screen."""


def mine(file: str, what: str, **more) -> FoundFile:
    kind = ArrivalKind.RECEIPT if what == "receipt" else ArrivalKind.FOR_ME
    return FoundFile(Arrival(file, kind, what), **more)


FROM = PostSeen("Lantern Office", is_compared=True)
REFERRAL = mine("a.nrm", "packet", seen=FROM)
NOTICE = mine("b.nrm", "withdrawal", seen=PostSeen("Stranger"))
RECEIPT = mine("c.nrm", "receipt", seen=FROM)
CARD = mine("d.nrmcard", "card", seen=PostSeen("Harbour Clinic"))
PACK = mine("e.nrmx", "pack")
HERE = mine("f.nrm", "packet", seen=PostSeen("Lantern Office", is_compared=True, is_here=True))
BROKEN = FoundFile(
    Arrival("g.nrm", ArrivalKind.DAMAGED, "packet", code="integrity.signature"),
    fault=HostileInput("integrity.signature"),
)
OTHERS = FoundFile(Arrival("h.nrm", ArrivalKind.CARRIED, "packet"))
PICTURE = FoundFile(Arrival("i.jpg", ArrivalKind.NOT_OURS))
ALL = (PICTURE, OTHERS, BROKEN, HERE, PACK, CARD, RECEIPT, NOTICE, REFERRAL)

OPENED = ReferralTakenIn(
    scope=SCOPE,
    code="N-7",
    referral="r-1",
    sender="Lantern Office",
    is_sender_verified=True,
    purpose="refer",
    keep_until="",
    fields=4,
    kept=1,
    receipt_path="/stick/r.nrm",
    typed=("abc", "def"),
)
FILED = ReceiptFiled(
    scope=SCOPE,
    code="N-2",
    referral="r-2",
    state="accepted",
    now="accepted",
    reason="",
    at_ms=1,
    by="L-07",
    is_typed=False,
)
ARRIVED = NoticeArrived(
    scope=SCOPE,
    code="N-3",
    notice=b"n",
    reference="r-3",
    sender="Stranger",
    is_sender_verified=False,
    parts=(),
    answer_by="2026-12-10",
)
REPLIED = NoticeReplied(
    scope=SCOPE, code="N-4", reference="r-4", reply="erased", words="", at_ms=1, by="L-07"
)


class Stick:
    """Fulfils `ArrivalTools`: files that are there, and what becomes of them."""

    def __init__(self) -> None:
        self.found: tuple[FoundFile, ...] = ALL
        self.taken: tuple[FoundFile, ...] = ()
        self.fault: EnvironmentFault | Refused | None = None
        self.asked: list[tuple] = []

    def look(self, folder):
        return self._answer(("look", folder), self.found)

    def take(self, folder):
        return self._answer(("take", folder), self.taken)

    def open_referral(self, folder, file):
        return self._answer(("open", folder, file), (OPENED,))

    def take_card(self, folder, file, typed):
        kept = CardTakenIn(
            entry=RecordId(b"e" * 16),
            organisation="Harbour Clinic",
            fingerprint="ab",
            is_verified=bool(typed),
            digits=(),
            words=(),
        )
        return self._answer(("card", folder, file, typed), (kept,))

    def _answer(self, asked, answer):
        self.asked.append(asked)
        if self.fault is not None:
            raise self.fault
        return answer


@pytest.fixture
def stick():
    return Stick()


@pytest.fixture
def went():
    return []


@pytest.fixture
def page(view, desk, stick, went):
    made = ArrivalsPresenter(
        view,
        desk,
        stick,
        lambda: went.append("news"),
        lambda scope, code: went.append((scope, code)),
    )
    made.start()
    return made


def rows(view):
    return {row.file: row for row in view.last("show_files").rows}


def said(view, file: str) -> str:
    return "\n".join(rows(view)[file].lines)


@pytest.mark.threat("T12")
def test_nothing_is_looked_at_before_a_folder_is_named_and_nothing_taken_by_looking(
    view, stick, page, went
):
    page.take()
    page.look("  ")
    assert stick.asked == []
    assert "Choose a folder" in view.last("show_banners")[0].text

    page.look(" /stick ")

    assert stick.asked == [("look", "/stick")]
    assert view.last("show_banners")[0].text == "Nothing was taken in yet."
    assert went == []


def test_each_file_says_what_it_is_from_whom_and_what_can_be_done(view, page):
    page.look("/stick")

    found = rows(view)
    assert list(found) == ["b.nrm", "a.nrm", "f.nrm", "g.nrm", "c.nrm", "d.nrmcard", "e.nrmx"]
    assert found["a.nrm"].title == "A referral"
    assert "From Lantern Office. The digits of their card were compared." in said(view, "a.nrm")
    assert "opens as a case of its own" in said(view, "a.nrm")
    assert "Stranger. Nobody has compared" in said(view, "b.nrm")
    assert "Nothing is erased by it." in said(view, "b.nrm")
    assert {file for file, row in found.items() if row.opens_case} == {"a.nrm"}
    assert {file for file, row in found.items() if row.takes_card} == {"d.nrmcard"}
    words = {file: row.pill.word for file, row in found.items()}
    assert words == {
        "a.nrm": "Waits for somebody",
        "b.nrm": "Can be taken in",
        "c.nrm": "Can be taken in",
        "d.nrmcard": "Waits for somebody",
        "e.nrmx": "Can be taken in",
        "f.nrm": "Here already",
        "g.nrm": "Damaged",
    }
    assert view.last("show_files").safe == len(("b.nrm", "c.nrm", "e.nrmx"))


def test_what_is_broken_says_why_and_what_helps(view, desk, page):
    page.look("/stick")

    assert rows(view)["g.nrm"].lines == desk.explain(HostileInput("integrity.signature"))


def test_what_is_for_others_or_nothing_of_ours_is_only_counted(view, stick, page):
    page.look("/stick")
    assert view.last("show_files").notes == (
        "1 file is sealed for others and can travel on.",
        "1 file has nothing to do with this program.",
    )

    stick.found = (OTHERS, PICTURE)
    page.look("/stick")

    assert view.last("show_files").rows == ()
    assert view.last("show_banners")[0].text == "Nothing lies here for your organisation."


def test_a_full_stick_shows_a_part_and_says_how_many_more_there_are(view, stick, page):
    stick.found = tuple(mine(f"{number:03}.nrmx", "pack") for number in range(43))

    page.look("/stick")

    shown = view.last("show_files")
    assert (len(shown.rows), shown.safe) == (40, 43)
    assert shown.notes[0].startswith("3 more files are not shown here.")


def test_what_was_taken_in_says_what_came_of_it_and_where_it_stands(view, stick, page, went):
    page.look("/stick")
    taken = Arrival("c.nrm", ArrivalKind.RECEIPT, "receipt", taken=True)
    notice = Arrival("b.nrm", ArrivalKind.FOR_ME, "withdrawal", taken=True)
    pack = Arrival("e.nrmx", ArrivalKind.FOR_ME, "pack", taken=True, missing=2)
    stick.taken = (
        FoundFile(taken, came=(FILED,)),
        FoundFile(notice, came=(ARRIVED,)),
        FoundFile(pack),
        REFERRAL,
    )

    page.take()

    assert "They say: They will do it." in said(view, "c.nrm")
    assert "It stands beside its referral in case N-2." in said(view, "c.nrm")
    assert "It stands in case N-3, and on Today." in said(view, "b.nrm")
    assert "answer on the page Consent" in said(view, "b.nrm")
    assert "2 entries that it names have not arrived yet." in said(view, "e.nrmx")
    assert rows(view)["c.nrm"].ways == (WayToCase(SCOPE, "N-2"),)
    assert [one.text for one in view.last("show_banners")] == ["3 files were taken in."]
    assert rows(view)["a.nrm"].opens_case, "a referral waits for somebody who says so"
    assert went == ["news"]


def test_a_refusal_stands_beside_its_file_in_its_own_words_and_stops_no_other(view, stick, page):
    page.look("/stick")
    fault = Refused("policy.notice_unknown", referral="r-3")
    stick.taken = (
        FoundFile(NOTICE.arrival, fault=fault),
        FoundFile(Arrival("c.nrm", ArrivalKind.RECEIPT, "receipt", taken=True), came=(REPLIED,)),
        FoundFile(Arrival("e.nrmx", ArrivalKind.FOR_ME, "pack", taken=True)),
    )

    page.take()

    assert "r-3" in said(view, "b.nrm")
    assert "From Stranger." in said(view, "b.nrm")
    assert rows(view)["b.nrm"].pill.word == "Not taken in"
    assert "It stands beside the notice in case N-4." in said(view, "c.nrm")
    assert [(one.tone, one.text) for one in view.last("show_banners")] == [
        (Tone.OK, "2 files were taken in."),
        (Tone.BAD, "1 file was not taken in. Why stands beside it."),
    ]


def test_a_referral_opens_as_a_case_says_what_to_do_next_and_leads_there(view, stick, page, went):
    page.look("/stick")

    page.open_referral("a.nrm")

    assert stick.asked[-1] == ("open", "/stick", "a.nrm")
    text = said(view, "a.nrm")
    for part in ("case N-7, with 4 answers", "1 answer has no question", "Give the stick back"):
        assert part in text
    assert "abc-def" in text
    assert view.told("show_files")[-1][1] == "a.nrm"
    (way,) = rows(view)["a.nrm"].ways
    page.go(way)
    assert went == ["news", (SCOPE, "N-7")]


def test_a_receipt_that_could_not_be_written_is_told_by_phone(desk):
    words = FormWords(desk.context.forms, desk.say, desk.dates)

    lines = list(came_lines(desk.say, words, [replace(OPENED, receipt_path="")]))

    assert lines[-1] == "No receipt could be put there. Tell them these groups by phone: abc-def"
    assert not any("beside the file" in line for line in lines)


def test_what_was_opened_stays_told_while_the_rest_is_taken_in(view, stick, page):
    page.look("/stick")
    page.open_referral("a.nrm")
    stick.taken = (REFERRAL,)

    page.take()

    assert rows(view)["a.nrm"].ways == (WayToCase(SCOPE, "N-7"),)


def test_a_notice_that_came_before_its_referral_can_be_taken_in_after_it(view, stick, page):
    page.look("/stick")
    stick.taken = (
        REFERRAL,
        FoundFile(NOTICE.arrival, fault=Refused("policy.notice_unknown", referral="r-3")),
        BROKEN,
    )
    page.take()
    assert view.last("show_files").safe == 0

    page.open_referral("a.nrm")

    assert rows(view)["b.nrm"].pill.word == "Can be taken in"
    assert rows(view)["g.nrm"].pill.word == "Damaged"
    assert view.last("show_files").safe == 1


@pytest.mark.parametrize(("typed", "words"), [("", "Nobody has compared"), ("12", "were compared")])
def test_a_card_is_kept_with_what_was_read_out_or_says_that_nobody_compared_it(
    view, stick, page, typed, words
):
    page.look("/stick")

    page.take_card("d.nrmcard", typed)

    assert stick.asked[-1] == ("card", "/stick", "d.nrmcard", typed)
    assert words in said(view, "d.nrmcard")
    assert not rows(view)["d.nrmcard"].takes_card


def test_one_thing_at_a_time_and_a_stick_that_went_away_is_told(view, desk, stick, page):
    page.look("/stick")
    desk.holds = True
    page.take()
    page.take()
    page.look("/other")
    page.open_referral("a.nrm")
    stick.fault = EnvironmentFault("storage.medium")
    desk.release()

    assert stick.asked == [("look", "/stick"), ("take", "/stick")]
    assert view.last("show_busy") == ""
    assert view.last("show_banners")[0].tone is Tone.BAD
    assert view.told("show_files")[0] == (FileList(),)


def test_the_window_says_what_the_command_line_says(desk):
    """One vocabulary for what a file is."""
    words = {what: text.lower() for what, text in what_words(desk.say).items() if what != "chunk"}

    assert words == {what: text.lower() for what, text in (WHAT_WORDS | SAID_OTHERWISE).items()}
