"""The signs of a case, by set and dimension: documented or not documented yet, and no number."""

from __future__ import annotations

import argparse
from types import MappingProxyType

from nrm_desktop.app.context import iso_time
from nrm_desktop.app.signs import NotedSign, SignsOfCase, signs_of
from nrm_desktop.bootstrap.headless import OpenVault
from nrm_desktop.cli.invocation import Invocation, Runners, case_of, sight_of
from nrm_desktop.cli.output import Outcome
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.forms.signs import Dimension, SignSet
from nrm_desktop.domain.indicators import Documented

_WORDS = MappingProxyType(
    {
        Documented.YES: "documented",
        Documented.NOT_YET: "not documented yet",
        Documented.UNSAID: "nothing can be said",
    }
)


def list_signs(call: Invocation, arguments: argparse.Namespace) -> Outcome:
    """Say what is documented in a case, as far as this role sees it."""
    with call.vault() as vault:
        scope = case_of(vault, arguments.code)
        view = vault.reader.case(scope, sight_of(vault, "case.show", scope))
        if view is None:
            raise Usage("usage.not_found", what="case", name=arguments.code)
        found = signs_of(vault.forms.signs, view)
        sets = [_set(vault, one, found) for one in vault.forms.signs.sets.values()]
        lines = [
            f"{_WORDS[found.states[one.key]]:<20}{vault.forms.text(f'sign_dimension.{one.key}')}"
            for one in vault.forms.signs.dimensions
        ]
    return Outcome({"sets": sets}, lines=lines)


def _set(vault: OpenVault, one: SignSet, found: SignsOfCase) -> dict[str, object]:
    return {
        "id": one.id,
        "label": vault.forms.text(f"sign_set.{one.id}"),
        "verified": one.is_verified,
        "missing": one.is_missing,
        "source": one.source,
        "dimensions": [_dimension(each, found) for each in vault.forms.signs.of(one.id)],
    }


def _dimension(one: Dimension, found: SignsOfCase) -> dict[str, object]:
    signs = [_sign(each) for code in one.codes() for each in found.noted.get(code, ())]
    return {"id": one.id, "state": found.states[one.key].value, "signs": signs}


def _sign(one: NotedSign) -> dict[str, object]:
    return {
        "code": one.code,
        "how": one.how or None,
        "where": one.where,
        "user": one.user,
        "at": iso_time(one.at_ms),
    }


COMMANDS: Runners = MappingProxyType({"case signs": list_signs})
