"""What a page of a case says of its end: until when it is kept, what keeps it, what came late.

This module decides words alone. When a file may go says `domain.retention`.

Source: nrm.md section 11 ("countdown visible"); ux.md section 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nrm_desktop.app.queries import CaseView
from nrm_desktop.app.retaining import case_retention
from nrm_desktop.app.said_beside import written_late
from nrm_desktop.domain.dates import PartialDate
from nrm_desktop.domain.retention import Retention, Stage
from nrm_desktop.ui.presenters.desk import Desk
from nrm_desktop.ui.presenters.joining import child_words, files_words, more_words
from nrm_desktop.ui.presenters.marks import BannerSpec, Tone

_OF_FILES: Final = (files_words, child_words, more_words)


def kept_banners(desk: Desk, view: CaseView) -> tuple[BannerSpec, ...]:
    """What stands above a closed case, or one of two; nothing for an open one that is alone."""
    kept = case_retention(desk.context.forms, view)
    return (*joined_banners(desk, view), *_banners(desk, view, kept))


def joined_banners(desk: Desk, view: CaseView) -> tuple[BannerSpec, ...]:
    """What stands above a file of somebody who has several."""
    words = " ".join(filter(None, (make(desk.say, view.row) for make in _OF_FILES)))
    tone = Tone.WARN if view.row.joined.disputed else Tone.INFO
    return (BannerSpec(words, tone),) if words else ()


def _banners(desk: Desk, view: CaseView, kept: Retention) -> Iterator[BannerSpec]:
    say = desk.say
    for one in kept.holds:
        if one.stands:
            yield BannerSpec(say("Not to be erased: {reason}", reason=one.reason), Tone.INFO)
    stage = kept.stage(desk.context.today())
    if stage is Stage.NO_DAY:
        yield BannerSpec(say("This file is closed, and no last day is named."), Tone.WARN)
    elif stage is Stage.OVER:
        told = say("The time of keeping is over. Two people decide whether it is erased.")
        yield BannerSpec(told, Tone.WARN)
    elif stage in (Stage.SOON, Stage.RUNNING):
        day, left = desk.dates.show(PartialDate(kept.until)), kept.days_left(desk.context.today())
        text = say.plural(
            "This file is closed. It is kept until {date}, {count} day more.",
            "This file is closed. It is kept until {date}, {count} days more.",
            left or 0,
            date=day,
        )
        yield BannerSpec(text, Tone.WARN if stage is Stage.SOON else Tone.INFO)
    if written_late(view):
        yield BannerSpec(say("Something was written after the end. It is kept."), Tone.INFO)
