"""Every look of the screens about people, invitations and papers: read, heard, reached."""

from tests.gui.test_screens import (  # noqa: F401 - fixtures are found by their names here
    folder,
    keys,
    look_at,
    page,
    program,
    work,
)
from tests.gui.window import shown_words

from nrm_desktop.ui.presenters.places import PlaceId
from nrm_desktop.ui.views.papers import PapersCard


def test_papers_that_have_ended_can_be_read_heard_and_reached(program, work, keys, look_at):  # noqa: F811 - fixtures
    say = program.kit.say
    work.main.open(PlaceId.SAFETY)
    keys.wait(lambda: not work.care.is_at_work)
    keys.wait(lambda: say("Set up the way back now") in shown_words(program.window))
    card = PapersCard(program.kit, page(program))
    ended = say(
        "The papers of your office have ended. Work here goes on. To exchange and to send"
        " referrals, confirm once a day; it is written down."
    )
    card.show_question(ended)
    look_at("papers have ended")
    card.show_answer(say("Sharing goes on for today."))
    look_at("sharing goes on")


def test_the_people_of_a_laptop_can_be_read_heard_and_reached(program, work, keys, look_at):  # noqa: F811 - fixtures
    say = program.kit.say
    work.main.open(PlaceId.PEOPLE)
    keys.wait(lambda: "P-01" in shown_words(program.window))
    keys.wait(lambda: say("Invite a person") in shown_words(program.window))
    look_at("people")
    cards = work.main.page.beside.view
    cards.show_own((say("If the office asks, read out: {digits}", digits="1234 5678 9012"),))
    words = say("{badge} hears of it with the next exchange of both.", badge="P-09")
    cards.show_claims(((words, "aa"),), must_compare=True)
    cards.show_made(("1234 5678 9012 3456 7890 1234", say("The file: {file}", file="i-abcd.nrmi")))
    look_at("somebody opened an invitation, and another is written")
    page(program).show_people((("P-01, “blue kite”", ""), ("P-02, “red lamp”", "P-02")))
    work.main.page.ask_removal("P-02")
    page(program).show_busy(say("Adding … this takes a few seconds."))
    look_at("somebody is to be removed")
    more = say(
        "Remove {badge}, and with {badge} also: {slots}? Whoever used these cannot unlock by them"
        " any more.",
        badge="P-02",
        slots="recovery 3f2a, red lamp",
    )
    page(program).ask_removal("P-02", more)
    look_at("more goes with somebody")
    page(program).show_over((say("Tell the office: other laptops do not know yet."),))
    look_at("somebody was removed")
