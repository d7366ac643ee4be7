"""S12: a family or a group from one workplace. Linked by a code, and never mixed."""

import pytest
from tests.e2e.situations.people import everybody_meets, workers

from nrm_desktop.app.commands import AdoptBox, JoinGroup
from nrm_desktop.app.handlers.groups import members
from nrm_desktop.app.wire.box import BoxContent
from nrm_desktop.domain.disclosure import OWN_COPY, OWN_REQUEST, THE_PERSON
from nrm_desktop.domain.errors import Refused, Usage
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import answered

pytestmark = [pytest.mark.rule("S12"), pytest.mark.rule("N16")]


def two_of_a_group(ana):
    cases = []
    for name in ("Qvxzolena", "Qvxzmaria"):
        case = ana.opens_a_case()
        ana.writes_at(
            case,
            {
                "screening[+1].given_name": name,
                "screening[+1].danger_now": "yes",
                "group[+1].gr_kind": "same_workplace",
            },
        )
        cases.append(case)
    return cases


def test_what_one_person_agrees_to_covers_nobody_else(tmp_path):
    with workers(tmp_path) as [ana]:
        olena, maria = two_of_a_group(ana)
        clinic = ana.knows_a_service("health", "Harbour Clinic")
        ana.asks(olena, clinic, needs="yes", identity="yes")

        assert ana.would_pass(olena, clinic).disclosure.rests_on_permission
        assert not ana.would_pass(maria, clinic).disclosure.rests_on_permission
        with pytest.raises(Refused, match=r"consent\.missing"):
            ana.passes(maria, clinic, tmp_path / "out")


def test_a_paper_about_one_holds_nothing_of_the_other(tmp_path):
    with workers(tmp_path) as [ana]:
        olena, maria = two_of_a_group(ana)
        clinic = ana.knows_a_service("health", "Harbour Clinic")
        for case in (olena, maria):
            ana.asks(case, clinic, needs="yes", identity="yes")

        found = ana.would_pass(olena, clinic).disclosure
        told = [given.item.answer.value for given in found.included]
        kept = [stays.item.answer.value for stays in found.withheld]
        assert "Qvxzolena" in told
        assert "Qvxzmaria" not in told + kept
        records = {row.record for row in ana.sees(olena).records}
        assert {given.item.record for given in found.included} - records <= {
            cell.record for cell in ana.sees(olena).cells
        }
        assert not {given.item.record for given in found.included} & {
            row.record for row in ana.sees(maria).records
        }


def test_a_record_of_one_person_cannot_be_written_into_the_file_of_another(tmp_path):
    with workers(tmp_path) as [ana]:
        olena, maria = two_of_a_group(ana)
        (row,) = [one for one in ana.sees(olena).records if one.form == "screening"]
        before = ana.finds(maria, "screening.given_name")
        with pytest.raises(Exception, match="not_found"):
            ana.writes_at(maria, {f"screening[{row.record.hex()}].given_name": "Somebody"})
        assert ana.finds(maria, "screening.given_name") == before


TOLD = "They took the passports at the farm and nobody was paid for a whole summer."
"""What one person told, in one sentence."""


def links(worker, case, group="", kind="family"):
    (event,) = worker.laptop.vault.handle(JoinGroup(scope=case, kind=kind, group=group))
    return event.group


def test_siblings_are_linked_by_a_code_and_each_file_holds_nothing_of_the_other(tmp_path):
    with workers(tmp_path, 2) as [ana, boris]:
        olena, maria = ana.opens_a_case(), ana.opens_a_case()
        ana.writes(olena, **{"screening[+1]__given_name": "Qvxzolena"})
        ana.writes(maria, **{"screening[+1]__given_name": "Qvxzmaria"})
        group = links(ana, olena)
        assert links(ana, maria, group.lower()) == group
        assert links(ana, maria, group) == group, "once is enough"
        everybody_meets(tmp_path / "stick", ana, boris)

        for worker in (ana, boris):
            codes = {worker.sees(case).row.code for case in (olena, maria)}
            found = dict(members(worker.laptop.vault.reader, worker.laptop.vault.sight, group))
            assert found == dict.fromkeys(codes, "no"), "two files, and nobody is shown the link"
            assert worker.finds(maria, "group.gr_code") == [group]
            for mine, other, name in ((olena, maria, "Qvxzmaria"), (maria, olena, "Qvxzolena")):
                view = worker.sees(mine)
                assert name not in repr(view)
                assert other.hex() not in repr(view)
                assert worker.sees(other).row.code not in repr(view.cells)


