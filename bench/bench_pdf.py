"""How long paper takes: a referral of four fixed pages, warm, and its password variant."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from nrm_desktop.documents.fonts import load_fonts
from nrm_desktop.documents.layout import DocRow, DocSection, DocumentContent, DocWithheld
from nrm_desktop.documents.preview import page_pictures
from nrm_desktop.documents.protect import protect
from nrm_desktop.documents.renderer import render

FONTS = Path(__file__).resolve().parent.parent / "resources" / "fonts"
PAGES = 4
REPEATS = 15
ACCOUNT = (
    "I was told there would be work in a kitchen. When we arrived, they kept my papers and said "
    "that I owe them the journey. I slept beside the store room with three others. Мене возили "
    "до будинку ще до світанку (близько 5:30), а назад — пізно ввечері.\n"
    "قالوا لي إن هناك عملًا في مطبخ (Kitchen 4). عندما وصلنا أخذوا أوراقي وقالوا إنني مدينة لهم."
)


def content() -> DocumentContent:
    """Four pages, the first scripts of the field mixed as they are in it."""
    account = tuple(
        DocRow(f"Talk {number}", f"{number}. {ACCOUNT}", "own words · said by the person")
        for number in range(1, 16)
    )
    danger = (
        DocRow("In danger now", "Yes: a grey van near the station.", "23 November 2026"),
        DocRow("Urgent medical need", "Insulin, every day before noon."),
    )
    needs = tuple(DocRow(f"Need {number}", "Somewhere to sleep; a phone") for number in range(6))
    return DocumentContent(
        reference="R-7F3K-20",
        recipient="Harbour House, support service",
        purpose="Accommodation and support",
        expires="30 January 2027",
        prepared_on="23 November 2026",
        sections=(
            DocSection("Danger to life", danger, is_life_risk=True),
            DocSection("Needs", needs),
            DocSection("Account", account),
        ),
        withheld=(DocWithheld("Health", "the person did not agree"),),
        fingerprint_words=("amber", "river", "lantern", "seven", "quiet", "copper"),
        short_code="7F3K-20QX-81MB",
        practice=True,
    )


def run() -> dict[str, float]:
    started = time.perf_counter()
    fonts = load_fonts(FONTS)
    first = render(content(), fonts)
    cold_ms = (time.perf_counter() - started) * 1000
    pages = len(page_pictures(first, 36))
    assert pages == PAGES, f"the fixed document has {pages} pages"

    warm_ms = median_ms(lambda: render(content(), fonts))
    return {
        "pdf.referral_first_ms": cold_ms,
        "pdf.referral_ms": warm_ms,
        "pdf.password_extra_ms": median_ms(lambda: protect(first, "lamp table 4")),
        "pdf.preview_ms": median_ms(lambda: page_pictures(first, 108)),
    }


def median_ms(job: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        job()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)
