"""What a search finds, on the fake and on SQLCipher: in all scripts, and never out of sight."""

import threading

import pytest
from tests.contract.readers import (
    ALL,
    BIRTH,
    FAMILY,
    GIVEN,
    NATION,
    NOTE,
    ONLY_CORE,
    join,
    open_case,
    part,
    scopes,
)
from tests.contract.vaults import CORE, LANGUAGE, SUPPORT, author, give, value, write

from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.errors import Usage
from nrm_desktop.domain.ids import RecordId
from nrm_desktop.domain.scopes import Compartment

RECORD_OF = RecordId(b"rec1" * 4)
IDENTITY = int(Compartment.IDENTITY)
PEOPLE = {
    "0001-0000": ("Maryam", "Osei-Mensah"),
    "0002-0000": ("Mariam", "Osey Mensah"),
    "0003-0000": ("Ольга", "Шевченко"),
    "0004-0000": ("فاطمة", "عبد الرحمن"),
    "0005-0000": ("张伟", "Li"),
}


def register(vault, by, scope, code, names, **more):
    """A case with the names of a person; `more` maps a field to what is said in it."""
    open_case(vault, by, scope, code)
    fields = {GIVEN: names[0], FAMILY: names[1]} | more
    ops = [value(said, field=field) for field, said in fields.items()]
    return write(vault, by, *ops, scope=scope, compartment=IDENTITY)


@pytest.fixture
def people(vault):
    by = author()
    for scope, (code, names) in zip(scopes(len(PEOPLE)), PEOPLE.items(), strict=True):
        register(vault, by, scope, code, names)
    return vault


def codes(found):
    return [hit.code for hit in found.hits]


class TestNames:
    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("maryam", "0001-0000"),
            ("MARYAM", "0001-0000"),
            ("Osei", "0001-0000"),
            ("Maryam Mensah", "0001-0000"),
            ("mensah maryam", "0001-0000"),
            ("Ольга", "0003-0000"),
            ("olga", "0003-0000"),
            ("Olga Shevchenko", "0003-0000"),
            ("Fatima", "0004-0000"),
            ("Abdulrahman", "0004-0000"),
            ("zhang wei", "0005-0000"),
            ("张", "0005-0000"),
            ("li", "0005-0000"),
        ],
    )
    def test_a_name_is_found_in_its_script_and_in_ours(self, people, read, typed, code):
        assert codes(read(people).search(typed, ALL, 10))[0] == code

    def test_equal_comes_before_beginning_and_beginning_before_similar(self, people, read):
        by, reader = author(), read(people)
        register(people, by, scopes(6)[5], "0006-0000", ("Maryamah", "X"))

        found = reader.search("maryam", ALL, 10)

        assert codes(found) == ["0001-0000", "0006-0000", "0002-0000"]
        assert [hit.match for hit in found.hits] == ["exact", "exact", "similar"]
        assert [hit.likeness is None for hit in found.hits] == [True, True, False]

    def test_what_fits_is_marked_in_the_name(self, people, read):
        (hit,) = read(people).search("shevch", ALL, 10).hits

        assert [hit.snippet[begin:end] for begin, end in hit.marks] == ["Шевченко"]

    def test_a_name_that_was_corrected_is_found_by_the_new_one_alone(self, people, read):
        by, reader = author(), read(people)
        standing = people.run(by, lambda unit: unit.standing(RECORD_OF, GIVEN, scopes(1)[0]))
        new = value("Rosalind", field=GIVEN, replaces=[each.op for each in standing])
        write(people, by, new, scope=scopes(1)[0], compartment=IDENTITY)

        assert codes(reader.search("rosalind", ALL, 10)) == ["0001-0000"]
        assert "0001-0000" not in codes(reader.search("maryam osei", ALL, 10))

    def test_both_names_of_a_conflict_are_found(self, people, read):
        by, reader = author(), read(people)
        write(people, by, value("Rosalind", field=GIVEN), scope=scopes(1)[0], compartment=IDENTITY)

        assert codes(reader.search("rosalind", ALL, 10)) == ["0001-0000"]
        assert "0001-0000" in codes(reader.search("maryam", ALL, 10))