def test_a_link_can_be_marked_as_not_safe_and_the_most_careful_mark_acts(tmp_path):
    """A person who exploits may be in the group."""
    with workers(tmp_path, 2) as [ana, boris]:
        case = ana.opens_a_case()
        group = links(ana, case, kind="same_workplace")
        everybody_meets(tmp_path / "stick", ana, boris)
        ana.writes(case, group__gr_safe="yes")
        boris.writes(case, group__gr_safe="not_safe", group__gr_note="The driver is one of them")
        everybody_meets(tmp_path / "stick", ana, boris)

        for worker in (ana, boris):
            vault = worker.laptop.vault
            assert [safe for _, safe in members(vault.reader, vault.sight, group)] == ["not_safe"]
        copy = ana.would_pass(case, THE_PERSON, OWN_COPY, ground=OWN_REQUEST).disclosure
        gone = {str(given.item.field) for given in copy.included}
        assert not [one for one in gone if one.startswith("group.")], "a copy may be found"


def test_no_code_that_people_typed_and_no_kind_of_their_own_links_anybody(tmp_path):
    with workers(tmp_path) as [ana]:
        case = ana.opens_a_case()
        for group in ("the red bus", "G-0000-0001", ana.sees(case).row.code):
            with pytest.raises(Usage):
                links(ana, case, group)
        with pytest.raises(Usage):
            links(ana, case, kind="suspects")
        assert ana.finds(case, "group.gr_code") == []


@pytest.mark.parametrize(
    "told", [TOLD, f"  {TOLD.upper()} ", f"She says:\n{TOLD}\nAnd no more.", TOLD.rstrip(".")]
)
def test_an_account_of_another_person_is_refused_with_the_reason(tmp_path, told):
    """Pasted or imported, with other letters, or within more words: the save is the one door."""
    with workers(tmp_path) as [ana]:
        olena, maria = two_of_a_group(ana)
        ana.writes(olena, screening__why_now=TOLD)

        with pytest.raises(Refused, match=r"policy\.account_of_another") as refused:
            ana.writes(maria, screening__why_now=told)

        assert ana.finds(maria, "screening.why_now") == []
        assert ana.sees(olena).row.code not in repr(refused.value.params), "nobody learns where"
        assert refused.value.params == {"field": "screening.why_now"}
        ana.writes(olena, screening__why_now=f"{TOLD} She was the eldest.")
        ana.writes(maria, screening__why_now="They took the passports.")


def test_a_form_written_while_it_was_locked_brings_no_account_of_another(tmp_path):
    with workers(tmp_path) as [ana]:
        olena, maria = two_of_a_group(ana)
        ana.writes(olena, screening__why_now=TOLD)
        field = FieldId("screening.why_now")
        content = BoxContent("screening", 0, ((field, answered(TOLD)),))
        with pytest.raises(Refused, match=r"policy\.account_of_another"):
            ana.laptop.vault.handle(AdoptBox(content=content, digest=b"d" * 32, scope=maria))
        assert ana.finds(maria, "screening.why_now") == []


def test_what_the_law_says_to_everybody_and_a_few_words_are_no_account(tmp_path):
    with workers(tmp_path) as [ana]:
        olena, maria = two_of_a_group(ana)
        for case in (olena, maria):
            ana.writes(case, screening__why_now="Does not know the address")
            ana.writes(case, **{"safety[+1]__own_view": TOLD})
        assert ana.finds(maria, "screening.why_now") == ["Does not know the address"]
