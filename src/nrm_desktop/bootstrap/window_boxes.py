"""Writing without unlocking, joined to the window: light, for it stands beside the lock screen.

This module decides one thing: what the page needs (forms, questions, sealing) is loaded aside once
somebody asks for it, so that the locked screen never waits for it. No key and no database here.

Source: storage-security.md section 4.12; decisions.md 30. Promise: P27.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Final

from nrm_desktop.bootstrap.lock_settings import read_lock_settings
from nrm_desktop.bootstrap.shell import Shell
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.ui.presenters.calls import Failed
from nrm_desktop.ui.qt.doors import PageDoor
from nrm_desktop.ui.views.main_window import MainWindow
from nrm_desktop.ui.widgets.kit import Kit

_MINUTE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class LockedPlace:
    """What the page stands on while nobody is known.

    Shape: `door` closes with the next lock or unlocking, and everything on the page with it;
    `is_free` is False once somebody is being let in; `back` leads to the locked screen.
    """

    shell: Callable[[], Shell]
    door: PageDoor
    kit: Kit
    window: MainWindow
    is_free: Callable[[], bool]
    back: Callable[[], None]
    explain: Callable[[NrmError], tuple[str, str]]


class LockedWriting:
    """Fulfils `Writing` for one showing of the locked screen."""

    def __init__(self, place: LockedPlace) -> None:
        self._place = place

    def is_possible(self, done: Callable[[bool], None], failed: Failed) -> None:
        """Say whether anything can be sealed here: somebody must have unlocked once."""
        shell = self._place.shell
        self._place.door.beside(lambda: _later("intake").takes_boxes(shell()), done, failed)

    def open(self, form: str) -> None:
        """Leave the locked screen for a form, unless somebody is let in meanwhile."""
        place = self._place

        def show(made: ModuleType) -> None:
            if place.is_free():
                made.show_form(place, form, idle_s(place.shell()))

        place.door.beside(lambda: _later("window_writing"), show, _stay)


def idle_s(shell: Shell) -> float:
    """How long what is written may lie there without a key: as long as an unlocked window."""
    return read_lock_settings(shell.folder).idle_min * _MINUTE_S


def _stay(_error: NrmError) -> None:
    """The locked screen stays as it is."""


def _later(name: str) -> ModuleType:
    return import_module(f"nrm_desktop.bootstrap.{name}")
