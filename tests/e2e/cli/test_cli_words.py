"""What a person reads: the four answers stay four different ones (R21)."""

import pytest


@pytest.mark.rule("R21")
def test_an_answer_is_shown_in_words_with_its_source_and_never_as_a_no(cli, code):
    cli("answer", "set", code, "screening.medical_now", "yes", "--source", "observed")
    cli("answer", "set", code, "screening.birth_date", "-", "--state", "declined")
    cli("answer", "set", code, "screening.still_in", "-", "--state", "unknown")

    shown = cli("case", "show", code, is_plain=True).out

    lines = [line for line in shown.splitlines()[1:] if not line.startswith("due ")]
    said = dict(line.rsplit(".", 1)[1].split(": ", 1) for line in lines)
    assert said["medical_now"] == "yes (observed)"
    assert said["birth_date"] == "declined"
    assert said["still_in"] == "unknown"
    assert said["danger_now"] == "no"
    assert "screening.threat_retraffick" not in shown


def test_what_scripts_read_stays_english_whatever_language_the_window_speaks(cli):
    settings = cli.place / "vault" / "window.json"
    settings.write_text('{"language": "uk"}', encoding="utf-8")

    error = cli("case", "show", "NO-SUCH-CODE").said["error"]

    assert error["message"] == "This code cannot be right."
    assert error["remedy"] == "Read it again, character by character."
