"""What a question looks like on screen, as plain data between the form engine and the widgets.

Presenters make these from the pack and the case; widgets show them and answer with `FieldEdit`.
So no widget knows packs, records or compartments, and no presenter knows Qt. Nothing here checks a
value: words that fit no type travel on as they were typed, and `domain.forms.validate` judges them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nrm_desktop.domain.forms.wording import LoadedWord
from nrm_desktop.domain.values import AnswerState, FieldType, Source, Value
from nrm_desktop.ui.presenters.choice import Choice


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One question.

    Shape: `id` is unique on the page (an address); `neutral` stands in for the label while
    somebody else is in the room; `choices` in the order of display; empty `sources` means that no
    source is asked for; `remark` is the text field that belongs to this one; `is_code` marks Latin
    codes, which keep their direction in every script; `additions` are what the person says about
    the answer, in words; `loaded` are words that get a quiet hint where the worker types them.
    """

    id: str
    type: FieldType
    label: str
    guidance: str = ""
    why: str = ""
    neutral: str = ""
    choices: tuple[Choice, ...] = ()
    sources: tuple[Source, ...] = ()
    remark: FieldSpec | None = None
    may_decline: bool = True
    own_words: bool = False
    is_code: bool = False
    is_read_only: bool = False
    additions: tuple[str, ...] = ()
    loaded: tuple[LoadedWord, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What stands in a question: a state, the raw value as the widget holds it, and its source.

    Shape: `raw` is shaped like a value of the field's type where the widget understood it (see
    `domain.values.Value`), else the typed words; None unless the state is ANSWERED.
    """

    state: AnswerState = AnswerState.NOT_ASKED
    raw: Value = None
    source: Source = Source.NOT_STATED


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """A person changed an answer: the id of its spec, and all that stands there now.

    Shape: `takes_earlier` says that the answer of before still holds, instead of a reply.
    """

    field: str
    reply: Reply
    takes_earlier: bool = False


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One row of a repeating group. Shape: ids of `fields` are unique on the page, too."""

    id: str
    title: str
    fields: tuple[FieldSpec, ...]


class MarkKind(StrEnum):
    """What is true of the words in a field."""

    NONE = "none"
    DRAFT = "draft"
    """Kept on this device, encrypted, not signed."""
    SAVING = "saving"
    SAVED = "saved"
    """Signed and in the journal; only ever shown from the event after the commit."""
    RECEIVED = "received"
    """Another device wrote it."""
    OTHER_VERSION = "other_version"
    """Another device wrote something else while this field was in hand."""


@dataclass(frozen=True, slots=True)
class FieldMark:
    """The line below a field. Shape: `at` is a time as shown, `who` a device as shown."""

    kind: MarkKind = MarkKind.NONE
    at: str = ""
    who: str = ""
