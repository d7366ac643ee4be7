"""Searching names and texts of all cases that the role may see."""

from __future__ import annotations

import argparse
from concurrent.futures import wait
from types import MappingProxyType

from nrm_desktop.app.queries import SearchHit
from nrm_desktop.cli.commands.shown import Json
from nrm_desktop.cli.invocation import Invocation, Runners, sight_of
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import Usage

_MOST = 200


def search(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Find names and texts. What was looked for is in no log and in no audit row."""
    limit = arguments.limit
    if not 1 <= limit <= _MOST:
        raise Usage("usage.bad_value", what="limit", allowed=f"1 to {_MOST}")
    text = call.console.value(arguments.text)
    with call.vault() as vault:
        wait([vault.search_ready])
        found = vault.reader.search(text, sight_of(vault, "search"), limit)
    lines = [f"{hit.code}  {hit.field}: {hit.snippet}" + _remark(hit) for hit in found.hits]
    if found.has_more:
        lines.append("There is more: give further words, or a higher --limit.")
    if found.is_cut:
        lines.append("The search took too long and is not complete: give further words.")
    if found.is_newest_first:
        lines.append("Very many texts hold these words: the newest come first.")
    if found.is_partial:
        lines.append("Older cases could not be searched yet.")
    data = {
        "hits": [_shown(hit) for hit in found.hits],
        "more": found.has_more,
        "complete": not (found.is_cut or found.is_partial),
    }
    return Outcome(data, lines=lines or ["Nothing found."])


def _shown(hit: SearchHit) -> Json:
    shown: Json = {
        "code": hit.code,
        "form": hit.field.partition(".")[0],
        "field": hit.field,
        "snippet": hit.snippet,
        "match": hit.match,
    }
    return shown if hit.likeness is None else {**shown, "score": round(hit.likeness, 3)}


def _remark(hit: SearchHit) -> str:
    return "  (spelled alike)" if hit.likeness is not None else ""


COMMANDS: Runners = MappingProxyType({"search": search})
