"""The practice story, step by step; each step looks at what it has done before it counts as done.

screening -> consent -> preview -> PDF and packet on the stick -> another organisation opens it and
answers -> everything reaches a second device -> both change one answer -> a person decides -> both
devices hold the same. The steps run in the order of `STEPS` and each relies on the ones before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from nrm_desktop.app.answering import Answering, Wanted
from nrm_desktop.app.commands import (
    AnswerReferral,
    Command,
    ExportCard,
    FileReceipt,
    ImportCard,
    ImportReferral,
    IssueReferral,
    ReferralWish,
    ResolveConflict,
)
from nrm_desktop.app.events import (
    CardShown,
    ConflictResolved,
    Event,
    ReceiptFiled,
    ReferralAnswered,
    ReferralIssued,
    ReferralTakenIn,
)
from nrm_desktop.app.queries import CaseFilter
from nrm_desktop.app.referring import PLAINTEXT
from nrm_desktop.app.sync_report import SyncReport
from nrm_desktop.bootstrap.backups import back_up
from nrm_desktop.bootstrap.exchange import synchronise
from nrm_desktop.bootstrap.headless import OpenVault, enter
from nrm_desktop.bootstrap.joining import approve, ask_to_join, join
from nrm_desktop.bootstrap.practice_cases import (
    PARTNER,
    PracticeWorld,
    add_offices,
    answer_case,
    invented_cases,
    open_case,
    record_consents,
)
from nrm_desktop.bootstrap.practice_stage import (
    COLLEAGUE,
    OURS,
    ROLE,
    THEIRS,
    USER,
    Stage,
    known,
    must,
)
from nrm_desktop.bootstrap.restoring import check_backup
from nrm_desktop.bootstrap.safe import create_safe
from nrm_desktop.bootstrap.upkeep import verify_vault
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.security.vault.cost import FLOOR

_Kind = TypeVar("_Kind", bound=Event)
CONTESTED: Final = "screening.controller_near"
_LEGAL: Final = "legal"


def vault(stage: Stage) -> None:
    """Found our organisation and the partner's, and let a colleague's device join ours."""
    ours = stage.found("device-a", OURS, USER)
    partner = stage.found("partner", THEIRS, USER)
    safe = create_safe(stage.shell("device-b"), stage.passphrase, FLOOR)
    stage.closing.callback(safe.close)
    carried = str(stage.stick)
    asked = ask_to_join(safe, COLLEAGUE, "device-b", carried)
    said = " ".join(asked.compared.digits)
    welcome = approve(ours.session, asked.file, carried, said, ROLE)
    join(safe, welcome.file, " ".join(welcome.compared.words))
    second = stage.keep("device-b", enter(safe))
    must(second.context.organisation == ours.context.organisation, "one organisation")
    must(partner.context.organisation != ours.context.organisation, "two organisations")
    must(all(each.context.is_practice for each in stage.vaults.values()), "practice mark")


def cases(stage: Stage) -> None:
    """Open the invented cases; nobody has said anything in the first one yet."""
    ours = stage.ours
    offices = add_offices(ours, ours.session.safe.shell.resources)
    told = invented_cases(ours.session.safe.shell.resources, stage.count)
    opened = [open_case(ours, each) for each in told]
    for case, each in list(zip(opened, told, strict=True))[1:]:
        answer_case(ours, case, each, offices)
        record_consents(ours, case, each, offices)
    stage.world = PracticeWorld(offices, tuple(opened))
    stage.told = told[0]
    must(len({case.code for case in opened}) == len(told), "one code each")


def screening(stage: Stage) -> None:
    """Save an interview; every answer comes back as it was given, and nothing was made up."""
    world, ours = known(stage.world), stage.ours
    count = answer_case(ours, world.example, known(stage.told), world.offices)
    view = ours.reader.case(world.example.scope, ours.sight)
    cells = known(view).cells
    must(len(cells) >= count and not any(cell.is_conflict for cell in cells), "answers")


def consent(stage: Stage) -> None:
    """Record what the person agreed to and what not, per recipient."""
    world, ours = known(stage.world), stage.ours
    rows = record_consents(ours, world.example, known(stage.told), world.offices)
    register = ours.reader.consents(world.example.scope, ours.context.today())
    must(rows and {"yes", "no"} <= {row.answer for row in register}, "both answers")


def preview(stage: Stage) -> None:
    """Say what would go to the partner; what she kept back stays back, with the reason."""
    decided = stage.ours.desk.preview(_wish(stage, PARTNER, "refer"))
    fields = {given.item.field for given in decided.disclosure.included}
    withheld = {kept.item.field for kept in decided.disclosure.withheld}
    must("screening.language" in fields, "language goes")
    must("screening.contact_value" in withheld, "contact stays")
    stage.previewed = decided


def pdf(stage: Stage) -> None:
    """Write the referral to the legal advice as a PDF; it is read back and journalled."""
    issued = _issue(stage, _wish(stage, _LEGAL, "legal"), "pdf")
    path = Path(issued.path)
    must(path.read_bytes().startswith(b"%PDF-"), "a PDF")
    stage.note_file(path, "pdf")


def packet(stage: Stage) -> None:
    """Compare the partner's card by voice, then seal the referral to it."""
    card = stage.out / "stick" / "house-seven.nrmcard"
    shown = _one(stage.partner, ExportCard(path=str(card)), CardShown)
    entry = RecordId(bytes.fromhex(known(stage.world).offices[PARTNER]))
    stage.ours.handle(ImportCard(path=str(card), typed=" ".join(shown.digits), entry=entry))
    issued = _issue(stage, _wish(stage, PARTNER, "refer"), "packet")
    must(issued.digest == known(stage.previewed).disclosure.digest(), "as previewed")
    stage.note_file(card, "card")
    stage.note_file(Path(issued.path), "packet")
    stage.issued = issued


