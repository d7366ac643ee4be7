"""The pseudo-language of the window tests: longer, in brackets, with its names kept."""

import pytest
from tests.gui.pseudo import PseudoSay, pseudo
from tests.unit.ui.marked_texts import marked_texts

from nrm_desktop.texts import names_in

TEXTS = sorted({text for one in marked_texts() for text in one.texts})


@pytest.mark.parametrize("text", TEXTS)
def test_a_pseudo_translation_is_longer_bracketed_and_keeps_its_names(text):
    made = pseudo(text)

    assert made.startswith("[")
    assert made.endswith("]")
    assert len(made) >= len(text) * 1.3
    assert names_in(made) == names_in(text)


def test_the_pseudo_speaker_fills_names_and_counts():
    say = PseudoSay()

    assert "14:02" in say("saved {time}", time="14:02")
    assert "3" in say.plural("{count} case", "{count} cases", 3)
