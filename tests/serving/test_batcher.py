"""The queue: turns, replacement, limits and batches, without a process or a clock."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.errors import Busy
from playground.protocol.request import Pending
from playground.serving import Item
from playground.serving.batcher import Batcher

# No time limit for an example: the machine may be busy. No database: a run leaves no files.
FUZZ = settings(deadline=None, database=None, max_examples=60)


def wait(name: str, session: str = "a", view: str = "", model: str = "m", size: int = 0) -> Pending:
    return Pending(Item(model, name, {}), session, view, 0.0, 10.0, b"x" * size)


def same(session: str = "a", view: str = "") -> Pending:
    return wait("same", session, view)


def fill(batcher: Batcher, *requests: Pending) -> None:
    for pending in requests:
        assert batcher.add(pending) is None


def names(batch: list[Pending]) -> list[str]:
    return [pending.item.operation for pending in batch]


def test_sessions_take_turns_however_long_their_lines_are() -> None:
    batcher = Batcher(queue_size=10, per_session=10)
    fill(batcher, *(wait(f"a{i}", "a") for i in range(4)), wait("b0", "b"), wait("b1", "b"), wait("c0", "c"))
    order = [names(batcher.take(lambda _: 1)) for _ in range(7)]
    assert order == [["a0"], ["b0"], ["c0"], ["a1"], ["b1"], ["a2"], ["a3"]]
    assert batcher.take(lambda _: 1) == []


def test_a_batch_has_equal_keys_only_and_respects_the_cap() -> None:
    batcher = Batcher(queue_size=20, per_session=20)
    for _ in range(5):
        fill(batcher, wait("x"), wait("y"), wait("x", model="other"))
    assert names(batcher.take(lambda _: 3)) == ["x", "x", "x"]
    assert names(batcher.take(lambda _: 3)) == ["y", "y", "y"]
    batch = batcher.take(lambda _: 8)
    assert [pending.item.model for pending in batch] == ["other"] * 5
    assert len(batcher) == 4


def test_a_batch_takes_from_every_session_before_seconds_from_one() -> None:
    batcher = Batcher(queue_size=20, per_session=20)
    fill(batcher, *(same("flood") for _ in range(8)), same("b"), same("c"))
    assert sorted(pending.session for pending in batcher.take(lambda _: 4)) == ["b", "c", "flood", "flood"]


def test_a_suspect_runs_without_batch_mates() -> None:
    batcher = Batcher(queue_size=20, per_session=20)
    requests = [same() for _ in range(3)]
    requests[0].alone = True
    fill(batcher, *requests)
    assert batcher.take(lambda _: 8) == requests[:1]
    assert batcher.take(lambda _: 8) == requests[1:]


def test_the_newest_of_a_view_takes_the_older_ones_place_in_the_line() -> None:
    batcher = Batcher(queue_size=20, per_session=20)
    first, newer = wait("old", "a", "slider"), wait("new", "a", "slider")
    fill(batcher, first, wait("b", "b"))
    assert batcher.add(newer) is first
    assert len(batcher) == 2
    assert batcher.take(lambda _: 1) == [newer]  # still its turn: moving on did not cost the place
    assert batcher.add(wait("third", "a", "slider")) is None  # a running one is not replaced


def test_views_and_sessions_do_not_replace_each_other() -> None:
    batcher = Batcher(queue_size=20, per_session=20)
    fill(batcher, same("a", "v"), same("a", "w"), same("b", "v"), same("a"), same("a"))
    assert len(batcher) == 5


def test_limits_are_refused_with_a_sentence_and_replacing_needs_no_room() -> None:
    batcher = Batcher(queue_size=3, per_session=2)
    fill(batcher, same("a", "v"), same("a"))
    with pytest.raises(Busy, match="A session may have 2 requests waiting"):
        batcher.add(same("a"))
    fill(batcher, same("b"))
    with pytest.raises(Busy, match="The queue holds 3 requests and is full"):
        batcher.add(same("c"))
    assert batcher.add(same("a", "v")) is not None
    assert len(batcher) == 3


def test_the_queue_is_bounded_in_bytes_too() -> None:
    batcher = Batcher(queue_size=9, per_session=9, queue_bytes=100)
    big = wait("big", view="v", size=80)
    fill(batcher, big)
    with pytest.raises(Busy, match="100 bytes"):
        batcher.add(wait("more", size=30))
    assert batcher.remove(big)
    assert not batcher.remove(big)
    fill(batcher, wait("more", size=90))


def test_sizes_below_one_are_refused() -> None:
    with pytest.raises(ValueError, match="got 0, 2 and"):
        Batcher(queue_size=0, per_session=2)


steps = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["", "v"]), st.sampled_from(["add", "take", "drop"]))
)


@FUZZ
@given(steps)
def test_whatever_happens_each_request_leaves_exactly_once(events: list[tuple[str, str, str]]) -> None:
    batcher = Batcher(queue_size=5, per_session=3)
    inside: list[Pending] = []
    for session, view, event in events:
        if event == "add":
            pending = same(session, view)
            try:
                older = batcher.add(pending)
            except Busy:
                continue
            inside.append(pending)
            if older is not None:
                inside.remove(older)
        elif event == "take":
            for pending in batcher.take(lambda _: 2):
                inside.remove(pending)
        elif inside:
            assert batcher.remove(inside.pop())
        assert len(batcher) == len(inside) == len(list(batcher))
        assert batcher.sessions == len({pending.session for pending in inside})
    assert sorted(map(id, batcher.clear())) == sorted(map(id, inside))
    assert batcher.take(lambda _: 2) == [] and len(batcher) == 0
