"""F5: flipped bits, cuts and exchanged pages are reported; wrong data is never shown (P7)."""

from __future__ import annotations

import os
from hashlib import sha256

import pytest
from tests.contract.readers import ALL, lens
from tests.contract.vaults import KEY, RealVault, author, value, write
from tests.faults.chance import seeded

from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import FieldId, ScopeId
from nrm_desktop.storage import engine
from nrm_desktop.storage.reader import SqlReader
from nrm_desktop.storage.verify import start_problems, verify_database

FLIPS = int(os.environ.get("NRM_FAULT_FLIPS", "25"))
CUTS = int(os.environ.get("NRM_FAULT_CUTS", "10"))
PAGE = engine.PAGE_BYTES
SCOPES = [ScopeId(bytes([n]) * 16) for n in range(1, 6)]
pytestmark = [pytest.mark.fault, pytest.mark.promise("P7")]


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """The bytes of a closed vault, and a digest of everything in it."""
    vault = RealVault(tmp_path_factory.mktemp("sound") / "vault.db")
    by = author()
    for scope in SCOPES:
        for number in range(20):
            field = FieldId(f"screening.f{number}")
            write(vault, by, value(f"{number} words " * 9, field=field), scope=scope)
    digest = everything(vault.connection)
    engine.checkpoint(vault.connection)
    vault.close()
    return vault.path.read_bytes(), digest


def everything(connection) -> str:
    reader = SqlReader(connection, lens())
    seen = [reader.history(scope, ALL, 1000).rows for scope in SCOPES]
    cells = [connection.execute("SELECT * FROM standing ORDER BY scope, field").fetchall()]
    return sha256(repr((seen, cells)).encode()).hexdigest()


def outcome(path, data: bytes) -> str:
    """Read everything of a damaged file: `reported`, or a digest of what was shown."""
    path.write_bytes(data)
    try:
        connection = engine.open_database(path, KEY)
    except NrmError:
        return "reported"
    try:
        with engine.translated():
            shown = everything(connection)
        is_sound = verify_database(connection, lambda commit: True).is_sound
    except NrmError:
        return "reported"
    finally:
        connection.close()
    return shown if is_sound else f"reported beside {shown}"


@pytest.mark.parametrize("number", range(FLIPS))
def test_a_flipped_bit_never_shows_other_data(sound, tmp_path, number, figure):
    data, digest = bytearray(sound[0]), sound[1]
    chance = seeded(number)
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)

    found = outcome(tmp_path / "vault.db", bytes(data))

    wanted = {"reported", f"reported beside {digest}"}
    figure("damage.flips", tried=1, other_data=int(found not in wanted))
    assert found in wanted


@pytest.mark.parametrize("number", range(CUTS))
def test_a_cut_file_never_shows_other_data(sound, tmp_path, number, figure):
    chance = seeded(number)
    end = chance.randrange(len(sound[0]))

    found = outcome(tmp_path / "vault.db", sound[0][:end])

    figure("damage.cuts", tried=1, other_data=int(found != "reported"))
    assert found == "reported"


@pytest.mark.parametrize("number", range(4))
def test_exchanged_pages_never_show_other_data(sound, tmp_path, number):
    data, digest = bytearray(sound[0]), sound[1]
    one, other = seeded(number).sample(range(1, len(data) // PAGE), 2)
    here, there = slice(one * PAGE, one * PAGE + PAGE), slice(other * PAGE, other * PAGE + PAGE)
    data[here], data[there] = data[there], data[here]

    assert outcome(tmp_path / "vault.db", bytes(data)) in {"reported", f"reported beside {digest}"}


def test_the_sound_file_is_called_sound(sound, tmp_path):
    assert outcome(tmp_path / "vault.db", sound[0]) == sound[1]


@pytest.mark.promise("P8")
@pytest.mark.threat("T18")
def test_an_older_page_put_back_is_found_by_the_chain_and_not_by_the_cipher(tmp_path, figure):
    """SQLCipher alone calls every mixture of old and new pages good (design, section 2, fact 4)."""
    vault = RealVault(tmp_path / "vault.db")
    by = author()
    for number in range(30):
        write(vault, by, value(str(number)))
    engine.checkpoint(vault.connection)
    old = vault.path.read_bytes()
    for number in range(30, 33):
        write(vault, by, value(str(number)))
    engine.checkpoint(vault.connection)
    vault.close()
    new = vault.path.read_bytes()

    changed = [
        page
        for page in range(1, len(old) // PAGE)
        if old[page * PAGE : (page + 1) * PAGE] != new[page * PAGE : (page + 1) * PAGE]
    ]
    flagged = []
    for page in changed:
        mixed = bytearray(new)
        mixed[page * PAGE : (page + 1) * PAGE] = old[page * PAGE : (page + 1) * PAGE]
        flagged.append(_is_flagged(tmp_path / "mixed.db", bytes(mixed)))
    figure("rollback.pages", tried=len(flagged), unnoticed=flagged.count(False))
    assert changed
    assert all(flagged), (changed, flagged)


def _is_flagged(path, data: bytes) -> bool:
    path.write_bytes(data)
    connection = engine.open_database(path, KEY)
    try:
        if start_problems(connection):
            return True
        with engine.translated():
            return not verify_database(connection, lambda commit: True).is_sound
    except NrmError:
        return True
    finally:
        connection.close()
