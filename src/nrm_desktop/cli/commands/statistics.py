"""Tables of counts, as the pack has them: no names, no codes, no small cells."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from nrm_desktop.app.counting import Counting, TableAsked, TableMade, make_table
from nrm_desktop.cli.invocation import Invocation, Runners
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.statistics import OWN_CLASSES

HIDDEN: Final = "c"
"""Mark of a figure that is hidden. Source: standards.md ST11."""
_ALL: Final = "all"


def show_table(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Count cases for one table."""
    asked = TableAsked(arguments.table, arguments.begin, arguments.end, arguments.min_cell)
    with call.vault() as vault:
        made = make_table(Counting(vault.reader, vault.work, vault.context, vault.sight), asked)
        lines = list(_lines(made, vault.forms, vault.context.language))
    shown = made.shown
    data: dict[str, object] = {
        "table": made.table.id,
        "from": made.begin or None,
        "to": made.end or None,
        "min_cell": made.smallest,
        "columns": list(shown.columns),
        "rows": [
            {"key": dict(one.key), "count": one.count, "suppressed": one.count is None}
            for one in shown.cells
        ],
        "total": shown.total,
        "suppressed_cells": shown.hidden,
    }
    return Outcome(data, lines=lines)


def _lines(made: TableMade, forms: FormSet, language: str) -> Iterator[str]:
    yield forms.text(f"count_table.{made.table.id}", language)
    yield f"{made.begin or '...'} to {made.end or '...'}; {HIDDEN}: hidden, below {made.smallest}"
    own = f"count_own.{_ALL}"
    for one in made.shown.cells:
        names = (
            forms.text(_label(name, one.key[name]) if name in one.key else own, language)
            for name in made.shown.columns
        )
        yield f"{_figure(one.count):>6}  {' / '.join(names)}"
    yield f"{_figure(made.shown.total):>6}  {forms.text(own, language)}"


def _label(dimension: str, name: str) -> str:
    return f"count_own.{name}" if name in OWN_CLASSES else f"count_class.{dimension}.{name}"


def _figure(count: int | None) -> str:
    return HIDDEN if count is None else str(count)


COMMANDS: Runners = MappingProxyType({"stats": show_table})
