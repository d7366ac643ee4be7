"""What a newer base may do: add and narrow. Everything else of it is told, with its place."""

import pytest
from tests.unit.domain.forms.small_pack import (
    LAYOUT,
    LISTS,
    PACK,
    QUICK,
    ROLES,
    SCREENING,
    base_files,
    country_files,
    small_forms,
    with_texts,
)

from nrm_desktop.domain.forms.load import load_packs
from nrm_desktop.domain.forms.parse import PackFiles
from nrm_desktop.domain.forms.succession import broken_promises

OLD = small_forms()
DANGER = 'id = "screening.danger_now"\nsection = "setting"\ntype = "yesno"\ncompartment = "support"'
PARTNER = '[[codelist.code]]\n  code = "partner"\n'
NEW_FIELD = '[[field]]\nid = "screening.new_one"\nsection = "setting"\ntype = "yesno"\n'


def newer(**changed):
    """The small base with files replaced; it loads, so nothing else is wrong with it."""
    files = with_texts(base_files(**changed))
    return load_packs([PackFiles("base", files)]).forms


def told(forms) -> set[tuple[str, str]]:
    """Each problem by its code and the name that it is about."""
    return {(one.code, one.message.split("`")[1]) for one in broken_promises(OLD, forms)}


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


def test_the_same_forms_again_break_nothing():
    assert broken_promises(OLD, newer()) == ()


def test_a_new_field_and_a_new_code_break_nothing():
    lists = changed(LISTS, PARTNER, f'{PARTNER}  [[codelist.code]]\n  code = "driver"\n')

    assert told(newer(screening=f"{SCREENING}\n{NEW_FIELD}", lists=lists)) == set()


def test_a_field_that_a_country_hides_is_still_there():
    forms = small_forms(country_files())

    assert forms.field("screening.age_status").is_hidden
    assert told(forms) == set()


def test_a_field_that_is_not_there_any_more_is_told():
    quick = QUICK[: QUICK.index('[[field]]\nid = "quick.q_kept"')]

    assert told(newer(quick=quick)) == {("lost", "quick.q_kept")}


@pytest.mark.rule("R21")
def test_a_field_of_another_type_is_told():
    """Answers lie under it: a yes must not be read as a text."""
    quick = changed(QUICK, 'section = "q"\ntype = "yesno"', 'section = "q"\ntype = "text"')

    assert told(newer(quick=quick)) == {("changed", "quick.q_kept")}


def test_a_code_that_is_not_there_any_more_is_told():
    lists = changed(LISTS, '  [[codelist.code]]\n  code = "other"\n', "")

    assert told(newer(lists=lists)) == {("lost", "others_role.other")}


def test_a_merge_rule_that_protects_less_is_told():
    screening = changed(SCREENING, 'merge = "protective:child"\n', "")

    assert told(newer(screening=screening)) == {("changed", "screening.age_status")}


def test_a_name_that_could_no_more_be_erased_alone_is_told():
    screening = changed(
        SCREENING,
        'purposes = ["refer", "health"]\nerase = "alone"',
        'purposes = ["refer", "health"]',
    )

    assert told(newer(screening=screening)) == {("changed", "screening.given_name")}


def test_a_field_that_more_roles_could_read_is_told():
    screening = changed(SCREENING, DANGER, changed(DANGER, '"support"', '"core"'))

    assert ("opened", "screening.danger_now") in told(newer(screening=screening))


def test_a_field_that_could_leave_for_more_or_with_fewer_consents_is_told():
    more = changed(
        SCREENING, 'purposes = ["refer", "health"]', 'purposes = ["refer", "statistics"]'
    )
    fewer = changed(SCREENING, 'consent_groups = ["risk"]', 'consent_groups = ["identity"]')

    assert told(newer(screening=more)) == {("opened", "screening.given_name")}
    assert ("opened", "screening.danger_now") in told(newer(screening=fewer))


def test_a_field_that_never_left_and_now_could_is_told():
    seen = 'id = "screening.seen_alone"\nsection = "setting"\ntype = "yesno"\n'
    screening = changed(SCREENING, seen, f'{seen}consent_groups = ["risk"]\n')

    assert told(newer(screening=screening)) == {("opened", "screening.seen_alone")}


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('identity = "r", support = "W"', 'identity = "W", support = "W"', "shelter"),
        ('location = "p"', 'location = "W"', "health"),
        ('quick = ["outreach", "shelter"]', 'quick = ["outreach", "shelter", "health"]', "quick"),
        ('[recipient_kind]\nhealth = "health"', '[recipient_kind]\nhealth = "outreach"', "health"),
        ('roles = ["shelter", "outreach"]', 'roles = ["shelter", "health"]', "shelter_night"),
    ],
)
@pytest.mark.threat("T19")
def test_a_pack_gives_nobody_more_than_the_program_does(old, new, what):
    """Otherwise whoever may sign a pack could let themselves read every case."""
    assert ("opened", what) in told(newer(compartments=changed(ROLES, old, new)))


