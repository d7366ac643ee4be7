"""Lines of a pack file by name: good enough for a person who mends it."""

from nrm_desktop.domain.forms.lines import index_lines

TEXT = """[form]
id = "a"

[[field]]
id = "a.first"
type = "one"
visible_when = { field = "a.second", equals = true }

[[field]]
id = "a.second"
type = "group"
  [[field.field]]
  id = "inner"
  type = "text"

[[change]]
field = "a.first"
purposes = ["x"]
"""
INDEX = index_lines(TEXT)


def line(*names: str, key: str = "") -> str:
    return TEXT.splitlines()[INDEX.line_of(names, key) - 1].strip()


def test_a_block_is_found_by_its_id():
    assert line("a.second") == 'id = "a.second"'


def test_a_key_is_found_in_its_own_block():
    assert line("a.first", key="type") == 'type = "one"'
    assert line("a.second", "inner", key="type") == 'type = "text"'
    assert line("a.first", key="purposes") == 'id = "a.first"'


def test_a_name_inside_a_condition_is_found_in_its_block():
    assert line("a.first", key="a.second").startswith("visible_when")


def test_without_a_block_the_first_key_of_the_file_is_found():
    assert line(key="type") == 'type = "one"'
    assert line(key="change") == "[[change]]"


def test_what_is_not_there_leads_to_the_nearest_place_that_is():
    assert INDEX.line_of(("nothing",), "at_all") == 1
    assert line("a.second", "nothing") == 'id = "a.second"'
