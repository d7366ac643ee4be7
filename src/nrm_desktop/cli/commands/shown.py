"""How cases, answers, values and files look in the JSON of the command line (cli.md)."""

from __future__ import annotations

from collections.abc import Iterable

from nrm_desktop.app.context import iso_time
from nrm_desktop.app.queries import (
    CaseRow,
    CaseView,
    CellView,
    ConflictRow,
    ConsentRow,
    HistoryRow,
    RecordView,
    ReferralRow,
    Version,
)
from nrm_desktop.app.said_beside import additions_of, written_late
from nrm_desktop.app.timing import CaseTimes, Due
from nrm_desktop.domain.additions import Spot
from nrm_desktop.domain.clocks import ClockState
from nrm_desktop.domain.dates import PartialDate
from nrm_desktop.domain.notices import Notice
from nrm_desktop.domain.retention import Retention
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.domain.values import Answer, Source, Value

Json = dict[str, object]
TRACKS = ("support", "identification", "reflection", "stay", "proceedings")


def compartment_word(number: int) -> str:
    """The word of a compartment; its number where a newer version made one that we do not know."""
    known = {int(each): each.word for each in Compartment}
    return known.get(number, str(number))


def case_row(row: CaseRow, times: CaseTimes | None) -> Json:
    """A line of `case list`. Shape: `due` is the next day or minute that is waited for."""
    return {
        "code": row.code,
        "state": row.state,
        "child": row.child,
        "child_in": list(row.child_in),
        "tracks": tracks(row, times),
        "due": times.due[0].clock.ends if times is not None and times.due else None,
        "conflicts": row.conflicts,
        "changed": iso_time(row.changed_ms),
        "joined": joined(row),
    }


def joined(row: CaseRow) -> Json | None:
    """How a file stands among those of its person; null while it is the only one."""
    one = row.joined
    if not one.others:
        return None
    return {
        "with": list(one.others),
        "goes_on": list(one.goes_on) or ([] if one.disputed else [row.code]),
        "undecided": list(one.disputed),
        "away": list(one.away),
    }


def may_hold_more(row: CaseRow | None) -> list[str]:
    """Files of the person that are not on this laptop: they may hold more than is listed."""
    return list(row.joined.away) if row is not None else []


def more_lines(away: Iterable[str]) -> list[str]:
    """The same for people."""
    return [f"File {code} of this person is not on this laptop: it may hold more." for code in away]


def tracks(row: CaseRow, times: CaseTimes | None) -> Json:
    """The five tracks. Shape: one of which nothing is recorded, or to be seen, is null."""
    states: dict[str, object] = dict.fromkeys(TRACKS)
    states["support"] = row.support or None
    for name, one in (times.tracks if times is not None else {}).items():
        if one.record is not None:
            states[name] = one.state
    return states


def due(one: Due) -> Json:
    """A clock that somebody waits for."""
    clock = one.clock
    return {
        "rule": clock.rule.id,
        "track": clock.rule.track,
        "kind": clock.rule.kind.value,
        "begins": clock.begins,
        "ends": clock.ends,
        "by_rule": clock.by_rule or None,
        "nearness": one.nearness.value,
        "days_left": one.days_left,
        "to_confirm": clock.state is ClockState.TO_CONFIRM,
        "about": clock.is_about,
        "holidays_unknown": clock.holidays_unknown,
        "source": clock.rule.source,
        "file": one.file or None,
        "beside": [{"file": file or None, "ends": ends} for file, ends in one.beside],
    }


def in_file(one: Due) -> str:
    """In which other file of the person it runs, and which other day one of them says."""
    runs = f"  in file {one.file}" if one.file else ""
    others = (f"  ({ends} in {file or 'this file'})" for file, ends in one.beside)
    return "".join((runs, *others))


def retention(kept: Retention, today: str) -> Json:
    """How a case is kept. Shape: `until` is null where no day counts; `proposed` is by the rule."""
    return {
        "stage": kept.stage(today).value,
        "class": kept.class_id or None,
        "until": kept.until or None,
        "days_left": kept.days_left(today),
        "proposed": kept.by_rule or None,
        "verified": kept.rule is not None and kept.rule.is_verified,
        "source": kept.rule.source if kept.rule is not None else None,
        "holds": [
            {
                "item": one.record.hex(),
                "ground": one.ground,
                "reason": one.reason,
                "since": one.since,
                "by": one.by,
                "ended": one.ended or None,
                "ended_by": one.ended_by or None,
                "ended_why": one.ended_why or None,
            }
            for one in kept.holds
        ],
    }


def case_view(view: CaseView, times: CaseTimes, kept: Json) -> Json:
    """All that may be seen of a case. Shape: a track that nobody has recorded is null."""
    return {
        "code": view.row.code,
        "state": view.row.state,
        "child": view.row.child,
        "child_in": list(view.row.child_in),
        "tracks": tracks(view.row, times),
        "answers": answers(view),
        "hidden_compartments": list(view.hidden_compartments),
        "conflicts": [cell.address for cell in view.cells if cell.is_conflict],
        "due": [due(one) for one in times.due],
        "retention": kept,
        "after_the_end": [cell.address for cell in written_late(view)],
        "joined": joined(view.row),
    }


def answers(view: CaseView) -> list[Json]:
    """Every ANSWER of a case, each with what the person says about it."""
    said = additions_of(view.cells)
    found = []
    for cell in view.cells:
        one = answer(cell, view.records)
        about = said.get(Spot(cell.record, cell.field, cell.compartment))
        if about:
            one["additions"] = [
                {"item": each.record.hex(), "on": each.on, "words": each.text} for each in about
            ]
        found.append(one)
    return found


