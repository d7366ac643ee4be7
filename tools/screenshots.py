"""Make the pictures of `docs/screenshots`: the real program, off-screen, on a practice vault.

Decides which screens are shown, in which look. Everything shown is invented; nothing is drawn that
the program would not show: the story of practice is played up to the point where two versions of an
answer stand, and then the window is opened on the second device.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from nrm_desktop.app.queries import CaseRow
from nrm_desktop.bootstrap.practice_stage import Stage, known, prepare_stage
from nrm_desktop.bootstrap.practice_story import STEPS, conflict
from nrm_desktop.bootstrap.shell import build_shell, header_facts
from nrm_desktop.bootstrap.window import Opening, Program, report_defect
from nrm_desktop.bootstrap.window_settings import WindowSettings, write_settings
from nrm_desktop.bootstrap.window_work import Work
from nrm_desktop.ui.presenters.interview import InterviewPresenter
from nrm_desktop.ui.presenters.main import CaseRef, MainPresenter
from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.presenters.referral import WishInput
from nrm_desktop.ui.qt.application import make_application
from nrm_desktop.ui.qt.pictures import go_offscreen, save_picture, settle
from nrm_desktop.ui.views.interview import InterviewPage
from nrm_desktop.ui.views.referral import ReferralPage

OUT = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
WIDTH, HEIGHT = 1366, 768
CASES = 10
DRAWN_S = 0.8
SLOW_S = 3.0
"""Pages of a referral are drawn by a library that is loaded first."""
SAFETY_NOW = "screening.immediate"


@dataclass(frozen=True)
class Look:
    """One look and the screens that are drawn in it."""

    settings: WindowSettings
    suffix: str
    screens: Sequence[str]


LOOKS = (
    Look(
        WindowSettings("en", "light", 100),
        "",
        ("cases", "interview", "consent", "referral", "exchange", "conflicts"),
    ),
    Look(WindowSettings("en", "dark", 100), "-dark", ("cases", "interview")),
    Look(WindowSettings("en", "hc", 100), "-high-contrast", ("cases",)),
    Look(WindowSettings("ar", "light", 100), "-arabic", ("interview",)),
    Look(WindowSettings("en", "light", 150), "-150", ("interview",)),
)


def main() -> int:
    """Draw everything anew."""
    go_offscreen()
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        stage = play_until_two_versions_stand(Path(place) / "story")
        for look in LOOKS:
            for path in draw(stage, look):
                print(path.relative_to(OUT.parent.parent), flush=True)
    return 0


def play_until_two_versions_stand(out: Path) -> Stage:
    """Play the story of practice, and stop before anybody decides."""
    stage = prepare_stage(out, CASES)
    try:
        for _, step in STEPS:
            step(stage)
            if step is conflict:
                break
    finally:
        stage.close()
    return stage


def draw(stage: Stage, look: Look) -> list[Path]:
    """Open the window in a look, and draw its screens."""
    write_settings(stage.out, look.settings)
    shell = partial(
        build_shell, stage.out / "device-b", anchors=stage.out / "anchors", is_practice=True
    )
    opening = Opening(shell, stage.out, is_practice=True)
    program = Program(make_application(report_defect), opening)
    program.window.resize(WIDTH, HEIGHT)
    program.show()
    wait()
    made = [shot(program, f"locked{look.suffix}")] if not look.suffix else []
    program.unlock(stage.passphrase, header_facts(shell()).signs[0], lambda: None, report_defect)
    settle(lambda: program.work is not None, 20)
    wait()
    example = example_of(program, known(stage.world).example.code)
    for name in look.screens:
        SCREENS[name](program, example)
        made.append(shot(program, f"{name}{look.suffix}"))
    program.window.close()
    QApplication.processEvents()
    return made


def example_of(program: Program, code: str) -> CaseRow:
    """Find the case that the story is about."""
    work = unlocked(program)
    scope = work.vault.reader.scope_of_code(code)
    view = work.vault.reader.case(scope, work.vault.sight) if scope else None
    if view is None:
        raise SystemExit("the example is not there")
    return view.row


def show_place(place: PlaceId, program: Program, _example: CaseRow) -> None:
    """Open a place; one of a case belongs to the case that was opened last."""
    opened(program).open(place)
    wait()


def show_interview(program: Program, example: CaseRow) -> None:
    """Open the example, at the questions about safety."""
    opened(program).open_case(CaseRef(example.scope, example.code))
    wait()
    shown = page(program)
    if isinstance(shown, InterviewPage):
        shown.section_chosen.emit(SAFETY_NOW)
        if isinstance(presenter := opened(program).page, InterviewPresenter):
            presenter.talk.show_words()  # in the example somebody is near: the screen is neutral
    wait()


def show_referral(program: Program, example: CaseRow) -> None:
    """Open the referral, to the office whose card was compared."""
    show_place(PlaceId.REFERRAL, program, example)
    shown = page(program)
    agreed = next(row for row in unlocked(program).vault.reader.directory() if row.has_card)
    if isinstance(shown, ReferralPage):
        shown.choose(WishInput(recipient=agreed.entry, language="en"))
    wait(SLOW_S)


SCREENS: dict[str, Callable[[Program, CaseRow], None]] = {
    "cases": partial(show_place, PlaceId.CASES),
    "interview": show_interview,
    "consent": partial(show_place, PlaceId.CONSENT),
    "referral": show_referral,
    "exchange": partial(show_place, PlaceId.EXCHANGE),
    "conflicts": partial(show_place, PlaceId.CONFLICTS),
}


def unlocked(program: Program) -> Work:
    """What stands while the practice vault is open."""
    if program.work is None:
        raise SystemExit("the practice vault did not open")
    return program.work


def opened(program: Program) -> MainPresenter:
    """Who goes to places."""
    main = unlocked(program).main
    if main is None:
        raise SystemExit("the window is locked")
    return main


def page(program: Program) -> QWidget:
    """The page that is shown."""
    return unlocked(program).frame.page or program.window


def wait(seconds: float = DRAWN_S) -> None:
    """Let everything arrive that was asked for."""
    settle(lambda: False, seconds)


def shot(program: Program, name: str) -> Path:
    """Draw what is shown now."""
    return save_picture(program.window, OUT / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main())
