"""The page of the search, and the quiet line about like names: words, no figures, nothing kept."""

import pytest
from tests.fakes.runner import SCOPE, FakeDesk
from tests.unit.ui.presenters.cases import Reader, row

from nrm_desktop.app.queries import AlikePerson, Page, SearchHit, SearchResult
from nrm_desktop.domain.errors import EnvironmentFault, Usage
from nrm_desktop.domain.ids import FieldId, ScopeId
from nrm_desktop.ui.presenters.marks import Tone
from nrm_desktop.ui.presenters.same_person import AlikeNames
from nrm_desktop.ui.presenters.search import SEARCH_AFTER_S, SearchPresenter

GIVEN = FieldId("screening.given_name")
OTHER = ScopeId(b"t" * 16)


def hit(**changes) -> SearchHit:
    plain = {
        "scope": SCOPE,
        "code": "YE7T-9BRZ",
        "field": GIVEN,
        "snippet": "Maryam",
        "marks": ((0, 6),),
        "match": "exact",
    }
    return SearchHit(**{**plain, **changes})


class Searching(Reader):
    """Answers searches, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(cases=Page(()), similar_names=())
        self.asked: list[tuple] = []
        self.result: SearchResult | Exception = SearchResult((hit(),))

    def search(self, *asked):
        self.asked.append(asked)
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


@pytest.fixture
def reader():
    return Searching()


@pytest.fixture
def desk(reader):
    return FakeDesk(reader)


@pytest.fixture
def opened():
    return []


@pytest.fixture
def noted():
    return []


@pytest.fixture
def page(view, desk, opened, noted):
    made = SearchPresenter(view, desk, opened.append, lambda: noted.append("search"))
    made.start()
    return made


def typed(page, desk, text: str) -> None:
    page.search(text)
    desk.pass_time(SEARCH_AFTER_S)


def test_a_search_begins_once_nobody_types_and_is_noted_without_its_words(
    page, desk, reader, noted, view
):
    page.search("mar")
    page.search("mary")
    assert reader.asked == []

    desk.pass_time(SEARCH_AFTER_S)

    assert [asked[0] for asked in reader.asked] == ["mary"]
    assert noted == ["search"]
    (shown,) = view.last("show_rows")
    assert (shown.code, shown.found) == ("YE7T-9BRZ", "Maryam")


def test_a_code_leads_to_its_case_too(page, desk, reader, view):
    reader.answers["cases"] = Page((row(),))
    reader.result = SearchResult()
    typed(page, desk, "YE7")

    assert [found.code for found in view.last("show_rows")] == ["YE7T-9BRZ"]
    assert view.last("show_note") == ""


def test_a_row_opens_its_case(page, desk, opened):
    typed(page, desk, "maryam")
    page.open(0)
    page.open(7)

    assert [found.scope for found in opened] == [SCOPE]


@pytest.mark.rule("N1")
def test_a_name_spelled_alike_is_told_in_words_and_without_a_figure(page, desk, reader, view):
    reader.result = SearchResult((hit(match="similar", likeness=0.91234),))
    typed(page, desk, "mariam")

    (shown,) = view.last("show_rows")
    said = " ".join(column.text(shown) for column in page.columns())
    assert "spelled alike" in said
    assert "91" not in said
    assert "%" not in said


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (SearchResult(), "Nothing found"),
        (SearchResult((hit(),), has_more=True), "more than can be shown"),
        (SearchResult((hit(),), is_cut=True), "not complete"),
        (SearchResult((hit(),), is_newest_first=True), "newest come first"),
        (SearchResult((hit(),), is_partial=True), "may be missing"),
    ],
    ids=["empty", "more", "cut", "many", "partial"],
)
def test_what_is_to_be_known_about_the_rows_is_said(page, desk, reader, view, result, words):
    reader.result = result
    typed(page, desk, "maryam")

    assert words in view.last("show_note")


def test_a_search_that_nobody_waits_for_is_stopped_and_its_rows_are_not_shown(
    page, desk, reader, view
):
    desk.holds = True
    typed(page, desk, "maryam")
    page.search("olga")
    view.calls.clear()
    desk.release()

    assert reader.asked[0][3].is_set()
    assert "show_rows" not in view.names()


def test_leaving_keeps_neither_words_nor_rows(page, desk, reader, view, opened):
    typed(page, desk, "maryam")
    page.leave()
    page.open(0)
    page.refresh()

    assert view.last("show_rows") == ()
    assert opened == []
    assert len(reader.asked) == 1


def test_too_much_at_once_is_said_in_words_and_a_fault_loudly(page, desk, reader, view):
    reader.result = Usage("usage.search_text", characters=200, terms=8, term_characters=64)
    typed(page, desk, "a b c d e f g h i")
    assert "8 words" in view.last("show_note")

    reader.result = EnvironmentFault("storage.medium")
    typed(page, desk, "maryam")
    assert view.last("show_banners")[0].tone is Tone.BAD


class TestLikeNames:
    @pytest.fixture
    def alike(self, view, desk, noted):
        return AlikeNames(view, desk, SCOPE, lambda *scopes: noted.append(scopes))

    def test_they_are_compared_once_a_name_was_saved_and_at_nothing_else(self, alike, desk, view):
        alike.saved(FieldId("screening.danger_now"))
        desk.pass_time(1)
        assert view.calls == []

        alike.saved(GIVEN)
        alike.saved(FieldId("screening.family_name"))
        desk.pass_time(1)
        assert view.names() == ["show_alike"]

    @pytest.mark.rule("N1")
    def test_what_speaks_for_and_against_is_said_without_a_figure(self, alike, reader, view, noted):
        reader.answers["similar_names"] = (
            AlikePerson(
                OTHER, "0002-0000", "Maryam Osei", "Mariam Ossei", ("nationality",), ("birth_year",)
            ),
        )
        alike.look()
        alike.look()

        (line,) = view.last("show_alike")
        assert line.text == (
            "In 0002-0000: Mariam Ossei. The same in both: nationality. Different: year of birth."
        )
        assert noted == [(OTHER,)], "the audit chain keeps which cases were shown, once"

    def test_a_line_leads_into_its_case(self, alike, reader):
        reader.answers["similar_names"] = (AlikePerson(OTHER, "0002-0000", "A", "B"),)
        led = []
        alike.look()
        alike.opener(led.append)(0)

        assert [line.scope for line in led] == [OTHER]

    def test_a_hint_that_fails_stops_no_interview(self, alike, desk, reader, view, monkeypatch):
        def fail(*_):
            raise EnvironmentFault("storage.medium")

        monkeypatch.setattr(reader, "similar_names", fail, raising=False)
        alike.look()

        assert view.last("show_alike") == ()
