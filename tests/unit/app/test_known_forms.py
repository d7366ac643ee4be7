"""When forms count as changed for somebody, and what is kept so that it can be told."""

import json
import zlib

from tests.fakes.desk import base_forms

from nrm_desktop.app.known_forms import (
    KnownForms,
    decode_known,
    decode_outline,
    encode_known,
    encode_outline,
    forms_met,
)
from nrm_desktop.domain.forms.outline import outline_of


def test_the_first_forms_that_somebody_meets_are_no_change():
    assert forms_met(None, "a", 5) == KnownForms("a", is_seen=True)


def test_other_forms_are_a_change_since_then_until_somebody_looks():
    met = forms_met(KnownForms("a"), "b", 7)

    assert met == KnownForms("b", "a", 7, is_seen=False)
    assert forms_met(met, "b", 9) == met


def test_a_second_change_before_anybody_looked_is_shown_together_with_the_first():
    met = forms_met(KnownForms("b", "a", 7, is_seen=False), "c", 9)

    assert met == KnownForms("c", "a", 7, is_seen=False)


def test_forms_that_are_the_known_ones_again_are_no_change():
    assert forms_met(KnownForms("b", "a", 7, is_seen=False), "a", 9) == KnownForms("a")


def test_a_change_that_was_looked_at_can_still_be_looked_at():
    seen = KnownForms("b", "a", 7)

    assert forms_met(seen, "b", 9) == seen
    assert seen.names == {"a", "b"}


def test_what_another_program_has_kept_is_not_known():
    raw = encode_known(KnownForms("a"))

    assert decode_known(raw.replace(b"[1,", b"[2,")) is None
    assert decode_known(b"[1]") is None
    assert decode_known(b"7") is None
    for damaged in (zlib.compress(b"[1]"), zlib.compress(json.dumps([2, "en", [], {}]).encode())):
        assert decode_outline(damaged) is None


def test_the_outline_of_the_forms_of_the_program_is_kept_and_read_whole():
    outline = outline_of(base_forms())

    kept = encode_outline(outline)

    assert decode_outline(kept) == outline
    assert len(kept) < 512 * 1024