@pytest.mark.rule("R10")
def test_what_goes_without_a_consent_is_neither_more_nor_less():
    """The parts of the layout decide it; a newer pack may add only what nobody knew before."""
    parts = 'fields = ["referral.to_org", "referral.urgency"]'
    more = changed(LAYOUT, parts, parts.replace("]", ', "screening.danger_now"]'))
    less = changed(LAYOUT, parts, 'fields = ["referral.to_org"]')
    new = changed(LAYOUT, parts, parts.replace("]", ', "screening.new_one"]'))

    assert told(newer(**{"layouts/referral.toml": more})) == {("opened", "screening.danger_now")}
    assert told(newer(**{"layouts/referral.toml": less})) == {("lost", "referral.urgency")}
    added = {"layouts/referral.toml": new, "screening": f"{SCREENING}\n{NEW_FIELD}"}
    assert told(newer(**added)) == set()


@pytest.mark.rule("N11")
def test_a_newer_base_does_not_switch_photos_of_persons_on():
    """That is for the pack of a country, whose people know their law."""
    switched_on = changed(PACK, "[pack]", "[pack]\nphotos_of_persons = true")
    assert told(newer(pack=switched_on)) == {("opened", "photos_of_persons")}


def test_a_role_that_is_not_there_any_more_is_told():
    roles = changed(ROLES, 'roles = ["shelter", "outreach"]', 'roles = ["outreach"]')
    start = roles.index('[[role]]\nid = "shelter"')
    without = roles[:start] + roles[roles.index('[[role]]\nid = "health"') :]
    without = changed(without, 'quick = ["outreach", "shelter"]', 'quick = ["outreach"]')

    assert told(newer(compartments=without)) == {("lost", "shelter")}


def test_a_role_and_a_form_may_be_narrowed():
    roles = changed(ROLES, 'quick = ["outreach", "shelter"]', 'quick = ["outreach"]')
    roles = changed(roles, 'health = "o a"', 'health = "o"')

    assert told(newer(compartments=roles)) == set()


def test_a_problem_is_told_with_file_and_line():
    text = changed(
        SCREENING, 'purposes = ["refer", "health"]', 'purposes = ["refer", "statistics"]'
    )
    sources = {"base/forms/screening.toml": text}

    (problem,) = broken_promises(OLD, newer(screening=text), sources)

    assert problem.file == "base/forms/screening.toml"
    assert text.splitlines()[problem.line - 1].startswith("purposes")


# -------------------- papers

WITH_PAPER = changed(PACK, 'layouts = ["referral"]', 'layouts = ["referral", "sheet"]')
SHEET = """[layout]
id = "sheet"
form = "quick"
purposes = ["refer"]
recipients = ["health"]

[[part]]
id = "first"
fields = ["screening.danger_now"]
"""


KINDS = '\n[[codelist]]\nid = "referral_type"\n  [[codelist.code]]\n  code = "health"\n'


def with_sheet(text: str = SHEET, **more):
    return newer(pack=WITH_PAPER, lists=LISTS + KINDS, **{"layouts/sheet.toml": text, **more})


def told_of_sheet(forms) -> set[tuple[str, str]]:
    found = broken_promises(with_sheet(), forms)
    return {(one.code, one.message.split("`")[1]) for one in found}


def test_a_new_paper_may_come_and_none_may_go():
    assert broken_promises(OLD, with_sheet()) == ()
    assert told_of_sheet(with_sheet()) == set()
    assert told_of_sheet(newer(lists=LISTS + KINDS)) == {("lost", "sheet")}


def test_a_paper_may_hold_less_and_what_is_new_and_nothing_more_that_was_known():
    fields = 'fields = ["screening.danger_now"]'
    less = changed(SHEET, fields, "fields = []")
    more = changed(SHEET, fields, 'fields = ["screening.danger_now", "screening.given_name"]')
    new = changed(SHEET, fields, 'fields = ["screening.danger_now", "screening.new_one"]')

    assert told_of_sheet(with_sheet(less)) == set()
    assert told_of_sheet(with_sheet(more)) == {("opened", "screening.given_name")}
    assert told_of_sheet(with_sheet(new, screening=f"{SCREENING}\n{NEW_FIELD}")) == set()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('purposes = ["refer"]', 'purposes = ["refer", "health"]', {("opened", "sheet")}),
        ('purposes = ["refer"]', 'purposes = ["refer", "own_copy"]', {("opened", "sheet")}),
        ('purposes = ["refer"]', "purposes = []", set()),
        ('recipients = ["health"]', "recipients = []", {("opened", "sheet")}),
        ('form = "quick"', 'form = "referral"', {("changed", "sheet")}),
    ],
)
def test_a_paper_is_meant_for_no_more_than_before(old, new, problem):
    assert told_of_sheet(with_sheet(changed(SHEET, old, new))) == problem
