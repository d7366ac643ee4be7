"""Laptops whose owners release tables, in the year after, for the tests of the ledger."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.e2e.laptops import Laptop

from nrm_desktop.app.counting import Counting
from nrm_desktop.app.releasing import ReleaseAsked, read_ledger, release_tables

A_YEAR = 366 * 86_400_000
TABLE = "persons_by_citizenship"


class LaterClock:
    """The clock of the laptop, a year on."""

    def __init__(self, clock) -> None:
        self._clock = clock

    def now_ms(self) -> int:
        return self._clock.now_ms() + A_YEAR


def parts(laptop: Laptop) -> Counting:
    """A co-ordinator on this laptop, in the year after."""
    vault = laptop.vault
    context = replace(vault.context, clock=LaterClock(vault.context.clock))
    return Counting(vault.reader, vault.work, context, vault.sight)


def release(laptop: Laptop, *tables: str):
    year = laptop.vault.context.today()[:4]
    return release_tables(parts(laptop), ReleaseAsked(tables, year, year))


def ledger(laptop: Laptop):
    return laptop.vault.work.run(lambda uow: read_ledger(uow, laptop.vault.context)).rows


def exchange(ana: Laptop, boris: Laptop, stick: Path) -> None:
    for laptop in (ana, boris, ana):
        laptop.sync(stick)
