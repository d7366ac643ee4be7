"""Presenters on fake views: what they tell the view, in order, and what they ask for."""

import pytest
from tests.fakes.runner import FakeDesk
from tests.fakes.view import CallLog


@pytest.fixture
def view():
    return CallLog()


@pytest.fixture
def desk():
    return FakeDesk()


@pytest.fixture
def view_log(view):
    """The same view, where a test calls a case a view."""
    return view
