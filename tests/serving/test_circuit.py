"""Restart delays, the circuit and the quarantine, on a clock that the test moves."""

from playground.serving.circuit import Circuit
from playground.serving.quarantine import Quarantine


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def die_young(circuit: Circuit, clock: Clock) -> float:
    circuit.came_up()
    clock.now_s += 1.0
    return circuit.died()


def test_fast_deaths_double_the_delay_and_the_fifth_opens_the_circuit() -> None:
    clock = Clock()
    circuit = Circuit(clock, first_delay_s=0.1, probe_s=10)
    assert [die_young(circuit, clock) for _ in range(4)] == [0.1, 0.2, 0.4, 0.8]
    assert circuit.state == "closed"
    assert die_young(circuit, clock) == 10
    assert circuit.state == "open"


def test_a_failed_start_is_a_fast_death() -> None:
    circuit = Circuit(Clock())
    for _ in range(5):
        circuit.died()
    assert circuit.is_open


def test_a_healthy_probe_closes_the_circuit_and_the_next_fast_death_opens_it_again() -> None:
    clock = Clock()
    circuit = Circuit(clock)
    for _ in range(5):
        die_young(circuit, clock)
    circuit.died()  # the probe itself fails
    assert circuit.is_open
    circuit.came_up()
    assert not circuit.is_open
    clock.now_s += 1
    circuit.died()
    assert circuit.is_open


def test_a_stable_life_forgives_earlier_deaths() -> None:
    clock = Clock()
    circuit = Circuit(clock, first_delay_s=0.1)
    for _ in range(4):
        die_young(circuit, clock)
    circuit.came_up()
    clock.now_s += 10
    assert circuit.up_s == 10
    assert circuit.died() == 0.1
    assert die_young(circuit, clock) == 0.1


def test_the_delay_never_exceeds_its_limit() -> None:
    circuit = Circuit(Clock(), limit=100, longest_delay_s=5)
    assert max(circuit.died() for _ in range(50)) == 5


def test_the_second_strike_refuses_and_time_forgives() -> None:
    clock = Clock()
    quarantine = Quarantine(clock, hold_s=300)
    quarantine.strike([b"a", b"a", b"b"])
    assert quarantine.is_suspect(b"a") and not quarantine.is_refused(b"a")
    quarantine.strike([b"a"])
    assert quarantine.is_refused(b"a") and not quarantine.is_refused(b"b")
    assert quarantine.refused == 1
    clock.now_s += 300
    assert not quarantine.is_suspect(b"a")
    assert quarantine.refused == 0


def test_an_answer_clears_a_suspect() -> None:
    quarantine = Quarantine(Clock())
    quarantine.strike([b"a"])
    quarantine.clear(b"a")
    quarantine.strike([b"a"])
    assert not quarantine.is_refused(b"a")


def test_the_quarantine_is_bounded_and_forgets_the_oldest() -> None:
    quarantine = Quarantine(Clock(), size=3)
    quarantine.strike([b"a", b"b", b"c"])
    quarantine.strike([b"a"])
    quarantine.strike([b"d"])
    assert len(quarantine) == 3
    assert quarantine.is_refused(b"a") and not quarantine.is_suspect(b"b")