def answer(cell: CellView, records: Iterable[RecordView]) -> Json:
    """An ANSWER: the acting version, and the others where values stand side by side."""
    acting = cell.acting
    return {
        "address": cell.address,
        **_place(cell, records),
        "field": cell.field,
        "compartment": compartment_word(cell.compartment),
        **state_and_value(acting.answer),
        "op": str(acting.op),
        "at": iso_time(acting.at_ms),
        "user": acting.user,
        "conflict": cell.is_conflict,
        **({"others": [version(other) for other in cell.others]} if cell.others else {}),
    }


def version(one: Version) -> Json:
    """One of several standing values."""
    return {
        "op": str(one.op),
        **state_and_value(one.answer),
        "user": one.user,
        "device": one.device,
        "at": iso_time(one.at_ms),
        "clock_suspect": one.is_clock_suspect,
    }


def history(row: HistoryRow) -> Json:
    """An entry of `case history`."""
    return {
        "op": str(row.op),
        "at": iso_time(row.at_ms),
        "clock_suspect": row.is_clock_suspect,
        "user": row.user,
        "device": row.device,
        "form": row.form,
        "field": row.field,
        "kind": row.kind,
        "old": state_and_value(row.old) if row.old else None,
        "new": state_and_value(row.new) if row.new else None,
        "erased": row.is_erased,
    }


def conflict(row: ConflictRow) -> Json:
    """A line of `conflict list`."""
    return {
        "id": row.conflict_id,
        "code": row.code,
        "field": row.field,
        "compartment": compartment_word(row.compartment),
        "acting": str(row.acting),
        "policy": row.policy.partition(":")[0],
        "values": [version(one) for one in row.versions],
    }


def consent(row: ConsentRow) -> Json:
    """A line of `consent list`."""
    return {
        "id": row.consent_id,
        "purpose": row.purpose,
        "recipient": row.recipient,
        "group": row.group,
        "answer": row.answer,
        "until": row.until or None,
        "state": row.state,
        "at": iso_time(row.at_ms),
        "user": row.user,
        "file": row.file or None,
        "acts": row.acts or None,
    }


def referral(row: ReferralRow, notice: str = "") -> Json:
    """A line of `referral list`. Shape: `notice` as in `notice_state`, empty where none is due."""
    told = {"withdrawal_notice": notice} if notice else {}
    return {
        "referral": row.referral,
        "direction": row.direction,
        "recipient": row.recipient,
        "purpose": row.purpose,
        "as": row.form,
        "at": iso_time(row.at_ms),
        "file_sha256": row.sha256 or None,
        "state": row.state,
        "receipts": [{"state": state, "at": iso_time(at)} for state, at in row.receipts],
        **told,
    }


def notice_state(one: Notice) -> str:
    """`queued` while nobody told the recipient of all that was taken back."""
    return "queued" if one.is_owed else "sent"


def notice(one: Notice) -> Json:
    """A line of `consent notices`."""
    return {
        "referral": one.passed.reference,
        "recipient": one.passed.recipient,
        "passed_on": one.passed.day or None,
        "as": one.passed.way,
        "notice": notice_state(one),
        "file": one.file or None,
        "consents": sorted(row.hex() for row in one.owed),
        "told": [
            {"at": each.at, "way": each.way, "reply": each.reply, "words": each.words}
            for each in one.tellings
        ],
    }


def value(raw: Value) -> object:
    """A value as JSON; bytes as hex, a date as its text."""
    if isinstance(raw, bytes):
        return raw.hex()
    if isinstance(raw, tuple):
        return _date_text(raw) if _is_date(raw) else [value(each) for each in raw]
    return raw


def state_and_value(one: Answer | None) -> Json:
    """State, source, value and precision of an answer; an erased one has none of the last."""
    if one is None:
        return {"state": "erased"}
    shown: Json = {"state": one.state.word}
    if one.source is not Source.NOT_STATED:
        shown["source"] = one.source.word
    if one.is_answered:
        shown["value"] = value(one.value)
        if isinstance(one.value, tuple) and _is_date(one.value):
            shown["precision"] = _precision(str(one.value[0]))
    return shown


def _place(cell: CellView, records: Iterable[RecordView]) -> Json:
    """Form, item, section and row of an answer; what does not repeat is left out."""
    form, _, section = cell.form.partition(".")
    parents = {one.record: one.parent for one in records}
    if not section:
        return {"form": form, **({"item": cell.record.hex()} if "[" in cell.address else {})}
    item = cell.record
    while (above := parents.get(item)) is not None:
        item = above
    shown: Json = {"form": form, "item": item.hex()} if item != cell.record else {"form": form}
    return {**shown, "section": section, "row": cell.record.hex()}


def _is_date(raw: tuple[Value, ...]) -> bool:
    """True for (text, mark) and (text, mark, calendar); a list of codes has no number in it."""
    return len(raw) in {2, 3} and isinstance(raw[0], str) and type(raw[1]) is int


def _date_text(raw: tuple[Value, ...]) -> str:
    return f"{'~' if raw[1] else ''}{raw[0]!s}"


def _precision(text: str) -> str:
    """How much of a moment is known; `time` where the hour is."""
    if "T" in text:
        return "time"
    try:
        return PartialDate(text).precision.value
    except ValueError:
        return "day"
