"""Cases: opening, listing, showing, and their history."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

from nrm_desktop.app.commands import OpenCase
from nrm_desktop.app.context import iso_time
from nrm_desktop.app.events import CaseOpened
from nrm_desktop.app.queries import CaseFilter, CaseRow, CaseView, CellView
from nrm_desktop.app.retaining import case_retention
from nrm_desktop.app.said_beside import additions_of, written_late
from nrm_desktop.app.sight import Sight
from nrm_desktop.app.timing import CaseTimes, now_of
from nrm_desktop.app.work_list import person_times, views_beside
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.cli.commands import shown
from nrm_desktop.cli.invocation import Invocation, Runners, case_of, only_event, sight_of
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.additions import Spot
from nrm_desktop.domain.dates import parse_date
from nrm_desktop.domain.errors import IntegrityFault, ProgramFault, Usage
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.validate import show as show_value
from nrm_desktop.domain.retention import Retention
from nrm_desktop.domain.values import NOT_ASKED, Answer, AnswerState, answered

Line = tuple[CaseRow, CaseTimes | None]
Kept = Callable[[CaseRow, CaseTimes | None], bool]
"""Says whether a line of the list fits a filter."""
_MOST = 500
_CHILD = MappingProxyType(
    {
        "not_asked": NOT_ASKED,
        "unknown": Answer(AnswerState.UNKNOWN),
        "yes": answered(value=True),
        "no": answered(value=False),
    }
)
_LATER = frozenset({"mine"})
_DUE = ("overdue", "today", "week")
_TRACK = "track."


def new(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Open a case."""
    with call.vault() as vault:
        event = only_event(
            vault.handle(OpenCase(child=_CHILD[arguments.child], origin="command line")), CaseOpened
        )
        opened = iso_time(vault.context.clock.now_ms())
    data = {
        "code": event.code,
        "child": arguments.child,
        "pathway": event.pathway,
        "opened": opened,
    }
    return Outcome(data, lines=[f"Case {event.code} is open."])


