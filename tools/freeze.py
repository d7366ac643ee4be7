"""Make the frozen vault and store of a format number: once, by the program of that day.

`python -m tools.freeze` plays the practice story, adds what the story does not show (an attachment,
an erasure, two histories of one laptop, a removed laptop, a second person, a recovery code, a vault
that was begun alone) and puts the whole into `tests/migrations/format-F`. Every later program has
to open, read and continue it, so what lies there is never made anew. All of it is invented; its
secrets lie beside it on purpose.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tools.frozen import PAST, ROOT, Secrets, content, digests_of_vectors, write_json

from nrm_desktop.app.attachment_commands import AddAttachment
from nrm_desktop.app.commands import CellAnswer, NewRecord, OpenCase, SaveAnswers
from nrm_desktop.app.erasing import EraseOrder
from nrm_desktop.app.wire.limits import FORMAT
from nrm_desktop.bootstrap.backups import back_up
from nrm_desktop.bootstrap.erasing import colleague_who_confirms, erase
from nrm_desktop.bootstrap.exchange import synchronise
from nrm_desktop.bootstrap.headless import Founder, OpenVault, found_vault, open_vault
from nrm_desktop.bootstrap.joining import approve, ask_to_join, ask_with_cases, join
from nrm_desktop.bootstrap.people import NewPerson, add_user, people_here
from nrm_desktop.bootstrap.practice import play_story
from nrm_desktop.bootstrap.practice_stage import USER
from nrm_desktop.bootstrap.recovering import create_recovery
from nrm_desktop.bootstrap.revoking import revoke_device
from nrm_desktop.bootstrap.safe import create_safe
from nrm_desktop.bootstrap.shell import Shell, SystemClock, build_shell
from nrm_desktop.domain.acts import RemovalReason
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.values import NOT_ASKED, Answer, AnswerState, Source
from nrm_desktop.security.vault.cost import FLOOR

ROLE = "coordinator_intake"
SECOND, SECOND_WORDS = "P-07", "seven slow barges carry gravel upstream"
THIRD, THIRD_WORDS = "P-08", "four quiet herons stand under the bridge"
PLACE, WHY = FieldId("screening.place_type"), FieldId("screening.why_now")
GONE = "words that were erased by order"
FOURTH, FOURTH_WORDS = "P-09", "two lanterns hang beside the ferry"
CASES = 1
LEFT_BEHIND = ("ballast", "vault.lock", "backups")
OF_ONE_DAY = ("*.pdf", "d-*", "w-*")


def main() -> int:
    """Make the folder; refuse where it is already there."""
    target = PAST / f"format-{FORMAT}"
    if target.exists():
        print(f"{target.relative_to(ROOT)} is frozen. A changed format needs a new number.")
        return 1
    with tempfile.TemporaryDirectory() as name:
        room = Path(name) / "room"
        played = play_story(room, CASES, lambda _: None)
        words = played.passphrase_file.read_text(encoding="utf-8").strip()
        Freezing(room, words).run(target)
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    print(f"{target.relative_to(ROOT)}: {size // 1024} KiB")
    return 0


class Cell(NamedTuple):
    """A value of a field."""

    scope: ScopeId
    record: RecordId
    field: FieldId
    value: str


class Freezing:
    """The steps behind the story, on its own folders."""

    def __init__(self, room: Path, words: str) -> None:
        self._room = room
        self._words = words
        self._stick = room / "stick"

    def run(self, target: Path) -> None:
        """Do everything and copy what is to stay."""
        with closing(open_vault(self._shell("device-a"), self._words)) as vault:
            code = self._prepare(vault)
            signs = [self._sign(vault, badge) for badge in (USER, SECOND)]
            scope, record = self._third_laptop(vault)
            self._erase(vault, scope, record)
            self._remove_third(vault)
            self._sync(vault)
            self._lone_laptop(vault)
        self._write_on_second(Cell(scope, record, PLACE, "shelter"))
        with closing(open_vault(self._shell("device-a"), self._words, signs[0])) as vault:
            self._sync(vault)
            (target / "backup").mkdir(parents=True)
            back_up(vault, target / "backup")
            held = content(vault)
        for name, place in (("device-a", "vault"), ("anchors", "anchors")):
            ignored = shutil.ignore_patterns(*LEFT_BEHIND)
            shutil.copytree(self._room / name, target / place, ignore=ignored)
        self._write_on_second(Cell(scope, record, PLACE, "port"))
        shutil.copytree(self._stick, target / "stick", ignore=shutil.ignore_patterns(*OF_ONE_DAY))
        Secrets(signs[0], self._words, signs[1], SECOND_WORDS, code).write(target)
        later = {"scope": scope.hex(), "record": record.hex(), "field": PLACE, "value": "port"}
        told = {
            "made_ms": SystemClock().now_ms(),
            "vault": held,
            "later": later,
            "vectors": digests_of_vectors(),
        }
        write_json(target / "expected.json", told)

    def _prepare(self, vault: OpenVault) -> str:
        """A second person, a way back, an attachment."""
        add_user(vault, NewPerson(SECOND, ROLE, SECOND_WORDS, FLOOR))
        offer = create_recovery(vault)
        offer.confirm(*(offer.groups[number - 1] for number in offer.asked))
        scan = self._room / "letter.txt"
        scan.write_bytes(b"an invented letter\n" * 1000)
        scope = self._cases(vault)[0]
        vault.handle(AddAttachment(scope=scope, path=str(scan), label="letter.txt"))
        return " ".join(offer.groups)

    def _third_laptop(self, vault: OpenVault) -> tuple[ScopeId, RecordId]:
        """A laptop joins, is copied, and both copies write at the same place of its log."""
        safe = create_safe(self._shell("device-c", "anchors-c"), THIRD_WORDS, FLOOR)
        with closing(safe):
            asked = ask_to_join(safe, THIRD, "third laptop", str(self._stick))
            said = " ".join(asked.compared.digits)
            approved = approve(vault.session, asked.file, str(self._stick), said, ROLE)
            join(safe, approved.file, " ".join(approved.compared.words))
        (opened,) = vault.handle(OpenCase(child=NOT_ASKED))
        scope, record = opened.scope, RecordId(vault.context.random(16))
        self._save(vault, Cell(scope, record, WHY, GONE), is_new=True)
        self._sync(vault)
        with closing(open_vault(self._shell("device-c", "anchors-c"), THIRD_WORDS)) as third:
            self._sync(third)
        self._sync(vault)
        for name in ("device-c", "anchors-c", "stick"):
            shutil.copytree(self._room / name, self._room / f"{name}2")
        for end, values in (("", ("port",)), ("2", ("airport", "shelter"))):
            shell = self._shell(f"device-c{end}", f"anchors-c{end}")
            stick = self._room / f"stick{end}"
            with closing(open_vault(shell, THIRD_WORDS)) as copy:
                for said in values:  # the copy gets a newer number than what was heard of
                    self._save(copy, Cell(scope, record, PLACE, said))
                    self._sync(copy, stick)
            self._sync(vault, stick)
        self._sync(vault)
        return scope, record

    def _lone_laptop(self, vault: OpenVault) -> None:
        """A vault that was begun alone is taken in with its case."""
        shell = self._shell("device-d", "anchors-d")
        founder = Founder("Lone outreach", FOURTH, ROLE, FOURTH_WORDS, FLOOR)
        with closing(found_vault(shell, founder)) as lone:
            (opened,) = lone.handle(OpenCase(child=NOT_ASKED))
            record = RecordId(lone.context.random(16))
            self._save(lone, Cell(opened.scope, record, PLACE, "port"), is_new=True)
            safe = lone.session.safe
            asked = ask_with_cases(safe, FOURTH, "fourth laptop", str(self._stick))
            said = " ".join(asked.compared.digits)
            approved = approve(vault.session, asked.file, str(self._stick), said, ROLE)
            join(safe, approved.file, " ".join(approved.compared.words))
        self._sync(vault)
        for _ in range(2):
            with closing(open_vault(shell, FOURTH_WORDS)) as joined:
                self._sync(joined)
            self._sync(vault)

    def _erase(self, vault: OpenVault, scope: ScopeId, record: RecordId) -> None:
        second = colleague_who_confirms(vault, SECOND_WORDS, SECOND)
        order = EraseOrder(
            "asked for",
            vault.context.badge,
            frozenset({WHY}),
            frozenset({record}),
            second=SECOND,
            re_assert=frozenset({"*"}),
        )
        erase(vault, scope, order, second)

    def _remove_third(self, vault: OpenVault) -> None:
        powers = vault.session.roster.powers.organisation
        third = next(
            facts.device for facts in powers.signers.values() if self._badge(vault, facts) == THIRD
        )
        revoke_device(vault.session, third.hex(), RemovalReason.LOST)

    def _sign(self, vault: OpenVault, badge: str) -> str:
        return next(one.sign for one in people_here(vault) if one.is_called(badge))

    def _badge(self, vault: OpenVault, facts: object) -> str:
        known = vault.session.roster.powers.organisation.users.get(facts.user)
        return known.badge if known else ""

    def _write_on_second(self, cell: Cell) -> None:
        with closing(open_vault(self._shell("device-b"), self._words)) as vault:
            self._sync(vault)
            self._save(vault, cell)
            self._sync(vault)

    def _save(self, vault: OpenVault, cell: Cell, *, is_new: bool = False) -> None:
        opens = (NewRecord(cell.record, "screening"),) if is_new else ()
        answer = Answer(AnswerState.ANSWERED, cell.value, Source.PERSON)
        answers = (CellAnswer(cell.record, cell.field, answer),)
        vault.handle(SaveAnswers(scope=cell.scope, answers=answers, opens=opens))

    def _cases(self, vault: OpenVault) -> list[ScopeId]:
        return [ScopeId(bytes.fromhex(one)) for one in content(vault)["cases"]]

    def _sync(self, vault: OpenVault, stick: Path | None = None) -> None:
        synchronise(vault.session, str(stick or self._stick), vault.bus)

    def _shell(self, name: str, anchors: str = "anchors") -> Shell:
        return build_shell(self._room / name, anchors=self._room / anchors, is_practice=True)


if __name__ == "__main__":
    sys.exit(main())