class TestTexts:
    def test_all_words_must_stand_in_a_text_and_the_last_may_go_on(self, vault, read):
        by = author()
        self._note(vault, by, "She waits at the Straße near the old station.")
        reader = read(vault)

        for typed in ("station", "stat", "strasse station", "old sta", "WAITS"):
            assert codes(reader.search(typed, ALL, 10)) == ["0001-0000"], typed
        for typed in ("tation", "sta old", "station bridge"):
            assert codes(reader.search(typed, ALL, 10)) == [], typed

    def test_a_piece_of_the_text_is_shown_with_what_fits(self, vault, read):
        self._note(vault, author(), f"{'word ' * 100}\nharbour {'more ' * 100}")

        (hit,) = read(vault).search("harbour", ALL, 10).hits

        assert [hit.snippet[begin:end] for begin, end in hit.marks] == ["harbour"]
        assert len(hit.snippet) < 160

    def test_answers_that_are_no_words_are_not_searched(self, vault, read):
        by = author()
        open_case(vault, by, scopes(1)[0], "0001-0000")
        write(vault, by, value("UA", field=NATION), scope=scopes(1)[0], compartment=IDENTITY)

        assert codes(read(vault).search("UA", ALL, 10)) == []

    def test_the_limit_cuts_and_says_so(self, vault, read):
        by = author()
        for number, scope in enumerate(scopes(4)):
            self._note(vault, by, "harbour", scope, f"000{number}-0000")

        reader = read(vault)

        assert (len(reader.search("harbour", ALL, 3).hits)) == 3
        assert reader.search("harbour", ALL, 3).has_more
        assert not reader.search("harbour", ALL, 4).has_more

    @staticmethod
    def _note(vault, by, text, scope=None, code="0001-0000"):
        scope = scope or scopes(1)[0]
        open_case(vault, by, scope, code)
        write(vault, by, value(text, field=NOTE), scope=scope, compartment=SUPPORT)


@pytest.mark.rule("N5")
class TestNeedToKnow:
    """A planted shelter address: nobody else finds it, and no number or order tells of it."""

    def _planted(self, vault, *, with_secret):
        by = author()
        for number, scope in enumerate(scopes(3)):
            open_case(vault, by, scope, f"000{number}-0000")
            text = "harbour quay" if number else "harbour street beside the quay"
            write(vault, by, value(text, field=LANGUAGE), scope=scope, compartment=CORE)
            if with_secret:
                secret = value("harbour street 5, harbour shelter", field=NOTE)
                write(vault, by, secret, scope=scope, compartment=SUPPORT)
        return vault

    @pytest.mark.parametrize(
        "typed", ["shelter", "harbour", "street harbour", "harbour qu", "quay"]
    )
    @pytest.mark.parametrize("limit", [1, 2, 50])
    def test_a_role_that_may_not_look_finds_the_same_as_if_it_were_not_there(
        self, new_vault, read, typed, limit
    ):
        with_it = read(self._planted(new_vault(), with_secret=True))
        without = read(self._planted(new_vault(), with_secret=False))

        assert with_it.search(typed, ONLY_CORE, limit) == without.search(typed, ONLY_CORE, limit)
        assert len(with_it.search("shelter", ALL, 50).hits) == 3
        assert with_it.search("shelter", ONLY_CORE, 50).hits == ()

    def test_sealed_names_are_found_by_nobody_else_in_no_spelling(self, people, read):
        reader = read(people)

        for typed in ("maryam", "mar", "aryam", "Maryan", "Maryam Mensah"):
            assert reader.search(typed, ALL, 10).hits != ()
            assert reader.search(typed, ONLY_CORE, 10).hits == ()
        assert reader.similar_names(scopes(1)[0], ONLY_CORE) == ()

    def test_own_entries_are_found_by_their_author_alone(self, new_vault, read):
        mine, theirs = author("P-01"), author("P-02")
        vault, other = new_vault(), new_vault()
        open_case(vault, mine, scopes(1)[0], "0001-0000")
        write(vault, mine, value("harbour", field=NOTE), scope=scopes(1)[0], compartment=SUPPORT)
        write(other, theirs, value("hidden", field=NOTE), scope=scopes(1)[0], compartment=SUPPORT)
        for commit in other.commits():
            give(vault, mine, commit, theirs.signer)
        own = Sight(frozenset({CORE}), frozenset({SUPPORT}), mine.signer.signer)
        reader = read(vault)

        assert codes(reader.search("harbour", own, 10)) == ["0001-0000"]
        assert codes(reader.search("hidden", own, 10)) == []
        assert codes(reader.search("hidden", ALL, 10)) == ["0001-0000"]


