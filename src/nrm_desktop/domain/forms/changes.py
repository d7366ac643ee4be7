"""What an overlay does to fields and sections of the base: hide, move, restrict, map.

Every change is a narrowing, except moving, hiding and mapping; a change that would let more out,
or let more people read, is refused with its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from nrm_desktop.domain.compartments import RoleTable
from nrm_desktop.domain.forms.conditions import both
from nrm_desktop.domain.forms.parse_form import Change
from nrm_desktop.domain.forms.problems import ProblemLog
from nrm_desktop.domain.forms.schema import Field, Form, Section
from nrm_desktop.domain.scopes import Compartment

_Item = TypeVar("_Item", Field, Section)


@dataclass(frozen=True, slots=True)
class ChangeRules:
    """What a change is measured against: the roles and default purposes of the base."""

    log: ProblemLog
    roles: RoleTable
    default_purposes: tuple[str, ...]


def apply_changes(
    forms: Mapping[str, Form], changes: Sequence[Change], rules: ChangeRules
) -> dict[str, Form]:
    """Apply all changes of an overlay in one pass over the forms."""
    by_target: dict[str, list[Change]] = {}
    for change in changes:
        by_target.setdefault(change.target, []).append(change)
    used: set[str] = set()
    changed = {
        form_id: replace(
            form, sections=tuple(_section(one, by_target, rules, used) for one in form.sections)
        )
        for form_id, form in forms.items()
    }
    for change in changes:
        if change.target not in used:
            rules.log.add(
                change.place,
                "unknown_field",
                f"The base has no field or section `{change.target[:80]}`.",
                "Name one by its full id.",
            )
    return changed


def _section(
    section: Section, changes: Mapping[str, list[Change]], rules: ChangeRules, used: set[str]
) -> Section:
    fields = tuple(_field(one, changes, rules, used) for one in section.fields)
    section = replace(section, fields=fields)
    for change in changes.get(section.key, ()):
        used.add(section.key)
        section = replace(
            section,
            visible_when=both(section.visible_when, change.visible_when),
            is_hidden=section.is_hidden if change.hide is None else change.hide,
        )
        if change.compartment or change.purposes or change.consent_groups or change.required_for:
            rules.log.add(
                change.place,
                "bad_value",
                "A section can be moved, hidden or given a condition, and nothing else.",
                "Change its fields one by one.",
            )
    return section


def _field(
    one: Field, changes: Mapping[str, list[Change]], rules: ChangeRules, used: set[str]
) -> Field:
    if one.fields:
        subs = tuple(_field(sub, changes, rules, used) for sub in one.fields)
        one = replace(one, fields=subs)
    for change in changes.get(one.id, ()):
        used.add(one.id)
        one = _changed(one, change, rules)
    return one


def _changed(one: Field, change: Change, rules: ChangeRules) -> Field:
    return replace(
        one,
        compartment=_narrower_compartment(one, change, rules),
        purposes=_narrower_purposes(one, change, rules),
        consent_groups=_more_groups(one, change, rules),
        visible_when=both(one.visible_when, change.visible_when),
        required_for=(*one.required_for, *change.required_for),
        htcds=(*one.htcds, *change.htcds),
        uk=(*one.uk, *change.uk),
        is_hidden=one.is_hidden if change.hide is None else change.hide,
    )


def _narrower_compartment(one: Field, change: Change, rules: ChangeRules) -> Compartment:
    wanted = change.compartment
    if wanted is None:
        return one.compartment
    if not readers(rules.roles, wanted) <= readers(rules.roles, one.compartment):
        rules.log.add(
            change.place.at("compartment"),
            "lowered_compartment",
            f"More roles can read `{wanted.word}` than `{one.compartment.word}`.",
            "Leave the compartment as the base has it.",
        )
        return one.compartment
    return wanted


def readers(roles: RoleTable, compartment: Compartment) -> frozenset[str]:
    """All roles that hold the key of a compartment."""
    return frozenset(role for role in roles.roles if roles.holds_key((role,), compartment))


def _narrower_purposes(one: Field, change: Change, rules: ChangeRules) -> tuple[str, ...]:
    if change.purposes is None:
        return one.purposes
    more = sorted(set(change.purposes) - set(one.purposes or rules.default_purposes))
    if more or not change.purposes:
        rules.log.add(
            change.place.at("purposes"),
            "widened_purposes",
            f"The base does not let this field leave for {', '.join(more) or 'an empty list'}.",
            "Name some of the purposes of the base.",
        )
        return one.purposes
    return change.purposes


def _more_groups(one: Field, change: Change, rules: ChangeRules) -> tuple[str, ...]:
    if change.consent_groups is None:
        return one.consent_groups
    # A field in two groups needs both; a field in none never leaves (forms.md section 6).
    if not one.consent_groups or not set(one.consent_groups) <= set(change.consent_groups):
        rules.log.add(
            change.place.at("consent_groups"),
            "widened_groups",
            "Fewer consents would be needed than the base asks for.",
            "Keep the groups of the base, and add to them.",
        )
        return one.consent_groups
    return change.consent_groups


def in_order(
    items: Sequence[_Item],
    name_of: Callable[[_Item], str],
    after: Mapping[str, str],
    report: Callable[[str], None],
) -> tuple[_Item, ...]:
    """Put every item that names an anchor behind it; several behind one keep their order."""
    ordered = [item for item in items if name_of(item) not in after]
    last: dict[str, str] = {}
    for item in items:
        anchor = after.get(name_of(item))
        if anchor is None:
            continue
        names = [name_of(one) for one in ordered]
        behind = last.get(anchor, anchor)
        if behind not in names:
            report(name_of(item))
            ordered.append(item)
            continue
        ordered.insert(names.index(behind) + 1, item)
        last[anchor] = name_of(item)
    return tuple(ordered)
