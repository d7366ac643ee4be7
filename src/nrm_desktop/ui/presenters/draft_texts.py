"""Words in a draft: every reply becomes text, and text becomes a reply again.

Nothing is refused here: what fits no type is kept as it was typed, and comes back so.
"""

from __future__ import annotations

from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.domain.forms.schema import Field
from nrm_desktop.domain.forms.validate import Problem, check_value, parse_text, show
from nrm_desktop.domain.ids import FieldId
from nrm_desktop.domain.values import AnswerState, FieldType, Source, Value
from nrm_desktop.ui.presenters.field_spec import Reply

DraftRow = tuple[FieldId, int, str, int]
"""Field, number of the state, raw text, number of the source."""
_AS_TYPED = "\x1f"
"""Before words that are no value of their type; no typed text begins with it."""
_FREE = frozenset({FieldType.REF, FieldType.LANGUAGE})


def to_draft(forms: FormSet, one: Field, reply: Reply) -> DraftRow:
    """Write a reply into a draft."""
    text = "" if reply.raw is None else _text(forms, one, reply.raw)
    return (one.id, int(reply.state), text, int(reply.source))


def from_draft(forms: FormSet, one: Field, row: DraftRow) -> Reply:
    """Read a reply from a draft."""
    _, state, text, source = row
    if AnswerState(state) is not AnswerState.ANSWERED:
        return Reply(AnswerState(state), None, Source(source))
    return Reply(AnswerState.ANSWERED, _value(forms, one, text), Source(source))


def _text(forms: FormSet, one: Field, raw: Value) -> str:
    checked = check_value(one, raw, forms)
    if isinstance(checked, Problem):
        return _AS_TYPED + _words(raw)
    return show(one, checked)


def _value(forms: FormSet, one: Field, text: str) -> Value:
    if text.startswith(_AS_TYPED):
        return text.removeprefix(_AS_TYPED)
    if one.type in _FREE:
        return text
    value = parse_text(one, text, forms)
    return text if isinstance(value, Problem) else value


def _words(raw: Value) -> str:
    if isinstance(raw, tuple):
        return " ".join(_words(each) for each in raw if each not in (None, ""))
    return str(raw)
