"""Checks that tracks and clocks name forms, fields and states that exist, and what a pack owes.

A clock without a source is refused: nobody could check it. One that ties support to proceedings or
to the police cannot be written: clocks have no effect on any track.
"""

from __future__ import annotations

from collections.abc import Iterator

from nrm_desktop.domain.forms.conditions import fields_of
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.problems import Place, ProblemLog
from nrm_desktop.domain.forms.timetable import ClockRule, Kind, Moment, Track, Unit
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import FieldType

_DATES = frozenset({FieldType.DATE, FieldType.DATETIME})


def check_times(forms: FormSet, log: ProblemLog) -> None:
    """Report what is wrong with tracks and clocks."""
    for track in forms.timetable.tracks.values():
        _check_track(track, forms, log)
    for rule in forms.timetable.clocks.values():
        _check_clock(rule, forms, log)


def _check_track(track: Track, forms: FormSet, log: ProblemLog) -> None:
    place = Place(f"{forms.packs[0].id}/tracks.toml", (track.id,))
    codes = forms.codelists.get(track.codelist)
    for entry in track.entries:
        _check_moment(entry.moment, place, forms, log, must_have_day=False)
        if entry.state_from and forms.find_field(entry.state_from) is None:
            _unknown_field(entry.state_from, place, log)
    states = [track.start, *(entry.state for entry in track.entries)]
    for state in filter(None, states):
        if codes is None or codes.find(state) is None:
            log.add(
                place.at("state"),
                "unknown_code",
                f"The list `{track.codelist}` has no state `{state[:60]}`.",
                "Correct the state, or add it to the list.",
            )


def _check_clock(rule: ClockRule, forms: FormSet, log: ProblemLog) -> None:
    place = Place(f"{rule.pack}/clocks.toml", (rule.id,))
    for moment in rule.starts:
        _check_moment(moment, place, forms, log, must_have_day=rule.kind is not Kind.TASK)
    for moment in rule.done_by:
        _check_moment(moment, place, forms, log, must_have_day=False)
    for name in _named(rule):
        if forms.find_field(name) is None:
            _unknown_field(name, place, log)
    if rule.holidays and rule.holidays not in forms.timetable.holidays:
        log.add(
            place.at("holidays"),
            "unknown_holidays",
            f"There is no table of holidays `{rule.holidays[:60]}`.",
            "Add [[holidays]], or correct the name.",
        )
    _check_kind(rule, place, log)
    if rule.unit is Unit.WORKING_DAYS and not rule.holidays:
        log.add(
            place.at("holidays"),
            "missing_key",
            "Working days cannot be counted without holidays.",
            "Name a table of holidays.",
        )


def _check_kind(rule: ClockRule, place: Place, log: ProblemLog) -> None:
    if rule.kind is Kind.TASK:
        if not rule.done_by and rule.done_when is None:
            log.add(
                place.at("done_by"),
                "missing_key",
                "A task that nothing ends would stay on every list.",
                "Write `done_when` or `done_by`.",
            )
    elif (rule.kind is Kind.DAY) != (rule.length == 0):
        log.add(
            place.at("length"),
            "bad_value",
            "A day that stands in the record has no length, and every other clock has one.",
            'Write a length, or kind = "day".',
        )


def _named(rule: ClockRule) -> Iterator[FieldId]:
    yield from fields_of(rule.done_when)
    yield from fields_of(rule.paused_when)
    if rule.decided:
        yield rule.decided


def _check_moment(
    moment: Moment, place: Place, forms: FormSet, log: ProblemLog, *, must_have_day: bool
) -> None:
    if not _is_record_key(moment.form, forms):
        log.add(
            place.at("form"),
            "unknown_form",
            f"There are no records `{moment.form[:60]}`.",
            "Name a form, a repeating section or a group.",
        )
    for name in fields_of(moment.when):
        if forms.find_field(name) is None:
            _unknown_field(name, place, log)
    if moment.on is not None:
        _check_day(moment.on, moment.form, place, forms, log)
    elif must_have_day:
        log.add(place.at("on"), "missing_key", "A clock starts on a day.", "Name its field.")


def _check_day(name: FieldId, form: str, place: Place, forms: FormSet, log: ProblemLog) -> None:
    one = forms.find_field(name)
    if one is None:
        _unknown_field(name, place, log)
    elif forms.record_key(one) != form:
        log.add(
            place.at("on"),
            "bad_value",
            f"`{name}` does not stand in records of `{form[:60]}`.",
            "Name a field of these records.",
        )
    elif one.type not in _DATES and not one.codelist:
        log.add(place.at("on"), "bad_value", f"`{name}` is no date.", "Name a date.")


def _is_record_key(key: str, forms: FormSet) -> bool:
    return key in forms.forms or key in forms.parents


def _unknown_field(name: str, place: Place, log: ProblemLog) -> None:
    log.add(place, "unknown_field", f"There is no field `{name[:80]}`.", "Correct the name.")
