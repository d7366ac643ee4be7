"""First pages in four languages against the pictures in tests/golden/pdf.

After a wanted change of the look: run with NRM_WRITE_GOLDENS=1, look at the pictures, commit them.
"""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from tests.unit.documents import samples

from nrm_desktop.documents.preview import page_pictures
from nrm_desktop.documents.renderer import render

GOLDEN = Path(__file__).parents[2] / "golden/pdf"
DPI = 60
VISIBLE = 48
"""A difference in grey that an eye would see."""

TOLERATED_SHARE = 0.001


def first_page(content, fonts) -> Image.Image:
    page = page_pictures(render(content, fonts), DPI)[0]
    return Image.frombytes("RGBA", (page.width, page.height), page.rgba).convert("L")


def changed_share(one: Image.Image, other: Image.Image) -> float:
    histogram = ImageChops.difference(one, other).histogram()
    return sum(histogram[VISIBLE:]) / sum(histogram)


@pytest.mark.parametrize("name", samples.ALL)
def test_a_first_page_looks_as_it_did(fonts, name, tmp_path):
    drawn = first_page(samples.ALL[name], fonts)
    file = GOLDEN / f"{name}.png"
    if os.environ.get("NRM_WRITE_GOLDENS"):
        drawn.quantize(16).save(file, optimize=True)

    share = changed_share(drawn, Image.open(file).convert("L"))

    drawn.save(tmp_path / f"{name}.png")
    assert share < TOLERATED_SHARE, f"{share:.3%} changed: compare {tmp_path / name}.png"


def test_the_comparison_sees_one_word_that_changed(fonts):
    changed = dataclasses.replace(samples.ENGLISH, recipient="Somebody else")
    golden = Image.open(GOLDEN / "english.png").convert("L")

    assert changed_share(first_page(changed, fonts), golden) > TOLERATED_SHARE
