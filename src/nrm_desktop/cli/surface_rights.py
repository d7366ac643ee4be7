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
    built(
        "access ask",
        "write down what a person asks about the own data",
        CODE,
        option("kind", metavar="KIND"),
        option("--on", default="", metavar="DAY"),
        option("--how", default="spoken", metavar="HOW"),
    ),
    built(
        "access decide",
        "decide about a request, with reasons",
        CODE,
        _ITEM,
        option("--decision", required=True, metavar="D"),
        _REASON,
    ),
    built("access list", "what a person has asked about the own data", CODE),
    built("retention list", "closed cases with their last day, and erased ones"),
    built(
        "case destroy",
        "destroy a closed case whose time of keeping is over",
        CODE,
        option("--second", metavar="BADGE"),
    ),
    built(
        "erasure proof",
        "what was erased, where, and what remains, for the person to hold",
        CODE,
        option("--to", required=True, metavar="DIR"),
        option("--as", dest="way", default="pdf", choices=("pdf", "json")),
        option("--lang", default="", metavar="L"),
    ),
    built("erase", "carry out an erasure order", CODE, option("--order", required=True)),
)
