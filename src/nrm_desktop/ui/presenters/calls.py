"""What presenters hand over to be called later; light enough for the lock screen."""

from __future__ import annotations

from collections.abc import Callable

from nrm_desktop.domain.errors import NrmError

Failed = Callable[[NrmError], None]
Stop = Callable[[], None]
"""Ends what was begun; a second call does nothing."""