class TestLimits:
    @pytest.mark.parametrize("typed", ["", "  ", "!?", "a " * 9, "a" * 65, "word " * 41])
    def test_nothing_and_too_much_are_refused(self, people, read, typed):
        with pytest.raises(Usage) as raised:
            read(people).search(typed, ALL, 10)

        assert raised.value.code == "usage.search_text"

    def test_a_search_that_nobody_waits_for_ends(self, people, read):
        stop = threading.Event()
        stop.set()

        found = read(people).search("maryam", ALL, 10, stop)

        assert found.is_cut
        assert found.hits == ()


class TestPossiblyTheSamePerson:
    def test_a_like_name_is_shown_with_what_speaks_for_and_against(self, vault, read):
        by, (one, two, three) = author(), scopes(3)
        facts = {BIRTH: ("1999-05-01", 0), NATION: "GH"}
        register(vault, by, one, "0001-0000", ("Maryam", "Osei"), **facts)
        register(vault, by, two, "0002-0000", ("Mariam", "Ossei"), **facts | {BIRTH: ("1987", 0)})
        register(vault, by, three, "0003-0000", ("Maryam", "Kovalenko"))

        (found,) = read(vault).similar_names(one, ALL)

        assert (found.code, found.differs, found.agrees) == (
            "0002-0000",
            ("birth_year",),
            ("nationality",),
        )
        assert set(found.theirs.split()) == {"Mariam", "Ossei"}

    def test_a_fact_out_of_sight_speaks_neither_for_nor_against(self, vault, read):
        by, (one, two) = author(), scopes(2)
        for scope, code, year in ((one, "0001-0000", "1999"), (two, "0002-0000", "1987")):
            register(vault, by, scope, code, ("Maryam", "Osei"))
            fact = value((year, 0), field=BIRTH)
            write(vault, by, fact, scope=scope, compartment=SUPPORT)
        sight = Sight(frozenset({CORE, IDENTITY}))

        (found,) = read(vault).similar_names(one, sight)

        assert (found.agrees, found.differs) == ((), ())

    def test_a_case_without_a_name_is_like_no_other(self, people, read):
        by, empty = author(), scopes(7)[6]
        open_case(people, by, empty, "0007-0000")

        assert read(people).similar_names(empty, ALL) == ()

    def test_a_name_said_twice_in_one_case_is_no_other_person(self, vault, read):
        by, (one,) = author(), scopes(1)
        register(vault, by, one, "0001-0000", ("Maryam", "Osei"))
        register_again = value("Maryam", field=GIVEN, record=RecordId(b"more" * 4))
        write(vault, by, register_again, scope=one, compartment=IDENTITY)

        assert read(vault).similar_names(one, ALL) == ()

    @pytest.mark.rule("R22")
    def test_a_file_that_people_joined_is_no_hint_any_more_and_one_that_was_parted_is(
        self, vault, read
    ):
        by, (one, two) = author(), scopes(2)
        for scope, code in ((one, "0001-0000"), (two, "0002-0000")):
            register(vault, by, scope, code, ("Maryam", "Osei"))
        record = join(vault, by, one, "0002-0000", "0001-0000")
        assert read(vault).similar_names(one, ALL) == ()

        part(vault, by, one, record)

        (found,) = read(vault).similar_names(one, ALL)
        assert found.code == "0002-0000"
