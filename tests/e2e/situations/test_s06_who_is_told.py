"""S6: whoever has received something is told in writing: a letter on paper."""

import pytest
from tests.e2e.situations.people import everybody_meets, workers
from tests.e2e.situations.test_night_papers import acts
from tests.e2e.situations.test_own_copy import text_of

from nrm_desktop.app.commands import AddDirectoryEntry
from nrm_desktop.bootstrap.notice_papers import FileAbout, write_letter
from nrm_desktop.domain.errors import EnvironmentFault, Refused, Usage

pytestmark = [pytest.mark.rule("S6"), pytest.mark.rule("R27")]
NAME, STREET, WORDS = "Qvarnia", "Qvxzstreet 12", "a scar like a sickle"
PHONE = "0700 555 01"


@pytest.fixture(scope="module")
def ana(tmp_path_factory):
    with workers(tmp_path_factory.mktemp("ana")) as [one]:
        yield one


@pytest.fixture(scope="module")
def taken_back(ana, tmp_path_factory):
    """A case, and what went to a clinic under a yes that the person has taken back."""
    case = ana.opens_a_case()
    ana.writes_at(
        case,
        {
            "screening[+1].given_name": NAME,
            "screening[+1].danger_now.text": WORDS,
            "address[+1].ad_street": STREET,
        },
    )
    clinic = ana.knows_a_service("health", "Harbour Clinic")
    asked = ana.asks(case, clinic, identity="yes")
    went = ana.passes(case, clinic, tmp_path_factory.mktemp("to the clinic"))
    ana.takes_back(case, (row.record for row in asked.made))
    return case, clinic, went


@pytest.mark.rule("N5")
@pytest.mark.rule("R26")
@pytest.mark.parametrize("language", ["en", "uk", "ar", "bg"])
def test_the_letter_names_the_file_and_nobody(ana, taken_back, tmp_path, tool, language):
    case, _, went = taken_back
    vault = ana.laptop.vault
    about = FileAbout(case, went.referral)

    written = write_letter(vault, about, language, str(tmp_path))
    text = text_of(written.file, tool)

    assert went.referral in text
    assert "Harbour Clinic" in text
    group = vault.forms.text("codelist.data_group.identity", language)
    assert " ".join(group.split()[:2]) in " ".join(text.split()) or language == "ar"
    code = vault.work.run(lambda unit: unit.code_of_scope(case))
    for secret in (NAME, STREET, "Qvxz", WORDS, code):
        assert secret not in text
        assert secret not in written.file
    assert acts(vault)[-1] == "consent.letter"


def test_a_paper_that_nobody_has_carried_tells_nobody(ana, taken_back, tmp_path):
    case, _, went = taken_back
    write_letter(ana.laptop.vault, FileAbout(case, went.referral), "en", str(tmp_path))

    assert [one.passed.reference for one in ana.has_to_tell(case)] == [went.referral]


def test_it_says_how_we_are_reached_where_the_directory_knows_us(ana, taken_back, tmp_path, tool):
    case, _, went = taken_back
    vault = ana.laptop.vault
    about = FileAbout(case, went.referral)
    before = text_of(write_letter(vault, about, "en", str(tmp_path)).file, tool)
    own = AddDirectoryEntry(kind="other", name=vault.context.organisation_name, contact=PHONE)
    vault.handle(own)

    after = text_of(write_letter(vault, about, "en", str(tmp_path)).file, tool)

    assert PHONE not in before
    assert PHONE in after


def test_a_medium_that_fails_leaves_no_file_and_no_row(ana, taken_back, tmp_path):
    case, _, went = taken_back
    vault = ana.laptop.vault
    before = acts(vault)

    with pytest.raises(EnvironmentFault):
        write_letter(vault, FileAbout(case, went.referral), "en", str(tmp_path / "nowhere"))

    assert acts(vault) == before


def test_nothing_is_written_about_a_file_that_nobody_took_back(ana, taken_back, tmp_path):
    case, _, went = taken_back
    vault = ana.laptop.vault
    for about, language in (
        (FileAbout(case, "r-none00"), "en"),
        (FileAbout(case, went.referral, "f" * 32), "en"),
        (FileAbout(case, went.referral), "tlh"),
    ):
        with pytest.raises(Usage):
            write_letter(vault, about, language, str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_where_telling_was_found_not_safe_no_letter_is_written_before_that_is_decided_anew(
    tmp_path, tool
):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        ana.writes_at(case, {"screening[+1].given_name": NAME})
        clinic = ana.knows_a_service("health", "Harbour Clinic")
        asked = ana.asks(case, clinic, identity="yes")
        went = ana.passes(case, clinic, tmp_path / "out")
        ana.takes_back(case, (row.record for row in asked.made))
        (notice,) = ana.has_to_tell(case)
        vault, about = ana.laptop.vault, FileAbout(case, went.referral)
        ana.tells(case, notice, "not_safe", words="The one who threatens works there.")

        with pytest.raises(Refused, match=r"policy\.notice_not_safe"):
            write_letter(vault, about, "en", str(tmp_path))

        ana.tells(case, notice, "spoken")
        assert went.referral in text_of(write_letter(vault, about, "en", str(tmp_path)).file, tool)


def test_who_does_not_see_the_log_writes_no_letter(tmp_path):
    with workers(tmp_path, 3) as [ana, _, cleo]:
        case = ana.opens_a_case()
        ana.writes_at(case, {"screening[+1].given_name": NAME})
        clinic = ana.knows_a_service("health", "Harbour Clinic")
        asked = ana.asks(case, clinic, identity="yes")
        went = ana.passes(case, clinic, tmp_path / "out")
        ana.takes_back(case, (row.record for row in asked.made))
        everybody_meets(tmp_path / "stick", ana, cleo)

        with pytest.raises(Usage, match=r"usage\.not_found"):
            write_letter(cleo.laptop.vault, FileAbout(case, went.referral), "en", str(tmp_path))
