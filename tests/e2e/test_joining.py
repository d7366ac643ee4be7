"""A second laptop joins: nothing is believed before two people have compared."""

import shutil

import pytest
from tests.e2e.laptops import PASSPHRASE, copy_of, made_once, shell_at

from nrm_desktop.app.ports import TrustStore
from nrm_desktop.bootstrap.joining import approve, ask_to_join, join
from nrm_desktop.bootstrap.safe import create_safe
from nrm_desktop.domain.errors import HostileInput, Refused, Usage
from nrm_desktop.security.vault.cost import FLOOR


@pytest.fixture
def ana(tmp_path):
    with copy_of(made_once()[0], tmp_path / "ana") as laptop:
        yield laptop


@pytest.fixture
def asking(tmp_path):
    safe = create_safe(shell_at(tmp_path / "new"), PASSPHRASE, FLOOR)
    (tmp_path / "carried").mkdir()
    yield safe, ask_to_join(safe, "P-07", "field laptop", str(tmp_path / "carried"))
    safe.close()


def roots(trust: TrustStore) -> int:
    return len(trust.roots())


def test_a_request_is_approved_and_the_welcome_joins_by_digits_or_words(ana, asking, tmp_path):
    safe, asked = asking
    carried = str(tmp_path / "carried")

    made = approve(ana.vault.session, carried, carried, " ".join(asked.compared.words), "shelter")
    joined = join(safe, made.file, "".join(made.compared.digits))

    assert joined.organisation == "Help"
    assert joined.device == made.device == asked.device
    assert safe.database.with_trust(roots) == 1
    with pytest.raises(Refused) as again:
        ask_to_join(safe, "P-07", "field laptop", carried)
    assert again.value.code == "trust.joined"


def test_wrong_digits_take_no_device_in(ana, asking, tmp_path):
    _, asked = asking
    before = len(ana.vault.session.roster.act_ids())

    with pytest.raises(HostileInput) as refused:
        approve(ana.vault.session, asked.file, str(tmp_path), "0000 " * 6, "shelter")

    assert refused.value.code == "integrity.comparison"
    assert len(ana.vault.session.roster.act_ids()) == before


def test_wrong_digits_of_the_organisation_keep_nothing_of_its_welcome(ana, asking, tmp_path):
    safe, asked = asking
    said = " ".join(asked.compared.digits)
    made = approve(ana.vault.session, asked.file, str(tmp_path / "carried"), said, "shelter")

    with pytest.raises(HostileInput) as refused:
        join(safe, made.file, "0000 " * 6)

    assert refused.value.code == "integrity.comparison"
    assert safe.database.with_trust(roots) == 0


def test_a_replaced_request_has_other_digits(ana, asking, tmp_path):
    _, asked = asking
    other = create_safe(shell_at(tmp_path / "other"), PASSPHRASE, FLOOR)
    with_other = ask_to_join(other, "P-07", "field laptop", str(tmp_path))
    other.close()
    shutil.copy(with_other.file, asked.file)

    said = " ".join(asked.compared.digits)

    with pytest.raises(HostileInput) as refused:
        approve(ana.vault.session, asked.file, str(tmp_path), said, "shelter")

    assert refused.value.code == "integrity.comparison"


def test_a_new_badge_needs_a_role(ana, asking, tmp_path):
    _, asked = asking
    said = " ".join(asked.compared.digits)

    with pytest.raises(Usage) as refused:
        approve(ana.vault.session, asked.file, str(tmp_path), said)

    assert refused.value.params["what"] == "role"
