"""Protective rules: which of several standing values acts until a person decides.

This module decides what is shown first and acted on while values stand side by side. It never
decides who is right, it never drops a value, and no rule here ends a conflict: only a person does.

- The order of each rule is the table of sync.md section 21; the first of the order acts.
- `not_asked` takes no part in any rule: it says nothing about the person.
- What a rule does not know (a code of a newer pack, an unknown answer) counts as doubt and stands
  where the table puts doubt, always before the value that would loosen something.
- Of equally protective values the one that comes first in the given order acts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from nrm_desktop.domain.dates import days_of
from nrm_desktop.domain.values import Answer, AnswerState, text_of

MERGE_SURFACE = "surface"
MERGE_UNION = "union"
PROTECTIVE = "protective:"
"""Beginning of a merge rule whose name stands in `RULES`."""

Rank = tuple[int, str]
_DOUBT = "*"
_SILENT: Rank = (99, "")
"""After everything that says something."""
_YES, _NO = "yes", "no"

_ORDERS: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "child": (
            (_YES, "child", "0-11", "12-17"),
            (_DOUBT, "not_sure", "disputed", "under_assessment"),
            (_NO, "adult", "18-24", "25+", "documented", "stated", "estimated", "decided"),
        ),
        "consent_answer": (("withdrawn",), (_NO,), ("not_now", _DOUBT), ("partly",), (_YES,)),
        "contact_safe": ((_NO,), (_DOUBT,), (_YES,)),
        "declined": (("declined",), (_DOUBT,)),
        "life_risk": ((_YES,), (_DOUBT,), (_NO,)),
        "missing": (("missing",), (_DOUBT,), ("found",)),
        "open_over_closed": (
            (_DOUBT, "open", "running"),
            ("closed", "stopped", "ended", "done"),
        ),
        "risk_level": (("extreme",), ("high",), ("medium",), (_DOUBT,), ("low",), (_NO, "none")),
        "set_over_unset": (("set", _YES), (_DOUBT,), ("unset", _NO, "none")),
    }
)
"""Rule -> words from most to least protective; words in one bracket are equal."""


def acting_index(merge: str, answers: Sequence[Answer]) -> int:
    """Say which of the answers acts.

    Shape: `merge` is the field's rule (`surface`, `union`, `protective:<rule>`); `answers` in the
    order of display, at least one. `surface`, `union` and an unknown rule prefer the first.
    """
    rank = _RANKS.get(merge.removeprefix(PROTECTIVE)) if merge.startswith(PROTECTIVE) else None
    if rank is None:
        return next((place for place, each in enumerate(answers) if _says_something(each)), 0)
    ranks = [rank(answer) if _says_something(answer) else _SILENT for answer in answers]
    return ranks.index(min(ranks))


def acting_answer(merge: str, answers: Sequence[Answer]) -> Answer:
    """Give the answer that acts; under `union` it holds everything that any of them holds.

    Shape: as for `acting_index`; a union keeps the order of first mention.
    """
    acting = answers[acting_index(merge, answers)]
    if merge != MERGE_UNION or not acting.is_answered:
        return acting
    held = [answer.value for answer in answers if answer.is_answered]
    lists = [value for value in held if isinstance(value, tuple)]
    if len(lists) < len(held):
        return acting
    return replace(acting, value=tuple(dict.fromkeys(part for each in lists for part in each)))


def _says_something(answer: Answer) -> bool:
    return answer.state is not AnswerState.NOT_ASKED


def _word(answer: Answer) -> str:
    """Turn an answer into the words of the tables."""
    value = answer.value
    if not answer.is_answered:
        return answer.state.word
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, tuple):
        return _YES if value else _NO
    return value if isinstance(value, str) else _DOUBT


def _by_order(order: tuple[tuple[str, ...], ...]) -> Callable[[Answer], Rank]:
    places = {word: place for place, words in enumerate(order) for word in words}
    return lambda answer: (places.get(_word(answer), places[_DOUBT]), "")


def _set_over_unset(answer: Answer) -> Rank:
    """A text or a list counts as set when there is anything in it."""
    order = _ORDERS["set_over_unset"]
    is_set = answer.is_answered and bool(answer.value) and answer.value not in order[-1]
    return (0, "") if is_set else _by_order(order)(answer)


def _earlier(answer: Answer) -> Rank:
    """Dates by their first possible day, then events, which nobody can compare, then the rest."""
    text = text_of(answer.value)
    if day := _day(text, is_last=False):
        return (0, day)
    return (2, text) if text in ("", "no_end") else (1, text)


def _later(answer: Answer) -> Rank:
    """What runs on without a known end, then the date that ends last."""
    day = _day(text_of(answer.value), is_last=True)
    if not day:
        return (0, "")
    return (1, "".join(chr(ord("9") - int(digit)) for digit in day if digit.isdecimal()))


def _day(text: str, *, is_last: bool) -> str:
    """First or last day that a date may mean, or nothing for what is no date."""
    span = days_of(text)
    return span[is_last].isoformat() if span else ""


_RANKS: Mapping[str, Callable[[Answer], Rank]] = MappingProxyType(
    {
        **{rule: _by_order(order) for rule, order in _ORDERS.items()},
        "set_over_unset": _set_over_unset,
        "earlier_deadline": _earlier,
        "earlier_end": _earlier,
        "later_end": _later,
    }
)
"""Rule -> how protective an answer is; the lowest acts."""

RULES = frozenset(_RANKS)
"""Every named rule (sync.md section 21)."""
MERGE_RULES = frozenset({MERGE_SURFACE, MERGE_UNION, *(PROTECTIVE + rule for rule in RULES)})
"""Everything that a pack may name under `merge`."""
