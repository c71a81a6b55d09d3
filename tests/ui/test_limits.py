"""Rates and shapes that requests may have."""

import pytest

from playground.errors import BadRequest, Busy
from playground.ui.limits import DEEPEST, TokenBuckets, check_name, check_plain, read_count, read_rate


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_a_bucket_allows_a_burst_then_its_rate():
    clock = Clock()
    buckets = TokenBuckets(rate_per_s=2, burst=3, clock=clock)
    for _ in range(3):
        buckets.take("a")
    with pytest.raises(Busy, match="At most 2 requests a second"):
        buckets.take("a")
    buckets.take("b")
    clock.now_s = 0.5
    buckets.take("a")
    with pytest.raises(Busy):
        buckets.take("a")


def test_refused_requests_do_not_push_the_next_one_away():
    clock = Clock()
    buckets = TokenBuckets(rate_per_s=1, burst=1, clock=clock)
    buckets.take("a")
    for _ in range(100):
        with pytest.raises(Busy):
            buckets.take("a")
    clock.now_s = 1.0
    buckets.take("a")


def test_remembered_names_are_bounded():
    buckets = TokenBuckets(rate_per_s=1, burst=1, names=10)
    for i in range(1000):
        buckets.take(str(i))
    assert len(buckets._levels) == 10


def test_plain_values_may_be_nested_so_deep_and_no_deeper():
    value: object = 1
    for _ in range(DEEPEST):
        value = [value]
    check_plain(value)
    with pytest.raises(BadRequest, match="nested 12 deep"):
        check_plain([value])


def test_whole_numbers_beyond_a_browsers_are_refused():
    check_plain({"a": [2**53, -(2**53), 1e300]})
    with pytest.raises(BadRequest, match="2\\^53"):
        check_plain({"a": [{"b": 2**53 + 1}]})


def test_names_are_short_texts():
    assert check_name("image/digits-vae", "model") == "image/digits-vae"
    with pytest.raises(BadRequest, match="'model' must be a text of at most 100 characters, got list"):
        check_name([], "model")


def test_a_rate_is_a_setting_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_rate("PLAYGROUND_SESSION_RATE", 40) == 40
    monkeypatch.setenv("PLAYGROUND_SESSION_RATE", "7.5")
    assert read_rate("PLAYGROUND_SESSION_RATE", 40) == 7.5


@pytest.mark.parametrize("text", ["fast", "0", "-1", "inf", "nan"])
def test_a_rate_that_is_none_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PLAYGROUND_SESSION_RATE", text)
    with pytest.raises(BadRequest, match=f"PLAYGROUND_SESSION_RATE must be a positive number.*got '{text}'"):
        read_rate("PLAYGROUND_SESSION_RATE", 40)


def test_a_count_of_the_environment_is_a_whole_number_from_1(monkeypatch):
    assert read_count("PLAYGROUND_JOBS", 64) == 64
    monkeypatch.setenv("PLAYGROUND_JOBS", "3")
    assert read_count("PLAYGROUND_JOBS", 64) == 3
    for text in ("0", "-1", "1.5", "many", "9" * 5000):
        monkeypatch.setenv("PLAYGROUND_JOBS", text)
        with pytest.raises(BadRequest, match="PLAYGROUND_JOBS must be a whole number from 1, got"):
            read_count("PLAYGROUND_JOBS", 64)
