"""Checks the conditions of the joined packs: names, values, cycles, questions nobody can see.

A field that can never become visible is a mistake of the pack: it would look as if it were never
asked. This is decided by trying all answers that the condition can tell apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from nrm_desktop.domain.forms.conditions import Context, both, fields_of, holds, leaves
from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.places import field_place, section_place
from nrm_desktop.domain.forms.problems import Place, ProblemLog
from nrm_desktop.domain.forms.schema import Condition, Fact, Field, FieldEquals
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import NOT_ASKED, Answer, AnswerState, FieldType, answered

_MOST_TRIALS = 20_000
"""A condition with more cases than this is taken as possible."""
_OTHER = "\N{REPLACEMENT CHARACTER}"
"""Stands for every value that a condition does not name."""


@dataclass(frozen=True, slots=True)
class _Use:
    """One condition of the packs, where it stands, and what it decides about."""

    condition: Condition
    place: Place
    is_fact: bool = False


def check_conditions(forms: FormSet, log: ProblemLog) -> None:
    """Report unknown names and values, then cycles, then what can never be seen."""
    is_sound = True
    for use in _uses(forms):
        for leaf in leaves(use.condition):
            if isinstance(leaf, Fact):
                is_sound &= _check_fact(leaf, use, forms, log)
            else:
                is_sound &= _check_field(leaf.field, use, forms, log)
                if isinstance(leaf, FieldEquals):
                    _check_values(leaf, use, forms, log)
    # Cycles and dead questions can only be told once every name is known.
    if is_sound and _check_cycles(forms, log):
        _check_dead(forms, log)


def _uses(forms: FormSet) -> Iterator[_Use]:
    sections = (section for form in forms.forms.values() for section in form.sections)
    for section in sections:
        yield from _use(section_place(section), section.visible_when, section.closed_until)
    for one in forms.fields():
        if not _is_inherited(one, forms):
            acts = (entry.when for entry in one.required_for)
            yield from _use(field_place(one), one.visible_when, *acts)
    for fact in forms.vocabulary.facts.values():
        if fact.when:
            yield _Use(
                fact.when, Place(f"{forms.packs[0].id}/facts.toml", (fact.id,)), is_fact=True
            )


def _use(place: Place, *conditions: Condition | None) -> Iterator[_Use]:
    return (_Use(condition, place) for condition in conditions if condition)


def _is_inherited(one: Field, forms: FormSet) -> bool:
    """Say whether it is a remark, which has the condition of its question."""
    parent = forms.find_field(one.parent) if one.parent else None
    return parent is not None and not parent.is_group


def _check_fact(leaf: Fact, use: _Use, forms: FormSet, log: ProblemLog) -> bool:
    if use.is_fact:
        log.add(
            use.place.at(leaf.name),
            "bad_condition",
            "A fact follows from answers, and not from another fact.",
            "Name the fields themselves.",
        )
        return False
    if leaf.name in forms.vocabulary.facts:
        return True
    log.add(
        use.place.at(leaf.name),
        "unknown_fact",
        f"There is no fact `{leaf.name[:60]}`.",
        f"Name one of {', '.join(forms.vocabulary.facts) or 'none'}, or add it to facts.toml.",
    )
    return False


def _check_field(name: FieldId, use: _Use, forms: FormSet, log: ProblemLog) -> bool:
    one = forms.find_field(name)
    if one is not None and not one.is_group:
        return True
    log.add(
        use.place.at(name),
        "unknown_field",
        f"The condition names `{name[:80]}`, which is no question.",
        "Name a field by its full id; of a group, one of its sub-fields.",
    )
    return False


def _check_values(leaf: FieldEquals, use: _Use, forms: FormSet, log: ProblemLog) -> None:
    one = forms.find_field(leaf.field)
    if one is None:
        return
    codes = forms.codes_of(one)
    for value in leaf.values:
        if one.type is FieldType.YESNO:
            is_right = isinstance(value, bool)
        elif codes is not None:
            is_right = isinstance(value, str) and codes.find(value) is not None
        else:
            is_right = isinstance(value, str | int) and not isinstance(value, bool)
        if not is_right:
            log.add(
                use.place.at(leaf.field),
                "unknown_code",
                f"`{leaf.field}` is never `{str(value)[:60]}`.",
                "Use true or false for yes and no, else a code of the field's list.",
            )


@dataclass(frozen=True, slots=True)
class _Visibility:
    """The condition under which each field can be filled, with those of what it stands in."""

    conditions: Mapping[FieldId, Condition | None]
    forms: FormSet

    def looks_at(self, name: FieldId) -> list[FieldId]:
        """Fields that decide about a field, also by way of a fact."""
        condition = self.conditions.get(name)
        found = list(fields_of(condition))
        for leaf in leaves(condition):
            if isinstance(leaf, Fact):
                found.extend(fields_of(self.forms.vocabulary.facts[leaf.name].when))
        return [self.forms.field(one).id for one in found]


def _visibility(forms: FormSet) -> _Visibility:
    conditions: dict[FieldId, Condition | None] = {}
    for one in forms.fields():
        section = forms.sections[f"{one.form}.{one.section}"]
        condition = both(both(section.visible_when, section.closed_until), one.visible_when)
        if one.parent:
            condition = both(conditions[one.parent], one.visible_when)
        conditions[one.id] = condition
    return _Visibility(conditions, forms)


def _check_cycles(forms: FormSet, log: ProblemLog) -> bool:
    """Walk depth first; True if there is no circle."""
    visibility = _visibility(forms)
    done: set[FieldId] = set()
    is_free = True
    for start in visibility.conditions:
        circle = _circle_from(start, visibility, done)
        if circle:
            is_free = False
            log.add(
                field_place(forms.field(circle[0])),
                "condition_cycle",
                f"Questions wait for each other: {' → '.join(circle)}.",
                "Take one of the conditions out.",
            )
    return is_free


def _circle_from(
    start: FieldId, visibility: _Visibility, done: set[FieldId]
) -> Sequence[FieldId] | None:
    path: list[FieldId] = []
    stack: list[tuple[FieldId, Iterator[FieldId]]] = []

    def enter(name: FieldId) -> None:
        path.append(name)
        stack.append((name, iter(visibility.looks_at(name))))

    if start not in done:
        enter(start)
    while stack:
        name, rest = stack[-1]
        following = next(rest, None)
        if following is None:
            stack.pop()
            path.pop()
            done.add(name)
        elif following in path:
            done.update(path)
            return [*path[path.index(following) :], following]
        elif following not in done:
            enter(following)
    return None


def _check_dead(forms: FormSet, log: ProblemLog) -> None:
    visibility = _visibility(forms)
    dead: set[FieldId] = {one.id for one in forms.fields() if one.is_hidden}
    for name in _innermost_first(visibility):
        if name not in dead and not _is_possible(visibility.conditions[name], forms, dead):
            dead.add(name)
            log.add(
                field_place(forms.field(name)).at("visible_when"),
                "dead_field",
                f"`{name}` can never be seen.",
                "Correct its condition, or that of its section.",
            )


def _innermost_first(visibility: _Visibility) -> Iterator[FieldId]:
    """Every field after all fields it looks at; there are no circles here."""
    done: set[FieldId] = set()
    for start in visibility.conditions:
        stack = [start]
        while stack:
            name = stack[-1]
            waiting = [one for one in visibility.looks_at(name) if one not in done]
            if waiting and name not in done:
                stack.extend(waiting)
                continue
            stack.pop()
            if name not in done:
                done.add(name)
                yield name


def _is_possible(condition: Condition | None, forms: FormSet, dead: set[FieldId]) -> bool:
    if condition is None:
        return True
    names = list(dict.fromkeys(fields_of(condition)))
    facts = list({leaf.name for leaf in leaves(condition) if isinstance(leaf, Fact)})
    choices = [_possible_answers(name, condition, forms, dead) for name in names]
    trials = 2 ** len(facts)
    for choice in choices:
        trials *= len(choice)
    if trials > _MOST_TRIALS:
        return True
    return any(
        holds(condition, Context(dict(zip(names, given, strict=True)), true_facts))
        for true_facts in map(frozenset, _subsets(facts))
        for given in product(*choices)
    )


def _possible_answers(
    name: FieldId, condition: Condition, forms: FormSet, dead: set[FieldId]
) -> list[Answer]:
    one = forms.field(name)
    if one.id in dead:
        return [NOT_ASKED]
    codes = forms.codes_of(one)
    offered = set(codes.offered()) if codes else None
    named = {
        value
        for leaf in leaves(condition)
        if isinstance(leaf, FieldEquals) and leaf.field == name
        for value in leaf.values
        if offered is None or value in offered
    }
    states = [answered(_OTHER), NOT_ASKED, Answer(AnswerState.UNKNOWN)]
    if one.may_decline:
        states.append(Answer(AnswerState.DECLINED))
    # What a condition names comes first: nearly every condition is true of that.
    if one.type is FieldType.MANY:
        return [
            *(answered(tuple(some)) for some in _subsets(sorted(map(str, named))) if some),
            *states,
        ]
    return [*(answered(value) for value in named), *states]


def _subsets(items: Sequence[str]) -> Iterator[list[str]]:
    for chosen in product((True, False), repeat=len(items)):
        yield [item for item, is_in in zip(items, chosen, strict=True) if is_in]
