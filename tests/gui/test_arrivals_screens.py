"""Files from outside in every look: everything that the page can say is read, heard and reached."""

from dataclasses import replace

from tests.gui.test_screens import (  # noqa: F401 - fixtures are found by their names here
    folder,
    keys,
    look_at,
    page,
    program,
    work,
)
from tests.gui.test_talk_screens import take_picture
from tests.gui.window import shown_words
from tests.unit.ui.presenters.test_arrivals_page import (
    ALL,
    ARRIVED,
    BROKEN,
    CARD,
    FILED,
    NOTICE,
    OPENED,
    PACK,
    RECEIPT,
    REFERRAL,
    REPLIED,
)

from nrm_desktop.domain.errors import Refused
from nrm_desktop.ui.presenters.places import PlaceId


def test_files_from_outside_can_be_read_heard_and_reached(program, work, keys, look_at, tmp_path):  # noqa: F811 - fixtures
    say = program.kit.say
    work.main.open(PlaceId.ARRIVALS)
    keys.wait(lambda: say("Files from outside") in shown_words(program.window))
    look_at("no folder yet")
    work.main.page.look(str(tmp_path / "nowhere"))
    keys.wait(page(program)._banners.count)
    look_at("a folder that is not there")

    work.main.page._looked(ALL)
    look_at("everything that may lie there")
    take_picture(program, "arrivals")
    page(program).show_busy(say("Taking it in … please leave the stick in."))
    look_at("taking in")

    again = replace(OPENED, is_expired=True, is_duplicate=True, code="N-8")
    taken = replace(PACK.arrival, taken=True, missing=3)
    unknown = Refused("policy.notice_unknown", referral="r-3")
    work.main.page._taken(
        (
            replace(REFERRAL, came=(OPENED, again)),
            replace(RECEIPT, came=(FILED, REPLIED)),
            replace(CARD, arrival=replace(CARD.arrival, file="z.nrmcard"), came=(ARRIVED,)),
            replace(NOTICE, fault=unknown),
            replace(PACK, arrival=taken),
            CARD,
            BROKEN,
        )
    )
    look_at("everything that may come of it")
    take_picture(program, "arrivals-taken")
