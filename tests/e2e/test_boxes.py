"""Writing without unlocking: sealed at once, read by whoever unlocks, adopted once (P27, T27)."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.e2e.laptops import PASSPHRASE, copy_of, made_once, shell_at

from nrm_desktop.app.commands import OpenSealed
from nrm_desktop.app.condition import Reason
from nrm_desktop.app.reading import count_cases
from nrm_desktop.app.wire.box import BoxContent
from nrm_desktop.app.wire.commit import CommitFlag
from nrm_desktop.bootstrap.boxes import BoxDesk
from nrm_desktop.bootstrap.headless import Founder, found_vault, open_vault
from nrm_desktop.bootstrap.intake import (
    FOREIGN_KEY,
    INTAKE_FILE,
    waiting_boxes,
    write_box,
)
from nrm_desktop.bootstrap.upkeep import verify_vault
from nrm_desktop.domain.errors import EnvironmentFault, HostileInput, NrmError, Refused, Usage
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import answered
from nrm_desktop.platforms.files import SystemFiles
from nrm_desktop.security.primitives import KemKey
from nrm_desktop.security.sealing.intake import encode_intake
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.storage.journal import Journal

MARK = "Qvxzomarker"
SIGNS = FieldId("quick.q_signs")
LANGUAGE = FieldId("screening.language")
WRITER = FieldId("quick.q_writer")
TEXT = FieldId("feedback.fb_text")


def quick(**more):
    fields = {LANGUAGE: answered("uk"), WRITER: answered(MARK)} | more
    return BoxContent("quick", 1_795_000_000_000, tuple(fields.items()))


@pytest.fixture
def laptop(tmp_path):
    with copy_of(made_once()[0], tmp_path / "ana") as found:
        yield found


@pytest.fixture
def locked(laptop):
    """The shell of a laptop that was unlocked once and is locked."""
    shell = laptop.vault.session.safe.shell
    laptop.vault.close()
    return shell


@pytest.fixture
def unlocked(locked):
    opened = []

    def unlock():
        opened.append(open_vault(locked, PASSPHRASE))
        return opened[-1]

    yield unlock
    for vault in opened:
        vault.close()


class WatchedFolders(SystemFiles):
    """A disk that remembers which folders were made lasting on their own."""

    def __init__(self) -> None:
        super().__init__()
        self.flushed: list[Path] = []

    def flush(self, path: Path) -> None:
        super().flush(path)
        self.flushed.append(path)


@pytest.mark.promise("P7")
@pytest.mark.promise("P27")
def test_what_waits_can_still_be_read_in_a_vault_that_nothing_is_written_into(locked, unlocked):
    """What somebody wrote last night may be the only word of it."""
    name = write_box(locked, quick())
    vault = unlocked()
    vault.database.threads.turn_read_only(Reason.DAMAGED, "commit")

    [box] = BoxDesk(vault).boxes()

    assert (box.name, dict(box.content.answers)[WRITER].value) == (name, MARK)
    with pytest.raises(NrmError):
        BoxDesk(vault).adopt(name)
    assert waiting_boxes(locked).boxes == 1


def everything_written(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.promise("P27")
def test_a_box_needs_no_unlock_and_cannot_be_read_back(locked):
    before = (locked.folder / "vault.db").read_bytes()

    write_box(locked, quick())

    assert waiting_boxes(locked).boxes == 1
    assert MARK.encode() not in everything_written(locked.folder)
    assert (locked.folder / "vault.db").read_bytes() == before


@pytest.mark.promise("P27")
@pytest.mark.promise("P1")
def test_the_folder_of_the_first_box_is_as_lasting_as_the_box(locked):
    """A box whose folder a power cut forgets is a box that nobody will ever read."""
    disk = WatchedFolders()

    write_box(replace(locked, files=disk), quick())

    assert locked.folder in disk.flushed


@pytest.mark.promise("P27")
def test_an_adopted_box_is_signed_by_whoever_adopts_it_and_goes_after_the_commit(locked, unlocked):
    name = write_box(locked, quick())
    vault = unlocked()

    [box] = BoxDesk(vault).boxes()
    assert (box.name, dict(box.content.answers)[WRITER].value) == (name, MARK)
    done = BoxDesk(vault).adopt(name)

    view = vault.reader.case(done.scope, vault.sight)
    said = {cell.field: cell.acting for cell in view.cells}
    assert said[WRITER].answer.value == MARK
    assert said[WRITER].user == vault.context.badge
    assert waiting_boxes(locked).boxes == 0
    commits = vault.database.read(lambda db: list(Journal(db).commits())).result()
    mine = [one for one in commits if one.header.scope == done.scope]
    assert mine
    assert all(one.header.flags & CommitFlag.ADOPTED for one in mine)
    assert verify_vault(vault).is_sound


@pytest.mark.rule("N5")
def test_where_a_person_stays_is_not_read_from_a_box_and_not_lost_either(locked, unlocked):
    street = FieldId("address.ad_street")
    write_box(locked, BoxContent("address", 0, ((street, answered(f"{MARK} Lane 5")),)))
    vault = unlocked()

    [box] = BoxDesk(vault).boxes()
    assert (box.content.answers, box.unread) == ((), 1)
    done = BoxDesk(vault).adopt(box.name)

    assert MARK not in repr(vault.reader.case(done.scope, vault.sight))
    how = {"reason": "The bus is there", "ground": "vital_interest", "is_urgent": True}
    (opened,) = vault.handle(OpenSealed(scope=done.scope, part="address", **how))
    assert [one.answer.value for one in opened.values] == [f"{MARK} Lane 5"]


@pytest.mark.promise("P27")
def test_the_same_box_twice_makes_one_entry(locked, unlocked):
    name = write_box(locked, quick())
    path = locked.folder / "boxes" / name
    data = path.read_bytes()
    vault = unlocked()
    first = BoxDesk(vault).adopt(name)

    path.write_bytes(data)  # as after a crash between the commit and the removal
    (path.parent / ("a" * 16 + ".nrm")).write_bytes(data)
    second = BoxDesk(vault).adopt(name)
    third = BoxDesk(vault).adopt("a" * 16 + ".nrm")

    assert not first.is_again
    assert second.is_again
    assert {second.scope, third.scope} == {first.scope}
    view = vault.reader.case(first.scope, vault.sight)
    assert len([cell for cell in view.cells if cell.field == WRITER]) == 1
    assert waiting_boxes(locked).boxes == 0


@pytest.mark.threat("T27")
def test_boxes_under_a_foreign_key_are_listed_as_unreadable_with_an_alarm(locked, unlocked):
    write_box(locked, quick())
    (locked.folder / INTAKE_FILE).write_bytes(encode_intake(KemKey(bytes(32)).public))
    write_box(locked, quick())

    vault = unlocked()

    assert FOREIGN_KEY in vault.findings
    boxes = BoxDesk(vault).boxes()
    assert sorted(box.problem for box in boxes) == ["", "integrity.not_for_us"]
    assert len(boxes) == 2
    vault.close()
    write_box(locked, quick())
    vault = unlocked()
    assert FOREIGN_KEY not in vault.findings
    assert sum(not box.problem for box in BoxDesk(vault).boxes()) == 2


@pytest.mark.threat("T27")
@pytest.mark.parametrize("damage", [b"", b"x", b"\x83" * 90], ids=["empty", "short", "nested"])
def test_a_damaged_box_is_listed_and_the_next_is_read(locked, unlocked, damage):
    write_box(locked, quick())
    (locked.folder / "boxes" / ("b" * 16 + ".nrm")).write_bytes(damage)
    vault = unlocked()

    problems = sorted(box.problem for box in BoxDesk(vault).boxes())

    assert problems[0] == ""
    assert problems[1].startswith("integrity.")
    with pytest.raises(HostileInput):
        BoxDesk(vault).adopt("b" * 16 + ".nrm")


def test_a_flipped_bit_anywhere_in_a_box_is_noticed(locked, unlocked):
    name = write_box(locked, quick())
    path = locked.folder / "boxes" / name
    data = path.read_bytes()
    vault = unlocked()
    for place in range(0, len(data), max(1, len(data) // 40)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        [box] = BoxDesk(vault).boxes()
        assert box.problem.startswith("integrity."), place


@pytest.mark.promise("P27")
def test_what_does_not_fit_the_forms_is_refused_whole_and_the_box_stays(locked, unlocked):
    name = write_box(locked, quick(**{SIGNS: answered(("no_such_sign",))}))
    vault = unlocked()
    before = count_cases(vault.reader)

    with pytest.raises(Usage):
        BoxDesk(vault).adopt(name)

    assert waiting_boxes(locked).boxes == 1
    assert count_cases(vault.reader) == before, "no empty case is left behind"


def test_what_nobody_adopted_before_the_shift_ended_can_never_be_read_again(locked, unlocked):
    name = write_box(locked, quick())
    data = (locked.folder / "boxes" / name).read_bytes()
    vault = unlocked()
    desk = BoxDesk(vault)

    with pytest.raises(Refused, match="boxes_wait"):
        desk.end_shift()
    assert desk.boxes()[0].content is not None
    assert desk.end_shift(discards_waiting=True) == 1

    (locked.folder / "boxes" / name).write_bytes(data)
    assert desk.boxes()[0].problem == "integrity.not_for_us"
    vault.close()
    write_box(locked, quick())
    vault = unlocked()
    assert sorted(box.problem for box in BoxDesk(vault).boxes()) == ["", "integrity.not_for_us"]


def test_a_laptop_that_was_never_unlocked_takes_no_boxes(tmp_path):
    with pytest.raises(EnvironmentFault, match="no_intake"):
        write_box(shell_at(tmp_path), quick())


def test_a_damaged_key_file_takes_no_box_and_leaves_nothing(locked):
    (locked.folder / INTAKE_FILE).write_bytes(b"\x83\x01\x02\x03")

    with pytest.raises(NrmError):
        write_box(locked, quick())

    assert waiting_boxes(locked).boxes == 0


@pytest.mark.rule("R34")
@pytest.mark.parametrize(("role", "may"), [("feedback_handlers", True), ("coordinator", False)])
def test_a_message_is_read_and_taken_by_those_who_handle_messages_alone(tmp_path, role, may):
    shell = shell_at(tmp_path)
    vault = found_vault(shell, Founder("Office", "P-09", role, PASSPHRASE, FLOOR, "Laptop 1"))
    name = write_box(shell, BoxContent("feedback", 1, ((TEXT, answered(MARK)),)))
    try:
        [waiting] = BoxDesk(vault).boxes()
        assert [field for field, _ in waiting.content.answers] == ([TEXT] if may else [])
        assert waiting.unread == (0 if may else 1)
        if may:
            BoxDesk(vault).adopt(name)
        else:
            with pytest.raises(Refused, match="role"):
                BoxDesk(vault).adopt(name)
        inbox = vault.context.organisation
        cells = vault.work.run(lambda uow: uow.cells(inbox, "feedback"))
    finally:
        vault.close()

    assert [cell.field for cell in cells] == ([TEXT] if may else [])
    assert waiting_boxes(shell).boxes == (0 if may else 1)
