"""Restart delays, the circuit and the poison_filter, on a clock that the test moves."""

from playground.serving.circuit_breaker import CircuitBreaker
from playground.serving.poison_filter import PoisonFilter


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def die_young(circuit: CircuitBreaker, clock: Clock) -> float:
    circuit.came_up()
    clock.now_s += 1.0
    return circuit.died()


def test_fast_deaths_double_the_delay_and_the_fifth_opens_the_circuit() -> None:
    clock = Clock()
    circuit = CircuitBreaker(clock, first_delay_s=0.1, probe_s=10)
    assert [die_young(circuit, clock) for _ in range(4)] == [0.1, 0.2, 0.4, 0.8]
    assert circuit.state == "closed"
    assert die_young(circuit, clock) == 10
    assert circuit.state == "open"


def test_a_failed_start_is_a_fast_death() -> None:
    circuit = CircuitBreaker(Clock())
    for _ in range(5):
        circuit.died()
    assert circuit.is_open


def test_a_healthy_probe_closes_the_circuit_and_the_next_fast_death_opens_it_again() -> None:
    clock = Clock()
    circuit = CircuitBreaker(clock)
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
    circuit = CircuitBreaker(clock, first_delay_s=0.1)
    for _ in range(4):
        die_young(circuit, clock)
    circuit.came_up()
    clock.now_s += 10
    assert circuit.up_s == 10
    assert circuit.died() == 0.1
    assert die_young(circuit, clock) == 0.1


def test_the_delay_never_exceeds_its_limit() -> None:
    circuit = CircuitBreaker(Clock(), limit=100, longest_delay_s=5)
    assert max(circuit.died() for _ in range(50)) == 5


def test_the_second_strike_refuses_and_time_forgives() -> None:
    clock = Clock()
    poison_filter = PoisonFilter(clock, hold_s=300)
    poison_filter.strike([b"a", b"a", b"b"])
    assert poison_filter.is_suspect(b"a") and not poison_filter.is_refused(b"a")
    poison_filter.strike([b"a"])
    assert poison_filter.is_refused(b"a") and not poison_filter.is_refused(b"b")
    assert poison_filter.refused == 1
    clock.now_s += 300
    assert not poison_filter.is_suspect(b"a")
    assert poison_filter.refused == 0


def test_an_answer_clears_a_suspect() -> None:
    poison_filter = PoisonFilter(Clock())
    poison_filter.strike([b"a"])
    poison_filter.clear(b"a")
    poison_filter.strike([b"a"])
    assert not poison_filter.is_refused(b"a")


def test_the_quarantine_is_bounded_and_forgets_the_oldest() -> None:
    poison_filter = PoisonFilter(Clock(), size=3)
    poison_filter.strike([b"a", b"b", b"c"])
    poison_filter.strike([b"a"])
    poison_filter.strike([b"d"])
    assert len(poison_filter) == 3
    assert poison_filter.is_refused(b"a") and not poison_filter.is_suspect(b"b")
