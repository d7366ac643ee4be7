"""The surface of how long a file is kept and how it is erased: a part of the table (`surface`)."""

from __future__ import annotations

from nrm_desktop.cli.surface_parts import CODE, CommandSurface, built, option

_ITEM = option("item", metavar="ITEM")
_REASON = option("--reason", required=True, metavar="TEXT")

RIGHTS: tuple[CommandSurface, ...] = (
    built(
        "hold set",
        "keep a case from being erased",
        CODE,
        option("--ground", required=True, metavar="G"),
        _REASON,
    ),
    built("hold end", "let a case be erased again", CODE, _ITEM, _REASON),
    built("erase", "carry out an erasure order", CODE, option("--order", required=True)),
)