def packet_import(stage: Stage) -> None:
    """Let the partner open the packet in a case of its own, once."""
    command = ImportReferral(path=known(stage.issued).path)
    taken = _one(stage.partner, command, ReferralTakenIn)
    again = _one(stage.partner, command, ReferralTakenIn)
    must(taken.fields == known(stage.issued).included, "every field arrived")
    must(again.is_duplicate and again.code == taken.code, "no second case")
    must(taken.receipt_path, "receipt on the stick")
    stage.note_file(Path(taken.receipt_path), "receipt")
    stage.taken = taken


def receipt(stage: Stage) -> None:
    """Take the receipt from the stick, and a second one that is told by phone."""
    ours, taken = stage.ours, known(stage.taken)
    arrived = _one(ours, FileReceipt(path=taken.receipt_path), ReceiptFiled)
    command = AnswerReferral(
        referral=taken.referral, state="accepted", folder=str(stage.out / "partner")
    )
    answered = _one(stage.partner, command, ReferralAnswered)
    told = _one(ours, FileReceipt(typed="-".join(answered.typed)), ReceiptFiled)
    must(arrived.state == "received" and told.now == "accepted", "states")


def bundle_out(stage: Stage) -> None:
    """Put everything onto the stick, sealed."""
    done = _exchange(stage, stage.ours)
    must(done.sent.packs and done.sent.commits, "something went")


def bundle_in(stage: Stage) -> None:
    """Let the second device take it in; both hold the same cases then."""
    done = _exchange(stage, stage.second)
    must(done.received.commits and not done.skipped, "all came")
    must(_codes(stage.ours) == _codes(stage.second), "same cases")


def conflict(stage: Stage) -> None:
    """Change one answer on both devices, apart; both versions are kept, the careful one acts."""
    _say(stage, stage.ours, Wanted(CONTESTED, "yes"))
    _say(stage, stage.second, Wanted(CONTESTED, state="unknown"))
    _exchange(stage, stage.ours)
    _exchange(stage, stage.second)
    found = stage.second.reader.conflicts(stage.second.sight)
    must(len(found) == 1 and len(found[0].versions) > 1, "both versions")
    acting = [one.answer for one in found[0].versions if one.op == found[0].acting]
    must([known(answer).value for answer in acting] == [True], "the careful one acts")


def resolve(stage: Stage) -> None:
    """Let a person decide; the other version stays in the history."""
    found = stage.second.reader.conflicts(stage.second.sight)[0]
    command = ResolveConflict(
        scope=found.scope,
        record=found.record,
        field=found.field,
        keep=found.acting,
        seen=tuple(version.op for version in found.versions),
    )
    _one(stage.second, command, ConflictResolved)
    must(not stage.second.reader.conflicts(stage.second.sight), "decided")


def bundle_back(stage: Stage) -> None:
    """Bring the decision back to the first device; nothing is left to decide there either."""
    _exchange(stage, stage.second)
    _exchange(stage, stage.ours)
    must(not stage.ours.reader.conflicts(stage.ours.sight), "decided here too")


def backup(stage: Stage) -> None:
    """Copy the first device and open the copy with the passphrase."""
    made = back_up(stage.ours, stage.out / "backup")
    found = check_backup(stage.shell("device-a"), made.path, stage.passphrase)
    must(found.cases == len(known(stage.world).cases), "all cases")


def verify(stage: Stage) -> None:
    """Read everything of both devices: signatures, chains, projections."""
    for each in (stage.ours, stage.second):
        must(verify_vault(each).is_sound, "sound")


def _wish(stage: Stage, office: str, purpose: str) -> ReferralWish:
    world = known(stage.world)
    return ReferralWish(world.example.scope, world.offices[office], purpose)


def _issue(stage: Stage, wish: ReferralWish, way: str) -> ReferralIssued:
    command = IssueReferral(
        wish=wish, way=way, folder=str(stage.stick), confirmations=frozenset({PLAINTEXT})
    )
    return _one(stage.ours, command, ReferralIssued)


def _one(vault: OpenVault, command: Command, kind: type[_Kind]) -> _Kind:
    """Carry out a command and give its event."""
    found = [event for event in vault.handle(command) if isinstance(event, kind)]
    must(len(found) == 1, kind.__name__)
    return found[0]


def _exchange(stage: Stage, vault: OpenVault) -> SyncReport:
    """Exchange with the stick. A run that finds anything wrong ends the story."""
    report = synchronise(vault.session, str(stage.stick), vault.bus).report
    must(report.is_clean, "clean exchange")
    return report


def _say(stage: Stage, vault: OpenVault, wanted: Wanted) -> None:
    """Answer the contested question of the example on one device."""
    scope = known(stage.world).example.scope
    answering = Answering(vault.context, scope, known(vault.reader.case(scope, vault.sight)))
    answering.add(wanted)
    vault.handle(answering.command())


def _codes(vault: OpenVault) -> set[str]:
    page = vault.reader.cases(CaseFilter(), 500, None, vault.sight)
    return {row.code for row in page.rows}


Step = Callable[[Stage], None]
STEPS: Sequence[tuple[str, Step]] = tuple(
    (step.__name__, step)
    for step in (
        vault,
        cases,
        screening,
        consent,
        preview,
        pdf,
        packet,
        packet_import,
        receipt,
        bundle_out,
        bundle_in,
        conflict,
        resolve,
        bundle_back,
        backup,
        verify,
    )
)
