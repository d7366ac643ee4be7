"""Commands for a night: a part of the table `surface`."""

from __future__ import annotations

from nrm_desktop.cli.surface_parts import CommandSurface, built, option

NIGHT: tuple[CommandSurface, ...] = (
    built("shift show", "what the last shift hands over, by case"),
    built(
        "shift read",
        "sign that lines of the hand-over were read; all of them, or those named",
        option("codes", nargs="*", metavar="CODE"),
    ),
    built(
        "shift print",
        "the hand-over on paper, by code; anyone who finds it can read it",
        option("--to", required=True, metavar="DIR"),
        option("--lang", default="", metavar="L"),
    ),
    built("duty show", "who can be reached tonight, free beds, interpreters by telephone"),
)
