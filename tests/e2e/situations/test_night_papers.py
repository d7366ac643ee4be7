"""Papers of a night out of a real vault: what stands on them, and what is asked before."""

import pytest
from tests.e2e.situations.people import workers
from tests.e2e.situations.test_own_copy import text_of

from nrm_desktop.bootstrap.handing_over import HandoverDesk
from nrm_desktop.bootstrap.night_papers import write_shift, write_slip
from nrm_desktop.domain.errors import EnvironmentFault, Refused, Usage
from nrm_desktop.storage.access_log import audit_rows

NAME, STREET, ROOM = "Qvarnia", "Qvxzstreet 12", "Room Qv3"


@pytest.fixture(scope="module")
def ana(tmp_path_factory):
    with workers(tmp_path_factory.mktemp("ana")) as [one]:
        yield one


@pytest.fixture(scope="module")
def case(ana):
    opened = ana.opens_a_case()
    ana.writes_at(
        opened,
        {
            "screening[+1].given_name": NAME,
            "screening[+1].danger_now": "yes",
            "address[+1].ad_street": STREET,
            "shift[+1].sh_now": "Sleeps badly",
            "shift[+1].sh_bed": ROOM,
        },
    )
    return opened


def acts(vault):
    rows = vault.database.read(audit_rows).result()
    return [row.did.act for row in rows]


@pytest.mark.rule("S1")
@pytest.mark.rule("N5")
@pytest.mark.parametrize("language", ["en", "uk", "ar", "bg"])
def test_a_slip_holds_two_codes_and_opens_a_record_for_the_second_line(
    ana, case, tmp_path, tool, language
):
    vault = ana.laptop.vault
    made = write_slip(vault, case, language, str(tmp_path))
    text = text_of(made.file, tool)

    assert [group for group in made.slip.code.split("-") if group not in text] == []
    assert made.slip.case in text
    for secret in (NAME, STREET, ROOM):
        assert secret not in text
    assert made.slip.case not in made.file
    taken = HandoverDesk(vault).take(made.slip.code)
    assert ana.finds(taken.scope, "screening.danger_now") == [True]


@pytest.mark.rule("N5")
@pytest.mark.rule("R40")
def test_the_hand_over_on_paper_says_the_line_by_code_and_no_place(ana, case, tmp_path, tool):
    vault = ana.laptop.vault
    with pytest.raises(Refused, match=r"confirm\.plaintext"):
        write_shift(vault, "en", str(tmp_path), ())
    assert list(tmp_path.iterdir()) == []

    text = text_of(write_shift(vault, "en", str(tmp_path), {"PLAINTEXT"}), tool)
    assert ana.sees(case).row.code in text
    assert "Sleeps badly" in text
    for secret in (NAME, STREET, ROOM):
        assert secret not in text


@pytest.mark.promise("P21")
def test_both_are_noted_where_who_did_what_is_reviewed(ana, case, tmp_path):
    vault = ana.laptop.vault
    write_slip(vault, case, "", str(tmp_path))
    write_shift(vault, "", str(tmp_path), {"PLAINTEXT"})

    assert {"handover.slip", "shift.print"} <= set(acts(vault))


def test_a_language_without_words_and_a_folder_that_is_not_there_are_refused(ana, case, tmp_path):
    vault = ana.laptop.vault
    for write in (
        lambda language, folder: write_slip(vault, case, language, folder),
        lambda language, folder: write_shift(vault, language, folder, {"PLAINTEXT"}),
    ):
        with pytest.raises(Usage, match=r"usage\.bad_value"):
            write("xx", str(tmp_path))
        with pytest.raises(EnvironmentFault):
            write("en", str(tmp_path / "gone"))
    assert list(tmp_path.iterdir()) == []
