"""Vaults and stores of every frozen format are opened, read and continued by this program (P10).

What lies in `format-F` was made by the program of its day (`python -m tools.freeze`) and never
changes. A test that fails here means that somebody's laptop would not be read any more.
"""

import json
import shutil
from contextlib import closing
from dataclasses import replace

import pytest
from tests.fakes.clock import FakeClock
from tools import nrm_verify
from tools.frozen import PAST, Secrets, content, digests_of_vectors

from nrm_desktop.app.commands import CellAnswer, OpenCase, SaveAnswers
from nrm_desktop.app.wire.limits import FORMAT
from nrm_desktop.bootstrap.exchange import VaultExchange, head_digest, synchronise
from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.recovering import use_recovery
from nrm_desktop.bootstrap.restoring import restore_vault
from nrm_desktop.bootstrap.shell import build_shell
from nrm_desktop.bootstrap.upkeep import verify_vault
from nrm_desktop.domain.errors import EnvironmentFault
from nrm_desktop.domain.ids import FieldId, RecordId, ScopeId
from nrm_desktop.domain.values import NOT_ASKED, answered
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.storage.journal import Journal

FROZEN = sorted(PAST.glob("format-*"))
NEW_WORDS = "nine grey herons walk at low tide"
HOUR_MS = 3_600_000

pytestmark = pytest.mark.promise("P10")


class Past:
    """A copy of a frozen folder, on a laptop whose clock stands an hour after it was made."""

    def __init__(self, frozen, room):
        shutil.copytree(frozen, room)
        self.room = room
        self.told = json.loads((room / "expected.json").read_text(encoding="utf-8"))
        self.secrets = Secrets.read(room)
        self.stick = room / "stick"
        self.opened = []

    @property
    def place(self):
        """Where somebody else wrote into the store after this vault was frozen."""
        later = self.told["later"]
        scope, record = (bytes.fromhex(later[name]) for name in ("scope", "record"))
        return ScopeId(scope), RecordId(record), FieldId(later["field"])

    def shell(self, name="vault", anchors="anchors"):
        clock = FakeClock(self.told["made_ms"] + HOUR_MS)
        made = build_shell(self.room / name, anchors=self.room / anchors, is_practice=True)
        return replace(made, clock=clock)

    def open(self, **where):
        vault = open_vault(self.shell(**where), self.secrets.passphrase, self.secrets.sign)
        self.opened.append(vault)
        return vault

    def sync(self, vault):
        return synchronise(vault.session, str(self.stick), vault.bus).report


@pytest.fixture(params=FROZEN, ids=lambda path: path.name)
def past(request, tmp_path):
    made = Past(request.param, tmp_path / "past")
    yield made
    for vault in made.opened:
        vault.close()


def seen(vault):
    """What people see, without what was done since it was frozen."""
    return content(vault)["cases"]


def test_the_present_format_is_frozen():
    assert PAST / f"format-{FORMAT}" in FROZEN, "run `python -m tools.freeze`"


def test_no_vector_of_the_present_format_has_changed():
    """A vector that changes means another format number: raise FORMAT, then freeze that one too.

    New vectors may be added: they show more of the same format.
    """
    told = json.loads((PAST / f"format-{FORMAT}" / "expected.json").read_text(encoding="utf-8"))

    now = digests_of_vectors()

    assert {name: now.get(name) for name in told["vectors"]} == told["vectors"]


def test_a_frozen_vault_opens_with_every_answer_consent_referral_and_attachment(past):
    vault = past.open()

    assert seen(vault) == past.told["vault"]["cases"]
    assert vault.findings == ()
    assert vault.session.roster.former, "a vault that was begun alone has been taken in"
    assert verify_vault(vault).is_sound


def test_the_audit_chain_of_a_frozen_vault_holds_and_is_continued(past):
    vault = past.open()

    now = content(vault)

    assert now["is_audit_whole"]
    assert set(now["acts"]) >= set(past.told["vault"]["acts"])


def test_the_second_person_opens_it_with_the_own_words(past):
    secrets = past.secrets

    with closing(open_vault(past.shell(), secrets.second_passphrase, secrets.second_sign)) as vault:
        assert vault.context.badge == "P-07"
        assert set(seen(vault)) == set(past.told["vault"]["cases"])


