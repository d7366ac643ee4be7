"""The figure about like names is made by the script, from the lists and the rule that are here."""

import json

from measure_names import ALIKE, FIGURES, LISTS, PAGE, fingerprint, page, people_of, rates


def test_figures_and_page_belong_to_these_lists_and_this_threshold():
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))

    assert figures["lists"] == fingerprint(), "run tools/measure_names.py"
    assert figures["used"] == ALIKE
    assert PAGE.read_text(encoding="utf-8") == page(figures)
    assert len(figures["languages"]) >= 12


def test_measuring_again_gives_the_figure_that_is_kept():
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))

    assert rates([people_of(LISTS / "ro.txt")], ALIKE) == figures["by_language"]["ro"]
