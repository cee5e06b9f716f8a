"""Reports in any order, repeated, replayed, forked: a dead unit never turns green, one report counts once."""

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from edge_controller.registration.health import Health, sign_health
from tests.edge_controller.registration.samples import UNIT, VIN, signed
from tests.edge_controller.registry_office.office import HEALTH, OTHER_VIN, Office

HOUR_S, DAYS_7_S = 3_600, 7 * 86_400

numbers = st.tuples(st.integers(0, 2), st.integers(0, 2))


class Reports(RuleBasedStateMachine):
    """One truck. The model keeps what came first, when; it knows nothing of tables and queries."""

    @initialize()
    def open_office(self) -> None:
        self.home = tempfile.TemporaryDirectory()
        self.office = Office(Path(self.home.name))
        self.office.record(signed())
        self.came: dict[bytes, tuple[Health, int]] = {}  # in the order of first receipt

    @rule(number=numbers, vin=st.sampled_from([VIN, VIN, OTHER_VIN, None]), fork=st.booleans())
    def deliver(self, number: tuple[int, int], vin: str | None, fork: bool) -> None:
        """A report, new or seen before; a fork says something else under the same number."""
        health = replace(HEALTH, boot=number[0], seq=number[1], vin_on_can=vin)
        if fork:
            health = replace(health, previous=bytes(32))
        content = sign_health(health, UNIT)
        receipt = self.office.report(health)
        assert receipt.state == ("duplicate" if content in self.came else "new")
        self.came.setdefault(content, (health, self.office.now_s))

    @rule(hours=st.integers(1, 100))
    def wait(self, hours: int) -> None:
        self.office.now_s += hours * HOUR_S

    @invariant()
    def one_report_counts_once(self) -> None:
        assert self.office.store.counts() == (1, len(self.came))

    @invariant()
    def the_word_is_the_models(self) -> None:
        assert self.office.word() == self.expected()

    def expected(self) -> str:
        first: dict[tuple[int, int], tuple[Health, int]] = {}
        forked = False
        for health, at_s in self.came.values():
            forked |= (health.boot, health.seq) in first
            first.setdefault((health.boot, health.seq), (health, at_s))
        naming = [number for number, (health, _) in first.items() if health.vin_on_can is not None]
        health, at_s = first[max(naming)] if naming else (None, 0)
        if forked or (health is not None and health.vin_on_can != VIN):
            return "review"
        alive = health is not None and self.office.now_s - at_s <= DAYS_7_S
        return "fitted and alive" if alive else "issued, not seen alive"

    def teardown(self) -> None:
        if hasattr(self, "office"):
            self.office.store.close()
            self.home.cleanup()


TestReports = Reports.TestCase
TestReports.settings = settings(max_examples=20, stateful_step_count=20)