def test_the_recovery_code_of_that_day_still_opens_it(past):
    used = use_recovery(past.shell(), past.secrets.recovery_code, "P-01", NEW_WORDS, FLOOR)

    assert used.is_certified


def test_it_is_written_and_read_again(past):
    vault = past.open()
    (opened,) = vault.handle(OpenCase(child=NOT_ASKED))
    scope, record, field = past.place
    vault.handle(SaveAnswers(scope=scope, answers=(CellAnswer(record, field, answered("other")),)))
    vault.close()
    past.opened.clear()

    again = past.open()

    assert opened.scope.hex() in seen(again)
    assert verify_vault(again).is_sound


def test_it_goes_on_with_the_frozen_store_where_it_had_stopped(past):
    vault = past.open()

    report = past.sync(vault)

    assert report.received.commits >= 1
    assert report.skipped == ()
    # The copied laptop wrote on another stick: of it, this one shows less than is known.
    assert {alarm.kind for alarm in report.alarms} <= {"rollback"}
    scope, record, field = past.place
    rows = vault.work.run(lambda unit: unit.standing(record, field, scope))
    assert [row.answer.value for row in rows] == [past.told["later"]["value"]]
    assert past.sync(vault).received.commits == 0


def test_the_backup_of_that_day_is_restored(past):
    [backup] = (past.room / "backup").iterdir()
    shell = past.shell("restored", "anchors-restored")

    restore_vault(shell, backup, past.secrets.passphrase, past.secrets.sign)

    with closing(open_vault(shell, past.secrets.passphrase, past.secrets.sign)) as vault:
        assert seen(vault) == past.told["vault"]["cases"]
        assert head_digest(vault.session) == head_digest(past.open().session)


def test_the_verifier_reads_the_frozen_store_and_names_nothing_but_the_two_histories(past, capsys):
    vault = past.open()
    past.sync(vault)
    keys = past.room / "keys.json"
    keys.write_text(json.dumps(keys_of(vault)), encoding="utf-8")

    nrm_verify._main(past.stick / "nrm1", keys)

    lines = capsys.readouterr().out.splitlines()
    assert sum("signatures good" in line for line in lines) >= 2
    assert sum(line.startswith("commit ") for line in lines) >= 20
    bad = [line for line in lines if line.startswith("NOT GOOD")]
    assert bad, "one laptop has two histories"
    assert [line for line in bad if not line.endswith("['fork', 'ok']")] == []


def test_a_vault_of_a_newer_format_is_refused_and_says_what_to_install(past):
    for copy in "ab":
        path = past.room / "vault" / f"vault.hdr.{copy}"
        data = bytearray(path.read_bytes())
        data[4] = FORMAT + 1
        path.write_bytes(data)

    with pytest.raises(EnvironmentFault) as caught:
        past.open()
    assert caught.value.code == "storage.newer_version"


def keys_of(vault):
    """The key file of the verifier, from a vault that is open."""
    roster, powers = vault.session.roster, vault.session.roster.powers.organisation

    def look(unit):
        return unit.desk.keys()._held

    def logs(connection):
        return list(Journal(connection).commits())

    held = VaultExchange(vault.session).run(look)
    commits = vault.database.read(logs).result()
    # Those who have ended too: what they signed before stands.
    devices = {one.header.device for one in commits} | set(powers.devices)
    signers = {one.header.signer for one in commits} | set(powers.signers)
    return {
        "keys": [[key.hex(), (place.scope or b"").hex(), key_number(place)] for key, place in held],
        "signers": {one.hex(): roster.signer_key(one).ed25519.hex() for one in signers},
        "devices": {one.hex(): both_keys(roster.device_key(one)) for one in devices},
        "beginnings": sorted({one.header.prev.hex() for one in commits if one.header.seq == 1}),
        "erased": [
            [one.id.hex(), ref.unit]
            for one in commits
            for ref, part in zip(one.header.segments, one.signed.segments, strict=True)
            if part is None
        ],
    }


def key_number(place):
    return place.number if place.scope else 0


def both_keys(key):
    return [key.ed25519.hex(), key.ml_dsa.hex()]
