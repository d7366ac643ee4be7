"""What workers do in the situations of the domain guide, in a few words each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.laptops import Laptop, copy_of, made_once

from nrm_desktop.app.answering import Answering, Wanted
from nrm_desktop.app.commands import (
    AddCorrection,
    AddDirectoryEntry,
    CloseCase,
    ConsentRowGiven,
    EndChildPathway,
    EndHold,
    IssueReferral,
    OpenCase,
    RecordConsent,
    ReferralWish,
    ReopenCase,
    SetHold,
    WithdrawConsent,
)
from nrm_desktop.app.events import (
    AnswersSaved,
    CaseClosed,
    ChildPathwayEnded,
    ConsentWithdrawn,
    ReferralIssued,
)
from nrm_desktop.app.notice_commands import TellRecipient
from nrm_desktop.app.retaining import case_retention, list_of_today
from nrm_desktop.app.timing import CaseTimes, Moments, case_times, now_of
from nrm_desktop.domain.ids import RecipientId, RecordId, ScopeId
from nrm_desktop.domain.notices import Notice
from nrm_desktop.domain.values import NOT_ASKED, Answer


@dataclass
class PassingOn:
    """What somebody at a laptop asks and passes on."""

    laptop: Laptop

    def knows_a_service(self, kind: str, name: str) -> RecipientId:
        (event,) = self.laptop.vault.handle(AddDirectoryEntry(kind=kind, name=name))
        return RecipientId(event.entry.hex())

    def asks(self, scope: ScopeId, recipient: RecipientId, purpose: str = "refer", **groups: str):
        """The conversation about consent: one answer for each group of data."""
        given = ConsentRowGiven(purpose, recipient, tuple(groups.items()), "no_end")
        return self.laptop.vault.handle(RecordConsent(scope=scope, rows=(given,)))[0]

    def takes_back(self, scope: ScopeId, consents: Iterable[RecordId]) -> ConsentWithdrawn:
        command = WithdrawConsent(scope=scope, consents=tuple(consents))
        return self.laptop.vault.handle(command)[0]

    def tells(self, scope: ScopeId, notice: Notice, way: str = "spoken", **more: str):
        """Write down that a recipient was told of a consent taken back, or what it answers."""
        passed = notice.passed
        about = {"reference": passed.reference, "recipient": passed.recipient}
        return self.laptop.vault.handle(TellRecipient(scope=scope, way=way, **about, **more))[0]

    def has_to_tell(self, scope: ScopeId) -> list[Notice]:
        """The files whose recipients nobody has told of a consent taken back."""
        found = self.laptop.vault.reader.notices(scope, self.laptop.vault.sight)
        return [one for one in found if one.is_owed]

    def would_pass(self, scope: ScopeId, recipient: RecipientId, purpose: str = "refer", **more):
        return self.laptop.vault.desk.preview(ReferralWish(scope, recipient, purpose, **more))

    def passes(
        self, scope: ScopeId, recipient: RecipientId, folder: Path, second: str = "", **more
    ) -> ReferralIssued:
        """Write a readable file, after it was said that anybody can read it."""
        folder.mkdir(exist_ok=True)
        wish = ReferralWish(scope, recipient, more.pop("purpose", "refer"), **more)
        plain = frozenset({"PLAINTEXT"})
        issue = IssueReferral(
            wish=wish, way="pdf", folder=str(folder), confirmations=plain, second=second
        )
        return self.laptop.vault.handle(issue)[0]


@dataclass
class Looking(PassingOn):
    """What somebody at a laptop sees."""

    def sees(self, scope: ScopeId):
        return self.laptop.vault.reader.case(scope, self.laptop.vault.sight)

    def times(self, scope: ScopeId, now: Moments | None = None) -> CaseTimes:
        vault = self.laptop.vault
        now = now or now_of(vault.context)
        return case_times(vault.forms, self.sees(scope), now, vault.sight)

    def tracks(self, scope: ScopeId) -> dict[str, str]:
        return {name: one.state for name, one in self.times(scope).tracks.items()}

    def due(self, scope: ScopeId) -> dict[str, str]:
        return {one.clock.rule.id: one.clock.ends for one in self.times(scope).due}

    def list_of_today(self, days: int = 7) -> list[tuple[str, str]]:
        vault = self.laptop.vault
        now = now_of(vault.context)
        found = list_of_today(vault.reader, vault.forms, vault.sight, now, days)
        return [(one.code, one.clock.rule.id) for one in found]

    def finds(self, scope: ScopeId, field: str) -> list[object]:
        """What acts in a field, of every record that may be seen."""
        view = self.sees(scope)
        return [
            cell.acting.answer.value
            for cell in view.cells
            if cell.field == field and cell.acting.answer is not None
        ]

    def searches(self, text: str) -> list[str]:
        vault = self.laptop.vault
        wait([vault.search_ready])
        return [hit.code for hit in vault.reader.search(text, vault.sight, 20).hits]


@dataclass
class Worker(Looking):
    """Somebody at a laptop of the organisation."""

    def opens_a_case(self, child: Answer = NOT_ASKED) -> ScopeId:
        (event,) = self.laptop.vault.handle(OpenCase(child=child))
        return event.scope

    def writes(self, scope: ScopeId, **answers: str) -> dict[str, str]:
        """Answers by address, dots written as two underscores; gives the ids of new records."""
        named = {name.replace("__", "."): value for name, value in answers.items()}
        return self.writes_at(scope, named)

    def writes_at(self, scope: ScopeId, answers: dict[str, str]) -> dict[str, str]:
        vault = self.laptop.vault
        view = vault.reader.case(scope, vault.sight)
        answering = Answering(vault.context, scope, view)
        for address, value in answers.items():
            answering.add(Wanted(address, value))
        events = vault.handle(answering.command())
        assert [type(one) for one in events] == [AnswersSaved]
        return answering.named_items()

    def notes(self, scope: ScopeId, kind: str, on: str, **more: str) -> str:
        """Write down what happened."""
        answers = {"ev_kind": kind, "ev_on": on, **more}
        named = {f"event.e[+1].{name}": value for name, value in answers.items()}
        return self.writes_at(scope, named)["event.e[+1]"]

    def hears_otherwise(self, scope: ScopeId, field: str, words: str, on: str = "2026-11-24"):
        """The person says that an answer is wrong."""
        cell = next(one for one in self.sees(scope).cells if one.field == field)
        command = AddCorrection(
            scope=scope, record=cell.record, name=cell.field, words=words, on=on
        )
        return self.laptop.vault.handle(command)[0].item

    def closes(self, scope: ScopeId, reason: str, second: str = "P-02") -> CaseClosed:
        (event,) = self.laptop.vault.handle(CloseCase(scope=scope, reason=reason, second=second))
        return event

    def signs_the_decision(self, scope: ScopeId, record: RecordId) -> ChildPathwayEnded:
        """Sign that an authority has decided about the age."""
        command = EndChildPathway(scope=scope, decision=record)
        return self.laptop.vault.handle(command)[0]

    def begins_again(self, scope: ScopeId, on: str = "") -> None:
        self.laptop.vault.handle(ReopenCase(scope=scope, on=on))

    def keeps(self, scope: ScopeId, reason: str = "A trial is running") -> RecordId:
        """Somebody says that a case must not be erased."""
        command = SetHold(scope=scope, ground="proceedings", reason=reason)
        return self.laptop.vault.handle(command)[0].hold

    def lets_go(self, scope: ScopeId, hold: RecordId) -> None:
        self.laptop.vault.handle(EndHold(scope=scope, hold=hold, reason="The trial is over"))

    def kept(self, scope: ScopeId):
        return case_retention(self.laptop.vault.forms, self.sees(scope))

    def prepares_the_end(self, scope: ScopeId, delete_on: str = "2031-01-01") -> None:
        self.writes_at(
            scope,
            {
                "closure[+1].initiator": "person",
                "closure[+1].risk_at_close": "none",
                "closure[+1].retention[+1].class": "closed_adult",
                **({"closure[+1].retention[+1].delete_on": delete_on} if delete_on else {}),
            },
        )


@contextmanager
def workers(room: Path, count: int = 1) -> Iterator[list[Worker]]:
    """Ana, Boris (both case managers) and Cleo of the shelter."""
    names = ("ana", "boris", "cleo")[:count]
    found = [
        Worker(copy_of(made, room / name)) for made, name in zip(made_once(), names, strict=False)
    ]
    try:
        yield found
    finally:
        for one in found:
            one.laptop.close()


def everybody_meets(stick: Path, *all_of_them: Worker) -> None:
    """Carry the stick round twice, so that everybody has everything."""
    for worker in all_of_them * 2:
        worker.laptop.sync(stick)
