"""Comparing forms: nothing is different from itself, and every way has its way back."""

from hypothesis import given
from hypothesis import strategies as st

from nrm_desktop.app.known_forms import (
    KnownForms,
    decode_known,
    decode_outline,
    encode_known,
    encode_outline,
    forms_met,
)
from nrm_desktop.domain.forms.comparison import Turn, changes_between
from nrm_desktop.domain.forms.outline import FormsOutline, Subject, Thing
from nrm_desktop.domain.forms.outline_parts import Aspect

NAMES = ("a", "b", "c", "d")
SIDES = (Aspect.PART, Aspect.LENGTH, Aspect.OTHER)
words = st.text(max_size=3)
sides = st.dictionaries(st.sampled_from(SIDES), st.lists(words, max_size=2).map(tuple))
languages = st.sampled_from(("en", "uk", "uk-UA", "ar", ""))


@st.composite
def outlines(draw) -> FormsOutline:
    names = draw(st.sets(st.sampled_from([(one, name) for one in Subject for name in NAMES])))
    things = tuple(
        Thing(subject, name, f"{subject}.{name}.label", f"{subject}.{name}")
        if not draw(st.booleans())
        else Thing(
            subject,
            name,
            is_hidden=draw(st.booleans()),
            owner=draw(st.sampled_from(("", "f"))),
            aspects=draw(sides),
        )
        for subject, name in sorted(names)
    )
    keys = st.sampled_from([f"{one}.{name}.label" for one in Subject for name in NAMES])
    texts = draw(st.dictionaries(st.sampled_from(("en", "uk")), st.dictionaries(keys, words)))
    return FormsOutline(things, texts, "en")


@given(outlines(), languages)
def test_forms_are_not_different_from_themselves(outline, language):
    assert changes_between(outline, outline, language) == ()


@given(outlines(), outlines(), languages)
def test_what_one_way_adds_or_hides_the_way_back_removes_or_shows(old, new, language):
    back = {Turn.ADDED: Turn.REMOVED, Turn.HIDDEN: Turn.SHOWN, Turn.WORDS: Turn.WORDS}
    back |= {after: before for before, after in back.items()} | {Turn.SIDE: Turn.SIDE}

    there = changes_between(old, new, language)
    again = changes_between(new, old, language)

    def kinds(changes, turn_of):
        return sorted(
            (one.subject, turn_of(one.turn), one.id, one.text, one.side) for one in changes
        )

    assert kinds(there, lambda turn: turn) == kinds(again, back.__getitem__)
    assert all(one.before != one.after or one.side for one in there if one.turn is Turn.WORDS)


@given(outlines())
def test_an_outline_that_was_kept_is_the_same_again(outline):
    assert decode_outline(encode_outline(outline)) == outline


@given(st.binary(max_size=40))
def test_whatever_lies_there_is_read_or_not_and_never_fails(raw):
    assert decode_outline(raw) is None
    known = decode_known(raw)
    assert known is None or isinstance(known, KnownForms)


unlockings = st.lists(st.tuples(st.sampled_from(NAMES), st.booleans()), min_size=1, max_size=8)


@given(unlockings)
def test_whoever_has_not_looked_is_shown_everything_since_the_forms_that_were_looked_at(story):
    """Each unlocking meets forms; after some of them the person looks at what changed."""
    known, looked_at = None, story[0][0]
    for at_ms, (name, looks) in enumerate(story):
        known = forms_met(known, name, at_ms)
        assert known.now == name
        assert known.is_seen == (name == looked_at) or known.before == looked_at
        if looks or known.is_seen:
            known = KnownForms(known.now, known.before, known.since_ms)
            looked_at = name
        assert decode_known(encode_known(known)) == known
