"""A bad pack is refused whole: every problem with file, line, words and remedy."""

import pytest
from tests.unit.domain.forms.small_pack import (
    FACTS,
    LAYOUT,
    LISTS,
    PACK,
    QUICK,
    REFERRAL,
    REGISTER,
    ROLES,
    SCREENING,
    base_files,
    codes_of,
    country_files,
    problems_of,
    small_forms,
    with_texts,
)

from nrm_desktop.domain.errors import HostileInput
from nrm_desktop.domain.forms.load import fingerprint, load_packs
from nrm_desktop.domain.forms.parse import PackFiles
from nrm_desktop.domain.forms.problems import MOST_PROBLEMS, PackRefused


def altered(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def test_a_good_pack_loads_with_its_forms_in_order():
    forms = small_forms()

    assert list(forms.forms) == ["screening", "quick", "referral", "consent_register"]


def test_a_text_missing_in_the_base_language_is_named():
    problems = problems_of(base_files())

    assert {one.code for one in problems} == {"missing_text"}
    assert "`screening.started_at.label`" in " ".join(one.message for one in problems)


BAD_SCREENING = [
    ("unknown_key", 'type = "datetime"', 'type = "datetime"\ncolour = "red"'),
    ("unknown_type", 'type = "datetime"', 'type = "moment"'),
    ("missing_key", 'type = "datetime"\n', ""),
    ("missing_key", 'type = "datetime"', 'type = "ref"'),
    ("missing_key", 'id = "setting"\ncompartment = "core"', 'id = "setting"'),
    ("missing_key", 'id = "setting"\n', ""),
    ("missing_key", "[form]", "[forms]"),
    ("bad_value", "repeats = true", 'scope = "world"'),
    ("bad_value", 'type = "datetime"', 'type = "text"\ncodes = ["a"]'),
    ("bad_id", 'id = "screening"', 'id = "interview"'),
    ("bad_id", 'id = "screening"', 'id = "Screening"'),
    ("bad_id", 'id = "can_hear"', 'id = "can.hear"'),
    ("unknown_type", 'type = "place"', 'type = "town"'),
    ("wrong_type", 'codes = ["yes", "partly", "no"]', "codes = [1]"),
    ("wrong_type", "[form]", "change = 1\n[form]"),
    ("wrong_type", 'type = "datetime"', "type = 7"),
    ("unknown_section", 'section = "setting"', 'section = "settings"'),
    ("unknown_compartment", 'compartment = "identity"', 'compartment = "passport"'),
    ("unknown_compartment", 'compartment = "identity"', 'compartment = "org.inbox"'),
    ("unknown_codelist", 'codelist = "others_role"', 'codelist = "other_role"'),
    ("missing_codes", 'codes = ["documented", "stated"]\n', ""),
    ("unknown_merge", '"protective:child"', '"protective:guess"'),
    ("unknown_code", '["identity"]', '["identities"]'),
    ("unknown_code", '["refer", "health"]', '["refer", "police"]'),
    ("unknown_act", '{ act = "interview.finish" }', '"interview.ends"'),
    ("required_for_saving", '{ act = "interview.finish" }', '"save"'),
    ("bad_condition", '{ field = "screening.seen_alone", equals = false }', '{ eval = "1" }'),
    ("unknown_field", 'screening.seen_alone", equals', 'screening.seen", equals'),
    ("unknown_field", 'field = "screening.seen_alone"', 'field = "screening.others_present"'),
    ("unknown_code", "equals = false", 'equals = "no"'),
    ("unknown_code", 'equals = "debt"', 'equals = "debts"'),
    ("unknown_fact", 'fact = "observation_only"', 'fact = "observing"'),
    ("dead_field", 'equals = "debt"', 'in = ["debt"]\nx'),
    ("bad_id", '"screening.started_at"', '"screening.startedAt"'),
    ("bad_id", '"screening.started_at"', '"referral.started_at"'),
    ("bad_id", '"screening.started_at"', f'"screening.{"a" * 60}"'),
    ("bad_id", '"screening.started_at"', '"screening.section"'),
    ("duplicate_id", '"screening.started_at"', '"screening.seen_alone"'),
    ("duplicate_id", 'id = "person"', 'id = "setting"'),
    ("duplicate_id", 'id = "situation"', 'id = "others_present"'),
    ("duplicate_id", '["documented", "stated"]', '["stated", "stated"]'),
    ("not_at_screening", '"screening.given_name"', '"screening.passport_number"'),
    ("not_at_screening", '"screening.given_name"', '"screening.hiv_status"'),
    ("not_at_screening", '"screening.given_name"', '"screening.religion"'),
    ("empty_group", '  [[field.field]]\n  id = "town"\n', '  [other]\n  id = "town"\n'),
    ("too_deep", 'type = "place"', 'type = "group"'),
    ("unknown_htcds", '"hte_City"', '"hte_Town"'),
    ("bad_value", 'erase = "alone"', 'erase = "never"'),
    ("bad_value", 'type = "datetime"', 'type = "datetime"\nsources = ["rumour"]'),
    ("bad_value", 'type = "datetime"', 'type = "long"\nremark = true'),
    ("bad_toml", "[form]", "[form"),
]


@pytest.mark.parametrize(("code", "old", "new"), BAD_SCREENING)
def test_a_fault_in_a_form_is_refused(code, old, new):
    if code == "dead_field":
        old, new = 'equals = "debt"', 'state = "declined"'
        text = altered(SCREENING, '"threats", "other"]', '"threats", "other"]\nmay_decline = false')
    else:
        text = SCREENING
    standard = {"standards/htcds.toml": 'names = ["hte_City"]'}

    assert code in codes_of(base_files(screening=altered(text, old, new), **standard))


@pytest.mark.rule("N20")
@pytest.mark.parametrize(
    "name",
    [
        "sexual_acts",
        "number_of_clients",
        "immigration_history",
        "family_members",
        "political_belief",
        "other_cases",
        "why_not_escaped",
        "identity_number",
        "fingerprints",
        "photograph",
        "medical_examination",
    ],
)
def test_what_is_not_asked_at_a_first_screening_is_refused_also_in_the_quick_screen(name):
    own = altered(QUICK, "quick.q_kept", f"quick.q_{name}")

    assert "not_at_screening" in codes_of(base_files(quick=own))


def test_a_register_of_consents_holds_no_words():
    words = altered(REGISTER, 'type = "one"\ncodes = ["yes", "no", "not_now"]', 'type = "text"')
    remark = altered(REGISTER, 'type = "one"', 'remark = true\ntype = "one"')

    assert "text_in_register" in codes_of(base_files(consent_register=words))
    assert "text_in_register" in codes_of(base_files(consent_register=remark))


@pytest.mark.rule("R2")
def test_an_act_of_support_never_hangs_on_proceedings():
    tied = altered(REFERRAL, 'type = "text"', 'type = "text"\ncompartment = "liaison"')

    assert "support_tied" in codes_of(base_files(referral=tied))


def test_a_circle_of_conditions_is_refused_with_its_way():
    text = altered(
        SCREENING,
        'id = "screening.control"\n',
        'id = "screening.control"\nvisible_when = { field = "screening.debt", answered = true }\n',
    )

    problems = [one for one in problems_of(base_files(screening=text)) if "cycle" in one.code]

    assert [one.message for one in problems] == [
        "Questions wait for each other: screening.control → screening.debt → screening.control."
    ]


KINDS = '\n[[codelist]]\nid = "referral_type"\n  [[codelist.code]]\n  code = "health"\n'
WITH_PAPER = {
    "pack.toml": altered(PACK, 'layouts = ["referral"]', 'layouts = ["referral", "sheet"]'),
    "lists": LISTS + KINDS,
}
SHEET = """[layout]
id = "sheet"
form = "quick"
purposes = ["refer"]
recipients = ["health"]

[[part]]
id = "first"
fields = ["screening.danger_now"]
"""
OTHER_FILES = [
    ("bad_cell", {"compartments": altered(ROLES, '"or"', '"orz"')}),
    ("unknown_role", {"compartments": altered(ROLES, '["shelter", "outreach"]', '["nobody"]')}),
    ("nobody_fills", {"compartments": altered(ROLES, 'identity = "W"', 'identity = "r"')}),
    ("unknown_key", {"compartments": ROLES + "\n[extra]\nx = 1"}),
    ("unknown_field", {"layouts/referral.toml": altered(LAYOUT, "referral.urgency", "a.b")}),
    ("missing_key", {"layouts/referral.toml": altered(LAYOUT, "[layout]", "[lay]")}),
    ("bad_id", {"layouts/referral.toml": altered(LAYOUT, 'id = "envelope"', 'id = "title"')}),
    *(
        (problem, {**WITH_PAPER, "layouts/sheet.toml": altered(SHEET, old, new)})
        for problem, old, new in (
            ("unknown_code", '["refer"]', '["refers"]'),
            ("unknown_code", '["health"]', '["nobody"]'),
            ("unknown_form", 'form = "quick"', 'form = "quicker"'),
            ("unknown_field", "screening.danger_now", "screening.danger"),
            ("bad_id", 'id = "first"', 'id = "life_risk"'),
            ("bad_id", 'id = "first"', 'id = "envelope"'),
            ("bad_id", 'id = "first"', 'id = "title"'),
        )
    ),
    ("unknown_field", {"facts": altered(FACTS, "screening.age_status", "screening.age")}),
    ("duplicate_id", {"lists": altered(LISTS, 'code = "police"', 'code = "partner"')}),
    ("duplicate_id", {"lists": LISTS + '\n[[codelist]]\nid = "child_sign"'}),
    ("unknown_compartment", {"lists": altered(LISTS, '"health"', '"healthy"')}),
    ("unknown_form", {"quick": altered(QUICK, '"screening"', '"screenings"')}),
    ("unknown_field", {"quick": altered(QUICK, "screening.danger_now", "screening.danger")}),
    ("unknown_field", {"quick": altered(QUICK, "screening.danger_now", "referral.urgency")}),
    ("bad_value", {"referral": altered(REFERRAL, '"referral.domain"', '"referral.need_now"')}),
    ("missing_file", {"pack.toml": altered(PACK, '"quick"', '"quick", "missing"')}),
    ("unknown_file", {"pack.toml": altered(PACK, '"quick", ', "")}),
    ("unknown_file", {"forms/deeper/x.toml": ""}),
    ("unknown_pack", {"pack.toml": PACK + 'extends = "other"'}),
    ("missing_key", {"pack.toml": altered(PACK, "[pack]", "[packs]")}),
    ("bad_toml", {"pack.toml": "[pack"}),
    ("bad_id", {"pack.toml": altered(PACK, 'id = "base"', 'id = "The Base"')}),
    ("missing_key", {"lists": altered(LISTS, 'code = "police"', "")}),
    (
        "wrong_type",
        {"lists": altered(LISTS, 'id = "child_sign"', 'id = "child_sign"\nversion="1"')},
    ),
    ("wrong_type", {"texts/en.toml": "screening.title = 3"}),
    ("bad_toml", {"texts/en.toml": "a = " + "[" * 5_000}),
    ("bad_toml", {"texts/en.toml": "a = " + "9" * 5_000}),
    ("wrong_type", {"texts/en.toml": "a." * 5_000 + 'a = "deep"'}),
    ("unknown_code", {"compartments": altered(ROLES, '["refer", "health"]', '["refers"]')}),
    ("bad_condition", {"facts": FACTS + '[[fact]]\nid = "x"\nwhen = { fact = "child_pathway" }'}),
]


@pytest.mark.parametrize(("code", "files"), OTHER_FILES)
def test_a_fault_in_another_file_is_refused(code, files):
    assert code in codes_of(base_files(**files))


def test_a_question_that_waits_for_a_hidden_one_is_dead():
    hidden = '[form]\nid = "screening"\n[[change]]\nfield = "screening.control"\nhide = true\n'

    problems = problems_of(base_files(), country_files(hidden))

    assert [one.message for one in problems if one.code == "dead_field"] == [
        "`screening.debt` can never be seen."
    ]


def test_a_condition_with_too_many_cases_to_try_is_taken_as_possible():
    codes = [f"c{number}" for number in range(16)]
    text = altered(SCREENING, '["debt", "threats", "other"]', str(codes).replace("'", '"'))
    every = ", ".join(f'{{ field = "screening.control", equals = "{code}" }}' for code in codes)
    text = altered(
        text, '{ field = "screening.control", equals = "debt" }', f"{{ all = [{every}] }}"
    )

    assert not codes_of(base_files(screening=text))


def test_all_problems_are_told_with_file_and_line():
    text = altered(SCREENING, 'type = "datetime"', 'type = "moment"')
    text = altered(text, 'codelist = "others_role"', 'codelist = "roles"')
    files = with_texts(base_files())
    files["forms/screening.toml"] = text

    problems = problems_of(files)

    lines = text.splitlines()
    assert [(one.code, lines[one.line - 1].strip()) for one in problems] == [
        ("unknown_type", 'type = "moment"'),
        ("unknown_codelist", 'codelist = "roles"'),
    ]
    assert {one.file for one in problems} == {"base/forms/screening.toml"}
    assert all(one.remedy for one in problems)


def test_words_of_a_foreign_pack_are_printed_without_its_control_characters():
    text = altered(SCREENING, 'type = "datetime"', 'type = "datetime"\n"\\u001b[31mred" = 1')

    problem = next(one for one in problems_of(base_files(screening=text)) if one.line > 1)

    assert problem.code == "unknown_key"
    assert str(problem).isprintable()


def test_a_pack_full_of_faults_is_not_read_to_the_end():
    text = SCREENING + "".join(f"x{number} = 1\n" for number in range(3_000))

    with pytest.raises(PackRefused) as caught:
        load_packs([PackFiles("base", base_files(screening=text))])

    assert len(caught.value.problems) == MOST_PROBLEMS + 1


def test_a_refusal_is_of_the_one_family_and_names_the_first_place():
    with pytest.raises(HostileInput) as caught:
        load_packs([PackFiles("base", {})])

    assert isinstance(caught.value, PackRefused)
    assert (caught.value.code, caught.value.params["file"]) == ("integrity.pack", "base/pack.toml")


def test_no_pack_at_all_is_refused():
    with pytest.raises(PackRefused):
        load_packs([])


def test_a_translation_that_is_missing_is_a_warning():
    files = with_texts(base_files())
    files["pack.toml"] = PACK.replace("forms =", 'languages = ["en", "uk"]\nforms =')

    loaded = load_packs([PackFiles("base", files)])

    assert [one.code for one in loaded.warnings] == ["missing_translation"]


def test_the_fingerprint_knows_content_and_not_line_ends():
    unix = fingerprint([PackFiles("base", {"a.toml": "x\ny"})])

    assert fingerprint([PackFiles("base", {"a.toml": "x\r\ny"})]) == unix
    assert fingerprint([PackFiles("base", {"a.toml": "x\nz"})]) != unix
    assert fingerprint([PackFiles("base", {"b.toml": "x\ny"})]) != unix
    assert small_forms().fingerprint != b""


def test_packs_with_the_same_content_are_loaded_once_and_others_anew():
    files = with_texts(base_files())
    first = load_packs([PackFiles("base", files)])

    assert load_packs([PackFiles("base", dict(files))]) is first
    assert load_packs([PackFiles("other folder", files)]) is not first
    files["pack.toml"] = PACK.replace("forms =", 'languages = ["en", "uk"]\nforms =')
    assert load_packs([PackFiles("base", files)]).warnings != first.warnings
    for _ in range(2):
        with pytest.raises(PackRefused):
            load_packs([PackFiles("base", {**files, "pack.toml": "x"})])
