"""What is different in newer forms is told thing by thing, with the old and the new words."""

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

from nrm_desktop.domain.forms.comparison import Turn, changes_between
from nrm_desktop.domain.forms.load import load_packs
from nrm_desktop.domain.forms.outline import Subject, outline_of
from nrm_desktop.domain.forms.outline_parts import Aspect
from nrm_desktop.domain.forms.parse import PackFiles

CLOCK = """[[clock]]
id = "answer"
track = "support"
start = {{ form = "screening", on = "screening.started_at" }}
length = {length}
unit = "calendar_days"
kind = "maximum"
protects = "earlier"
source = "{source}"
verified = true
"""
TRACK = '[[track]]\nid = "support"\ncodelist = "others_role"\nstart = "other"\n'
KEEPING = '[[retention]]\nid = "adult"\nunit = "years"\nlength = {years}\nsource = "A law."\n'
CLASSES = '\n[[codelist]]\nid = "retention_class"\n  [[codelist.code]]\n  code = "adult"\n'
LOADED = '[[loaded]]\nid = "x"\nlanguage = "en"\nwords = ["{word}"]\ninstead = "said no"\n'


def forms(*, words: str = "", countries=(), **changed: str):
    """The small base with files replaced and some words of its own."""
    files = with_texts(base_files(**changed), *countries)
    texts = files["texts/en.toml"].splitlines()
    keys = {line.partition(" = ")[0] for line in words.splitlines()}
    kept = [line for line in texts if line.partition(" = ")[0] not in keys]
    files["texts/en.toml"] = "\n".join([*kept, words])
    packs = [PackFiles("base", files), *(PackFiles("gb", texts) for texts in countries)]
    return load_packs(packs).forms


def told(old, new, language=""):
    return changes_between(outline_of(old), outline_of(new), language)


def short(changes):
    return [(one.subject, one.turn, one.id) for one in changes]


