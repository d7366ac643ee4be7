"""The packs described as Markdown: everything a person checks stands on the pages."""

from tests.unit.domain.forms.small_pack import country_files, small_forms

from nrm_desktop.app.pack_docs import pack_docs

FORMS = small_forms(country_files())
PAGES = pack_docs(FORMS)


def test_there_is_a_page_for_each_form_and_an_index_that_leads_to_all():
    assert set(PAGES) == {
        *(f"{form}.md" for form in FORMS.forms),
        "README.md",
        "code_lists.md",
        "roles.md",
    }
    for name in set(PAGES) - {"README.md"}:
        assert f"]({name})" in PAGES["README.md"]


def test_every_field_stands_on_the_page_of_its_form():
    for one in FORMS.fields():
        if one.parent is None or FORMS.field(one.parent).is_group:
            assert f"`{one.id}`" in PAGES[f"{one.form}.md"]


def test_conditions_acts_groups_and_closed_sections_are_said_in_words():
    page = PAGES["screening.md"]

    assert "shown if “text of screening.seen_alone.label” is no" in page
    assert "Closed until: “text of screening.consent_talk.label” is answered or" in page
    assert "needed for “text of act.referral.send”" in page
    assert "leaves only with a yes for: text of codelist.data_group.risk" in page
    assert "hint for" in PAGES["referral.md"]


def test_the_purpose_of_a_form_is_said_where_the_pack_has_one():
    text = {"texts/en.toml": '"screening.purpose" = "To find out what helps."'}
    pages = pack_docs(small_forms(country_files(**text)))

    assert "To find out what helps." in pages["screening.md"]
    assert "⟦" not in pages["referral.md"]


def test_every_code_and_every_role_is_listed():
    for codes in FORMS.codelists.values():
        for code in codes.codes:
            words = FORMS.text(f"codelist.{codes.id}.{code.code}")
            assert any(words in page for page in PAGES.values())
    for role in FORMS.roles.roles:
        assert f"`{role}`" in PAGES["roles.md"]


def test_a_pack_that_nobody_checked_says_so():
    assert "not yet checked by a practitioner" in PAGES["README.md"]


def test_a_cell_never_breaks_the_table():
    for page in PAGES.values():
        rows = [line for line in page.splitlines() if line.startswith("| ") and "`" in line]
        widths = {row.count("|") for row in rows if row.startswith("| text of")}
        assert len(widths) <= 1