def list_cases(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """List cases, newest change first."""
    wanted = CaseFilter()
    by_time = [text for text in arguments.filter if text.startswith((_TRACK, "due="))]
    for text in arguments.filter:
        if text not in by_time:
            wanted = _narrowed(wanted, text)
    limit = must_be_limit(arguments.limit)
    with call.vault() as vault:
        kept = [_by_time(vault.forms, text) for text in by_time]
        listed = _Listed(vault, sight_of(vault, "case.list"), wanted, kept)
        found, next_token = listed.page(limit, arguments.after)
    lines = [_line(row, times) for row, times in found]
    data = {"cases": [shown.case_row(*one) for one in found], "next": next_token}
    return Outcome(data, lines=lines or ["No cases."])


def _line(row: CaseRow, times: CaseTimes | None) -> str:
    due = f"  due {times.due[0].clock.ends}" if times is not None and times.due else ""
    conflicts = f"  {row.conflicts} to decide" if row.conflicts else ""
    return f"{row.code}  {row.state}  {row.child}  {row.support}{due}{conflicts}{_files(row)}"


def _files(row: CaseRow) -> str:
    """That there are several files of the person, and which of them goes on."""
    one = row.joined
    if not one.others:
        return ""
    if one.disputed:
        return f"  one person, two files: with {', '.join(one.others)}, undecided which goes on"
    goes_on = ", ".join(one.goes_on) or row.code
    return f"  one person, two files: with {', '.join(one.others)}, {goes_on} goes on"


class _Listed:
    """Lines of the list with their tracks and days; what does not fit is left out."""

    def __init__(
        self, vault: OpenVault, sight: Sight, wanted: CaseFilter, kept: Sequence[Kept]
    ) -> None:
        self._vault = vault
        self._sight = sight
        self._wanted = wanted
        self._kept = kept
        self._now = now_of(vault.context)

    def page(self, limit: int, after: str | None) -> tuple[list[Line], str | None]:
        """The next lines; pages in which nothing fits are passed over."""
        while True:
            page = self._vault.reader.cases(self._wanted, limit, after, self._sight)
            lines = [(row, self._times(row)) for row in page.rows]
            found = [one for one in lines if all(fits(*one) for fits in self._kept)]
            after = page.next_token
            if found or after is None:
                return found, after

    def _times(self, row: CaseRow) -> CaseTimes | None:
        try:
            view = self._vault.reader.case(row.scope, self._sight)
        except IntegrityFault:  # a damaged case stays in the list, and says so when it is opened
            return None
        if view is None:
            return None
        views = (view, *views_beside(self._vault.reader, view.row, self._sight))
        return person_times(self._vault.forms, views, self._now, self._sight)


def _by_time(forms: FormSet, text: str) -> Kept:
    """A filter on the tracks or on what is due. Raises: Usage `usage.bad_value`."""
    name, _, value = text.partition("=")
    if name == "due":
        if value not in _DUE:
            raise Usage("usage.bad_value", what="due", allowed=_DUE)
        near = _DUE[: _DUE.index(value) + 1] if value == "week" else (value,)
        return lambda _, times: times is not None and any(d.nearness in near for d in times.due)
    track = forms.timetable.tracks.get(name.removeprefix(_TRACK))
    if track is None:
        raise Usage("usage.bad_value", what="filter", allowed=tuple(forms.timetable.tracks))
    states = forms.codelist(track.codelist).offered()
    if value not in states:
        raise Usage("usage.bad_value", what=name, allowed=states)
    return lambda row, times: shown.tracks(row, times)[track.id] == value


def show(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Show all that this role may see of a case."""
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        view = vault.reader.case(scope, sight_of(vault, "case.show", scope))
        if view is None:
            raise ProgramFault(command="case show")
        views = (view, *views_beside(vault.reader, view.row, vault.sight))
        times = person_times(vault.forms, views, now_of(vault.context), vault.sight)
        today = vault.context.today()
        kept = case_retention(vault.forms, view)
    data = shown.case_view(view, times, shown.retention(kept, today))
    lines = [f"{view.row.code}  {view.row.state}  {view.row.child}{_files(view.row)}"]
    lines += [f"due {one.clock.ends}: {one.clock.rule.id}{shown.in_file(one)}" for one in times.due]
    lines += shown.more_lines(view.row.joined.away)
    lines += list(_kept(kept, today))
    lines += list(_answers(vault.forms, view))
    return Outcome(data, lines=lines)


def _kept(kept: Retention, today: str) -> Iterator[str]:
    """How long a closed case is kept, and what keeps it longer."""
    left = kept.days_left(today)
    if kept.is_closed:
        mark = (
            "" if kept.rule is not None and kept.rule.is_verified else "; the rule is not verified"
        )
        days = "no day is named" if left is None else f"until {kept.until}, {left} days"
        yield f"kept {days} ({kept.class_id or 'no class'}{mark})"
    for one in kept.holds:
        if one.stands:
            yield f"not to be erased since {one.since}, {one.by}: {one.reason}"


def _answers(forms: FormSet, view: CaseView) -> Iterator[str]:
    """Every answer, and below it what the person says about it."""
    said = additions_of(view.cells)
    late = frozenset(cell.address for cell in written_late(view))
    for cell in view.cells:
        came = "  [written after the end]" if cell.address in late else ""
        yield f"{cell.address}: {_said(forms, cell)}{came}"
        for one in said.get(Spot(cell.record, cell.field, cell.compartment), ()):
            yield f"  {one.on}, the person says: {one.text}"


def history(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Show what happened in a case, in causal order."""
    limit = must_be_limit(arguments.limit)
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        sight = sight_of(vault, "case.history", scope)
        page = vault.reader.history(scope, sight, limit, arguments.after)
    lines = [f"{iso_time(row.at_ms)}  {row.user}  {row.kind}  {row.field}" for row in page.rows]
    data = {"entries": [shown.history(row) for row in page.rows], "next": page.next_token}
    return Outcome(data, lines=lines)


def _said(forms: FormSet, cell: CellView) -> str:
    """Write an answer for people: the value or its state, whence it comes, and if others differ."""
    answer, field = cell.acting.answer, forms.find_field(cell.field)
    if answer is None:
        return "erased"
    words = answer.state.word.replace("_", " ")
    if answer.is_answered:
        words = show_value(field, answer.value) if field else str(answer.value)
    source = f" ({answer.source.word.replace('_', ' ')})" if answer.source.word else ""
    return words + source + (f"  [{len(cell.others)} more to decide]" if cell.others else "")


def must_be_limit(limit: int) -> int:
    """Raises: Usage `usage.bad_value` for a limit that no list has."""
    if not 1 <= limit <= _MOST:
        raise Usage("usage.bad_value", what="limit", allowed=f"1 to {_MOST}")
    return limit


def _narrowed(wanted: CaseFilter, text: str) -> CaseFilter:
    """Add one filter `name=value`."""
    name, _, value = text.partition("=")
    if name in _LATER:
        raise Usage("usage.not_available", command=f"case list --filter {name}=")
    if name == "changed-since":
        return replace(wanted, changed_since_ms=_begin_of(value))
    allowed = {"state": ("open", "closed"), "child": ("child", "adult", "open"), "conflict": _YES}
    if value not in allowed.get(name, ()):
        raise Usage("usage.bad_value", what="filter", allowed=tuple(allowed))
    if name == "conflict":
        return replace(wanted, has_conflict=True)
    return replace(wanted, state=value) if name == "state" else replace(wanted, child=value)


def _begin_of(text: str) -> int:
    """The first moment of a date. Units: milliseconds since 1970 UTC."""
    try:
        span = parse_date(text).span()
    except ValueError:
        span = None
    if span is None:
        raise Usage("usage.bad_value", what="changed-since", allowed="2026-05-14")
    begin = datetime(span[0].year, span[0].month, span[0].day, tzinfo=UTC)
    return int(begin.timestamp() * 1000)


_YES = ("yes",)
COMMANDS: Runners = MappingProxyType(
    {"case new": new, "case list": list_cases, "case show": show, "case history": history}
)