def replaced(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


def only(changes):
    (one,) = changes
    return one


OLD = forms()


def test_the_same_forms_again_are_no_change():
    assert told(OLD, forms()) == ()


def test_another_version_alone_is_told_as_such():
    one = only(told(OLD, forms(pack=replaced(PACK, "0.1.0", "0.2.0"))))

    assert (one.subject, one.id, one.side) == (Subject.PACK, "base", Aspect.VERSION)
    assert (one.before, one.after) == (("0.1.0",), ("0.2.0",))


@pytest.mark.rule("N11")
def test_photos_of_persons_that_are_switched_on_are_told():
    switched = replaced(PACK, "[pack]", "[pack]\nphotos_of_persons = true")
    one = only(told(OLD, forms(pack=switched)))

    assert (one.subject, one.side, one.before, one.after) == (
        Subject.PACK,
        Aspect.PHOTOS,
        ("no",),
        ("yes",),
    )


def test_a_new_question_is_told_with_its_words_and_where_it_stands():
    field = '[[field]]\nid = "screening.way"\nsection = "setting"\ntype = "text"\nremark = true\n'
    new = forms(screening=f"{SCREENING}\n{field}", words='"screening.way.label" = "Way home"')

    one = only(told(OLD, new))
    assert (one.subject, one.turn, one.id, one.name, one.owner) == (
        Subject.FIELD,
        Turn.ADDED,
        "screening.way",
        "Way home",
        "screening",
    )
    gone = only(told(new, OLD))
    assert (gone.turn, gone.name) == (Turn.REMOVED, "Way home")


def test_a_whole_form_that_came_is_told_once_and_not_by_its_questions():
    new_form = replaced(QUICK, 'id = "quick"', 'id = "swift"').replace('"quick.', '"swift.')
    new = forms(
        pack=replaced(PACK, '"quick"', '"quick", "swift"'),
        **{"forms/swift.toml": new_form},
    )

    assert short(told(OLD, new)) == [(Subject.FORM, Turn.ADDED, "swift")]
    assert short(told(new, OLD)) == [(Subject.FORM, Turn.REMOVED, "swift")]


def test_a_question_that_a_country_hides_is_told_and_shown_again_once_it_is_gone():
    alone = small_forms()
    country = small_forms(country_files())

    hidden = [one for one in told(alone, country) if one.turn is Turn.HIDDEN]
    assert short(hidden) == [(Subject.FIELD, Turn.HIDDEN, "screening.age_status")]
    back = [one for one in told(country, alone) if one.turn is Turn.SHOWN]
    assert short(back) == [(Subject.FIELD, Turn.SHOWN, "screening.age_status")]


def test_a_country_that_came_is_told_with_all_that_it_brings():
    changes = told(small_forms(), small_forms(country_files()))

    assert short(changes) == [
        (Subject.PACK, Turn.ADDED, "gb"),
        (Subject.SECTION, Turn.ADDED, "screening.gb"),
        (Subject.FIELD, Turn.ADDED, "screening.gb_trade"),
        (Subject.FIELD, Turn.ADDED, "screening.gb_birthplace"),
        (Subject.FIELD, Turn.SIDE, "screening.given_name"),
        (Subject.FIELD, Turn.SIDE, "screening.given_name"),
        (Subject.FIELD, Turn.HIDDEN, "screening.age_status"),
    ]


def test_changed_words_are_told_with_the_old_and_the_new_ones():
    old = forms(words='"screening.seen_alone.label" = "Seen alone?"')
    new = forms(words='"screening.seen_alone.label" = "Was the person seen alone?"')

    one = only(told(old, new))
    assert (one.subject, one.turn, one.id) == (Subject.FIELD, Turn.WORDS, "screening.seen_alone")
    assert one.text == "screening.seen_alone.label"
    assert (one.before, one.after) == (("Seen alone?",), ("Was the person seen alone?",))
    assert one.name == "Was the person seen alone?"


def test_words_that_came_for_a_known_question_are_told_without_old_ones():
    new = forms(words='"screening.seen_alone.guidance" = "Without anybody of the house."')

    one = only(told(OLD, new))
    assert (one.before, one.after) == ((), ("Without anybody of the house.",))


def test_words_that_are_read_to_a_person_are_told_as_texts_of_a_consent():
    old = forms(words='"consent_talk.adult.p1" = "You decide."')
    new = forms(words='"consent_talk.adult.p1" = "You decide who knows."')

    one = only(told(old, new))
    assert (one.subject, one.turn, one.text) == (
        Subject.CONSENT,
        Turn.WORDS,
        "consent_talk.adult.p1",
    )
    purpose = forms(words='"codelist.consent_purpose.refer" = "To send you there"')
    assert only(told(OLD, purpose)).subject is Subject.CONSENT


def test_words_that_belong_to_nothing_else_are_told_as_such():
    one = only(told(OLD, forms(words='"grounding.line1" = "Breathe."')))

    assert (one.subject, one.id, one.name) == (Subject.TEXT, "grounding.line1", "grounding.line1")


def test_words_are_compared_in_the_language_of_the_screen_and_else_in_that_of_the_base():
    pack = replaced(PACK, 'language = "en"', 'language = "en"\nlanguages = ["en", "uk"]')
    key = "screening.seen_alone.label"
    ours = '"screening.seen_alone.label" = "Наодинці?"'
    old = forms(pack=pack, **{"texts/uk.toml": ours})
    new = forms(
        pack=pack,
        words=f'"{key}" = "Seen alone, truly?"',
        **{"texts/uk.toml": ours},
    )

    assert told(old, new, "uk") == told(old, new, "uk-UA") == ()
    assert short(told(old, new, "en")) == [(Subject.FIELD, Turn.WORDS, "screening.seen_alone")]
    assert short(told(old, new, "ar")) == [(Subject.FIELD, Turn.WORDS, "screening.seen_alone")]


@pytest.mark.parametrize(
    ("old", "new", "side", "before", "after"),
    [
        (
            'type = "yesno"\ncompartment = "support"',
            'type = "yesno"\ncompartment = "health"',
            Aspect.PART,
            ("text of compartment.support",),
            ("text of compartment.health",),
        ),
        (
            'purposes = ["refer", "health"]',
            'purposes = ["refer"]',
            Aspect.PURPOSES,
            ("text of codelist.consent_purpose.refer", "text of codelist.consent_purpose.health"),
            ("text of codelist.consent_purpose.refer",),
        ),
        (
            'consent_groups = ["risk"]',
            'consent_groups = ["risk", "identity"]',
            Aspect.CONSENTS,
            ("text of codelist.data_group.risk",),
            ("text of codelist.data_group.risk", "text of codelist.data_group.identity"),
        ),
        (
            'visible_when = { field = "screening.seen_alone", equals = false }',
            'visible_when = { not = { field = "screening.seen_alone", answered = true } }',
            Aspect.ASKED_WHEN,
            (),
            (),
        ),
        (
            'required_for = ["referral.send"]',
            'required_for = ["referral.send", "interview.finish"]',
            Aspect.NEEDED_FOR,
            ("text of act.referral.send",),
            ("text of act.referral.send", "text of act.interview.finish"),
        ),
        ('erase = "alone"', "may_decline = false\nerase = 'alone'", Aspect.OTHER, (), ()),
        ('htcds = "hte_City"', "", Aspect.MAPS, (), ()),
    ],
)
def test_a_question_with_another_side_is_told_in_words_where_they_say_something(
    old, new, side, before, after
):
    names = "standards/htcds.toml"
    htcds = {names: 'names = ["hte_City"]'}
    changed = forms(screening=replaced(SCREENING, old, new), **htcds)

    found = {one.side: one for one in told(forms(**htcds), changed)}
    assert side in found
    assert found[side].turn is Turn.SIDE
    assert (found[side].before, found[side].after) == (before, after)


def test_a_code_that_came_or_is_hidden_is_told_with_its_list():
    more = replaced(
        LISTS, 'code = "partner"', 'code = "partner"\n  [[codelist.code]]\n  code = "x"'
    )
    added = only(told(OLD, forms(lists=more)))
    assert (added.subject, added.turn, added.id, added.owner) == (
        Subject.CODE,
        Turn.ADDED,
        "others_role.x",
        "others_role",
    )
    less = replaced(LISTS, 'code = "partner"', 'code = "partner"\n  hide = true')
    assert short(told(OLD, forms(lists=less))) == [
        (Subject.CODE, Turn.HIDDEN, "others_role.partner")
    ]


def test_a_role_that_reads_less_and_a_form_that_others_fill_are_told():
    less = replaced(ROLES, 'cells = { core = "or", identity = "r",', 'cells = { core = "or",')
    one = only(told(OLD, forms(compartments=less)))
    assert (one.subject, one.id, one.side) == (Subject.ROLE, "shelter", Aspect.READS_AND_WRITES)

    fewer = replaced(ROLES, 'quick = ["outreach", "shelter"]', 'quick = ["outreach"]')
    one = only(told(OLD, forms(compartments=fewer)))
    assert (one.subject, one.id, one.side) == (Subject.FORM, "quick", Aspect.FILLED_BY)
    assert one.after == ("text of role.outreach",)


def test_what_goes_onto_a_paper_is_told_by_the_questions_of_the_part():
    less = replaced(LAYOUT, ', "referral.urgency"', "")
    one = only(told(OLD, forms(**{"layouts/referral.toml": less})))

    assert (one.subject, one.id, one.side) == (Subject.PAPER, "referral.envelope", Aspect.FIELDS)
    assert one.after == ("text of referral.to_org.label",)


def test_a_time_limit_with_another_length_and_law_is_told():
    files = {"tracks.toml": TRACK}
    old = forms(**files, **{"clocks.toml": CLOCK.format(length=30, source="Art. 1")})
    new = forms(**files, **{"clocks.toml": CLOCK.format(length=45, source="Art. 2")})

    changes = told(old, new)
    assert [(one.subject, one.side, one.before, one.after) for one in changes] == [
        (Subject.CLOCK, Aspect.LENGTH, ("30", "calendar_days"), ("45", "calendar_days")),
        (Subject.CLOCK, Aspect.LAW, ("Art. 1",), ("Art. 2",)),
    ]


def test_how_long_closed_cases_are_kept_is_told():
    lists = LISTS + CLASSES
    old = forms(lists=lists, **{"retention.toml": KEEPING.format(years=5)})
    new = forms(lists=lists, **{"retention.toml": KEEPING.format(years=3)})

    one = only(told(old, new))
    assert (one.subject, one.name, one.after) == (
        Subject.KEEPING,
        "text of codelist.retention_class.adult",
        ("3", "years"),
    )


def test_a_word_that_judges_is_told_by_its_forms():
    old = forms(**{"wording.toml": LOADED.format(word="refused")})
    new = forms(**{"wording.toml": LOADED.format(word="denied")})

    one = only(told(old, new))
    assert (one.subject, one.side, one.before, one.after) == (
        Subject.WORDING,
        Aspect.WORDS,
        ("refused",),
        ("denied",),
    )


def test_every_difference_stands_with_its_kind_and_kinds_have_one_order():
    new = forms(
        pack=replaced(PACK, "0.1.0", "0.2.0"),
        screening=SCREENING.replace('"screening.debt"', '"screening.owed"'),
        words='"grounding.line1" = "Breathe."\n"consent_talk.adult.p1" = "You decide."',
    )

    assert [one.subject for one in told(OLD, new)] == [
        Subject.PACK,
        Subject.CONSENT,
        Subject.FIELD,
        Subject.FIELD,
        Subject.TEXT,
    ]
