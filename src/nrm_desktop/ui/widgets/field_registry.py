"""The one table from field types to widgets. A new type gets a row here; a test counts them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from nrm_desktop.domain.values import FieldType
from nrm_desktop.ui.presenters.field_spec import FieldSpec
from nrm_desktop.ui.widgets.choice import many_editor, one_editor, yes_no_editor
from nrm_desktop.ui.widgets.date import DateEditor, MomentEditor
from nrm_desktop.ui.widgets.editor import ValueEditor
from nrm_desktop.ui.widgets.field import FieldWidget
from nrm_desktop.ui.widgets.kit import Kit
from nrm_desktop.ui.widgets.number import DurationEditor, NumberEditor
from nrm_desktop.ui.widgets.reference import ReferenceEditor
from nrm_desktop.ui.widgets.repeat_group import RepeatGroup
from nrm_desktop.ui.widgets.sign import SignEditor
from nrm_desktop.ui.widgets.text import FixedText, LineEditor, LongEditor

EDITORS: Mapping[FieldType, Callable[[Kit, FieldSpec], ValueEditor]] = MappingProxyType(
    {
        FieldType.AUTO: FixedText,
        FieldType.TEXT: LineEditor,
        FieldType.LONG: LongEditor,
        FieldType.DATE: DateEditor,
        FieldType.DATETIME: MomentEditor,
        FieldType.YESNO: yes_no_editor,
        FieldType.ONE: one_editor,
        FieldType.MANY: many_editor,
        FieldType.NUMBER: NumberEditor,
        FieldType.DURATION: DurationEditor,
        FieldType.PLACE: LineEditor,
        FieldType.COUNTRY: one_editor,
        FieldType.LANGUAGE: one_editor,
        FieldType.REF: ReferenceEditor,
        FieldType.SELECTION: many_editor,
        FieldType.SIGN: SignEditor,
    }
)
"""Every type but GROUP, which holds rows of questions instead of a value."""


def build_field(kit: Kit, spec: FieldSpec) -> FieldWidget:
    """Make the widget of a question.

    Raises: KeyError for a group, which is `build_group`.
    """
    return FieldWidget(kit, spec, EDITORS[spec.type](kit, spec))


def build_group(kit: Kit, spec: FieldSpec) -> RepeatGroup:
    """Make the widget of a repeating group."""
    return RepeatGroup(kit, spec, partial(build_field, kit))
