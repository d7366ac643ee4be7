"""A desk that answers at once, or when it is told to; time passes when it is told to."""

from collections.abc import Callable
from functools import cache

from tests.fakes.clock import FakeClock

from nrm_desktop.app.context import Context
from nrm_desktop.app.sight import Sight
from nrm_desktop.domain.errors import NrmError
from nrm_desktop.domain.ids import ScopeId, SignerId, UserId
from nrm_desktop.domain.scopes import Compartment
from nrm_desktop.error_texts import ErrorTexts
from nrm_desktop.paths import resource_root
from nrm_desktop.storage.form_packs import FormPacks
from nrm_desktop.texts import load_translator
from nrm_desktop.ui.presenters.choice import Choice

ROLES = ("coordinator", "case_manager")
SCOPE = ScopeId(b"s" * 16)
USER = UserId(b"u" * 16)


@cache
def base_forms():
    """The forms of the base pack, read once."""
    return FormPacks(resource_root() / "packs").load(()).forms


class PlainDates:
    """Dates as numbers, so that tests need no locale."""

    months = tuple((f"m{number}",) for number in range(1, 13))

    def show(self, date) -> str:
        return date.text

    def clock(self, at_ms: int) -> str:
        return f"clock {at_ms}"

    def day(self, at_ms: int) -> str:
        return f"day {at_ms}"


class Timer:
    def __init__(self, due: float, call: Callable[[], None]) -> None:
        self.due, self.call = due, call


class FakeDesk:
    """Fulfils `Desk`.

    Shape: `answers` maps a command type to what becomes of it: a function from command to events,
    or an error; `holds` keeps commands back until `release`.
    """

    def __init__(self, reader=None, roles=ROLES) -> None:
        self.say = load_translator(resource_root() / "texts", "en")
        self.dates = PlainDates()
        self.clock = FakeClock()
        self.records = iter(bytes([number]) * 16 for number in range(1, 250))
        self.context = Context(
            forms=base_forms(),
            clock=self.clock,
            random=lambda _count: next(self.records),
            organisation=ScopeId(b"o" * 16),
            user=USER,
            badge="P-01",
            roles=roles,
            signer=SignerId(b"s" * 16),
        )
        self.reader = reader
        self.sight = Sight(frozenset(map(int, Compartment)))
        self.commands: list = []
        self.answers: dict[type, Callable | NrmError] = {}
        self.holds = False
        self._held: list[Callable[[], None]] = []
        self._timers: list[Timer] = []
        self._now = 0.0

    def languages(self) -> tuple[Choice, ...]:
        return (Choice("en", "English"), Choice("ti", "ትግርኛ"))

    def submit(self, command, done, failed) -> None:
        self.commands.append(command)
        answer = self.answers.get(type(command), lambda _: ())

        def deliver() -> None:
            if isinstance(answer, NrmError):
                failed(answer)
            else:
                done(answer(command))

        self._soon(deliver)

    def ask(self, question, done, failed) -> None:
        def deliver() -> None:
            try:
                found = question()
            except NrmError as error:
                failed(error)
            else:
                done(found)

        self._soon(deliver)

    def after(self, seconds: float, call) -> Callable[[], None]:
        timer = Timer(self._now + seconds, call)
        self._timers.append(timer)
        return lambda: self._timers.remove(timer) if timer in self._timers else None

    def explain(self, error: NrmError) -> tuple[str, str]:
        return ErrorTexts(resource_root()).explain(error)

    def pass_time(self, seconds: float) -> None:
        """Let time pass; what is due is called in order."""
        self._now += seconds
        for timer in sorted(self._timers, key=lambda one: one.due):
            if timer.due <= self._now and timer in self._timers:
                self._timers.remove(timer)
                timer.call()

    def release(self) -> None:
        """Answer what was held back, in order."""
        held, self._held = self._held, []
        for deliver in held:
            deliver()

    def sent(self, kind: type) -> list:
        return [command for command in self.commands if isinstance(command, kind)]

    def _soon(self, deliver: Callable[[], None]) -> None:
        if self.holds:
            self._held.append(deliver)
        else:
            deliver()
