"""The packs that come with the program, loaded once: the base, and with the UK on it."""

from pathlib import Path

import pytest

from nrm_desktop.domain.forms.formset import FormSet
from nrm_desktop.storage.form_packs import FormPacks

PACKS = Path(__file__).parents[2] / "resources" / "packs"


@pytest.fixture(scope="session")
def base() -> FormSet:
    return FormPacks(PACKS).load().forms


@pytest.fixture(scope="session")
def with_gb() -> FormSet:
    return FormPacks(PACKS).load(["gb"]).forms


@pytest.fixture(scope="session")
def with_bg() -> FormSet:
    return FormPacks(PACKS).load(["bg"]).forms
