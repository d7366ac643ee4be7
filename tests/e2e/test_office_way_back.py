"""The office as a way back: request and answer as files, compared by voice (P11, T26)."""

from dataclasses import replace

import pytest
from tests.e2e.laptops import PASSPHRASE, new_record, two_laptops

from nrm_desktop.bootstrap.headless import open_vault
from nrm_desktop.bootstrap.joining import approve, ask_to_join, join
from nrm_desktop.bootstrap.office import (
    ASKED,
    add_office_slot,
    answer_recovery,
    ask_for_recovery,
    make_office_key,
    take_recovery,
)
from nrm_desktop.bootstrap.reviewing import who_did_what
from nrm_desktop.bootstrap.safe import open_safe
from nrm_desktop.bootstrap.way_back import way_back_state
from nrm_desktop.domain.errors import HostileInput, IntegrityFault, Locked, Refused, Usage
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.security.vault import office as made_by
from nrm_desktop.security.vault.cost import FLOOR
from nrm_desktop.storage.access_log import AuditWish

NEW = "nine grey herons walk at low tide"
PLACE = FieldId("screening.place_type")

pytestmark = [pytest.mark.promise("P11"), pytest.mark.threat("T26")]


def said(made) -> str:
    return " ".join(made.compared.digits)


def refused(kind, code, act, *more):
    with pytest.raises(kind) as caught:
        act(*more)
    assert caught.value.code == code


@pytest.fixture
def pair(tmp_path):
    """Ana keeps the key of the office; the office is a way back into Boris' laptop."""
    ana, boris = two_laptops(tmp_path)
    (tmp_path / "stick").mkdir()
    with ana:
        made = make_office_key(ana.vault, str(tmp_path / "stick"))
        add_office_slot(boris.vault, made.file, said(made))
        yield ana, boris, str(tmp_path / "stick")
        boris.close()


@pytest.mark.promise("P5")
def test_the_office_lets_a_worker_back_in_and_her_work_is_there(pair):
    ana, boris, stick = pair
    shell = boris.vault.session.safe.shell
    scope, record = boris.open_case(), new_record()
    boris.save(scope, record, PLACE, "port")
    assert way_back_state(boris.vault.session).is_confirmed
    boris.vault.close()

    asked = ask_for_recovery(shell, NEW, stick, FLOOR)
    answer, vault_id = answer_recovery(ana.vault, asked.file, stick, said(asked))
    used = take_recovery(shell, answer, "P-02", NEW)

    assert vault_id == boris.vault.session.safe.slot.vault_id
    assert (used.badge, used.is_certified) == ("P-02", False)
    refused(Locked, "vault.wrong_passphrase", open_vault, shell, PASSPHRASE)
    safe = open_safe(shell, NEW)
    request = ask_to_join(safe, "P-02", "", stick)
    welcome = approve(ana.vault.session, request.file, stick, said(request))
    join(safe, welcome.file, said(welcome))
    safe.close()
    with replace(boris, vault=open_vault(shell, NEW)) as back:
        assert back.values(scope, record, PLACE) == ["port"]
        back.save(scope, record, PLACE, "airport")
        acts = [act.act for act in who_did_what(back.vault, AuditWish(), 50).acts]
        assert acts.count("recovery.use") == 1, "nobody comes back without a trace (P21)"
    assert not (shell.folder / ASKED).exists()


def test_nothing_counts_that_was_not_compared(pair):
    """A key of somebody else, or a request from whoever holds a copy of the disk."""
    ana, boris, stick = pair
    shell = boris.vault.session.safe.shell
    made = make_office_key(ana.vault, stick)
    refused(HostileInput, "integrity.comparison", add_office_slot, boris.vault, made.file, "0" * 24)
    boris.vault.close()
    asked = ask_for_recovery(shell, NEW, stick, FLOOR)

    wrong = (ana.vault, asked.file, stick, "1" * 24)
    refused(HostileInput, "integrity.comparison", answer_recovery, *wrong)


def test_the_answer_to_another_request_does_not_open(pair):
    ana, boris, stick = pair
    shell = boris.vault.session.safe.shell
    boris.vault.close()
    first = ask_for_recovery(shell, NEW, stick, FLOOR)
    answer, _ = answer_recovery(ana.vault, first.file, stick, said(first))
    refused(Locked, "vault.wrong_passphrase", take_recovery, shell, answer, "", PASSPHRASE)

    ask_for_recovery(shell, NEW, stick, FLOOR)

    refused(HostileInput, "integrity.not_for_us", take_recovery, shell, answer, "", NEW)
    open_vault(shell, PASSPHRASE).close()


def test_a_cut_between_answer_and_header_is_finished_by_doing_it_again(pair, monkeypatch):
    ana, boris, stick = pair
    shell = boris.vault.session.safe.shell
    boris.vault.close()
    asked = ask_for_recovery(shell, NEW, stick, FLOOR)
    answer, _ = answer_recovery(ana.vault, asked.file, stick, said(asked))

    class Cut(BaseException):
        pass

    def cut(*_):
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr("nrm_desktop.bootstrap.office.write_user_slot", cut)
        with pytest.raises(Cut):
            take_recovery(shell, answer, "", NEW)
    open_vault(shell, PASSPHRASE).close()

    assert take_recovery(shell, answer, "", NEW).badge == "P-02"


def test_who_may_not_certify_has_no_office_key_and_the_office_none_for_itself(pair):
    ana, boris, stick = pair
    refused(Refused, "policy.role", make_office_key, boris.vault, stick)
    made = make_office_key(ana.vault, stick)
    refused(Refused, "policy.own_office", add_office_slot, ana.vault, made.file, said(made))


def test_without_an_office_nobody_asks_and_who_did_not_ask_takes_nothing(pair):
    ana, boris, stick = pair
    shell = ana.vault.session.safe.shell
    refused(Locked, "vault.no_office", ask_for_recovery, shell, NEW, stick, FLOOR)
    boris.vault.close()
    other = boris.vault.session.safe.shell
    refused(Usage, "usage.not_found", take_recovery, other, stick, "", NEW)


def test_an_answer_with_another_data_key_is_not_believed(pair):
    """The key has to prove the header that lies here."""
    ana, boris, stick = pair
    shell = boris.vault.session.safe.shell
    boris.vault.close()
    asked = ask_for_recovery(shell, NEW, stick, FLOOR)
    honest = made_by.unwrap_data_key
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            made_by, "unwrap_data_key", lambda *all_of: replace(honest(*all_of), dek=bytes(32))
        )
        answer, _ = answer_recovery(ana.vault, asked.file, stick, said(asked))

    refused(IntegrityFault, "integrity.header_changed", take_recovery, shell, answer, "", NEW)
    open_vault(shell, PASSPHRASE).close()
