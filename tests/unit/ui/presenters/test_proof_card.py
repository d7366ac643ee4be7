"""The proof of what was erased: kinds and computers in words, and a paper for the person."""

import pytest
from tests.fakes.runner import FakeDesk
from tests.unit.ui.presenters.cases import view

from nrm_desktop.app.proofs import ComputerTold, ErasedFor, ErasureProof, Request
from nrm_desktop.domain.errors import EnvironmentFault, Usage
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.proof import ProofPresenter

ASKED = RecordId(b"q" * 16)
DECIDED = Request(ASKED, "erase", "2026-11-20", "partly", "The trial needs the rest.")
pytestmark = [pytest.mark.rule("N9"), pytest.mark.promise("P14")]


def proof(**changes) -> ErasureProof:
    plain = {
        "reference": "e-1",
        "code": "YE7T-9BRZ",
        "language": "en",
        "prepared_on": "2026-11-26",
        "sender": "Border Office",
        "is_whole": False,
    }
    return ErasureProof(**{**plain, **changes})


class Tools:
    """Gives one proof, and remembers what was written."""

    def __init__(self, given, fails=None) -> None:
        self.given, self.fails, self.written = given, fails, []

    def proof(self, code):
        if isinstance(self.given, Usage):
            raise self.given
        return self.given

    def write(self, *order):
        if self.fails is not None:
            raise self.fails
        self.written.append(order)
        return "/stick/e-1.pdf"


@pytest.fixture
def log(view_log):
    return view_log


def card(log, tools):
    made = ProofPresenter(log, FakeDesk(), tools)
    made.show_for(view(), DECIDED)
    return made


def told(log):
    return {one.what: one.words for one in log.last("show_proof")}


def test_kinds_and_computers_are_told_and_what_nobody_can_promise(log):
    given = proof(
        erased=(ErasedFor((), "2026-11-22T10:00", ("screening",)),),
        computers=(
            ComputerTold("Laptop 1", is_done=True),
            ComputerTold("Laptop 2", is_done=False, heard_on="2026-11-01"),
            ComputerTold("", is_done=False),
        ),
        recipients=("Harbour Clinic",),
        backups=("2026-11-10",),
        left=2,
        keys_ended_on="2026-11-25",
    )
    card(log, Tools(given))

    said = told(log)
    assert said["2026-11-22"].startswith("Answers in: ")
    assert said["Laptop 1"] == "Erased there."
    assert said["Laptop 2"] == "Not heard from since 2026-11-01."
    assert said["A computer without a name"] == "Not heard from yet."
    assert said["Received something before, and keep it"] == "Harbour Clinic"
    assert said["Copies against loss made before"] == "2026-11-10"
    assert "cannot be opened" in said["2026-11-25"]
    assert "What came later" in said


def test_a_proof_before_anything_was_erased_says_so(log):
    card(log, Tools(proof()))

    assert told(log) == {"So far": "Nothing has been erased."}


@pytest.mark.parametrize(
    "request_", [None, Request(ASKED, "see", "", "granted"), Request(ASKED, "erase", "")]
)
def test_without_an_answer_to_a_request_to_erase_there_is_no_proof(log, request_):
    made = ProofPresenter(log, FakeDesk(), Tools(proof()))
    made.show_for(view(), request_)

    assert log.last("show_proof") == ()
    made.write("/stick", "en")
    assert log.told("show_banners") == []


def test_the_proof_of_a_whole_file_stays_when_the_file_is_gone(log):
    given = proof(is_whole=True, erased=(ErasedFor((), "2026-11-22", ()),))
    made = card(log, Tools(given))
    made.show_for(None, None)

    assert told(log) == {"2026-11-22": "The whole file."}


def test_the_paper_is_written_in_the_language_of_the_person(log):
    tools = Tools(proof())
    made = card(log, tools)
    languages, chosen = log.told("show_languages")[-1]
    assert ("ar" in {one.code for one in languages}, chosen) == (True, "en")
    made.write(" ", "ar")
    assert tools.written == []
    assert "Choose a folder first." in repr(log.last("show_banners"))

    made.write(" /stick ", "ar")
    assert tools.written == [("YE7T-9BRZ", "ar", "/stick")]
    (banner,) = log.last("show_banners")
    assert (banner.tone, "e-1.pdf" in banner.text) == (Tone.OK, True)
    assert [dict(call)["is_writing"] for call in log.told("show_writing")] == [True, False]


@pytest.mark.parametrize("where", ["reading", "writing"])
def test_what_fails_is_explained(log, where):
    gone = Usage("usage.not_found", what="request", name="")
    full = EnvironmentFault("environment.disk_full")
    tools = Tools(gone if where == "reading" else proof(), full)
    made = card(log, tools)
    if where == "writing":
        made.write("/stick", "en")

    assert log.last("show_banners")[0].tone is Tone.BAD
