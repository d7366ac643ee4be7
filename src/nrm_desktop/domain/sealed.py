"""The sealed address: where a person stays, and which fields say so.

A shelter is a code name and a number to call. The street stands in a record of its own that no
view, search, history, print or packet shows: it is shown by the act of opening it, with a reason,
for an hour, and the opening stays in the file.

This module decides which fields are sealed, who may open them by right, and for how long. It is a
rule of the program and no data of a pack: no country can unseal it.

Source: nrm.md section 8 (shelter rule), N5; forms.md section 2 (opening the sealed address).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from nrm_desktop.domain.ids import FieldId

ADDRESS_FORM: Final = "address"
PLACE: Final = FieldId("address.ad_place")
SINCE: Final = FieldId("address.ad_since")
TRIP_WHO: Final = FieldId("address.ad_trip.who")
TRIP_UNTIL: Final = FieldId("address.ad_trip.until")
LASTS: Final = timedelta(hours=1)
"""How long what was opened stays open."""
_OPEN: Final = frozenset({PLACE, SINCE})
_FIRST: Final = f"{ADDRESS_FORM}."


def is_sealed(field: str) -> bool:
    """True for what says where a person stays: all of the record but the code name and the day.

    Told by the name of the field alone: whoever opens a record may call it anything.
    """
    return field.startswith(_FIRST) and field not in _OPEN
