"""The message format: round trips, limits, and no way to crash the reader."""

import json
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.errors import BadRequest, PlaygroundError, TooLarge
from playground.protocol.wire import MAX_HEADER_BYTES, FrameReader, frame
from playground.serving import Item, pack, unpack

# No time limit for an example: the machine may be busy. No database: a run leaves no files.
FUZZ = settings(deadline=None, database=None, max_examples=60)
finite = st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(st.none() | st.booleans() | st.integers() | finite | st.text(), lambda inner: st.lists(inner))
headers = st.dictionaries(st.text(), values, max_size=6)


@FUZZ
@given(headers, st.binary(max_size=200))
def test_any_object_and_body_survive_the_round_trip(header: dict, body: bytes) -> None:
    got_header, got_body = unpack(pack(header, body))
    assert got_header == header
    assert bytes(got_body) == body


@FUZZ
@given(st.binary(max_size=300))
def test_arbitrary_bytes_give_an_object_or_bad_request(message: bytes) -> None:
    try:
        header, _ = unpack(message)
    except BadRequest:
        return
    assert type(header) is dict


@FUZZ
@given(headers, st.binary(max_size=20), st.data())
def test_a_damaged_message_gives_an_object_or_bad_request(header: dict, body: bytes, data: st.DataObject) -> None:
    message = bytearray(pack(header, body))
    for _ in range(data.draw(st.integers(1, 4))):
        message[data.draw(st.integers(0, len(message) - 1))] = data.draw(st.integers(0, 255))
    message = message[: data.draw(st.integers(0, len(message)))]
    try:
        assert type(unpack(message)[0]) is dict
    except BadRequest:
        pass


@FUZZ
@given(st.lists(st.binary(max_size=50), max_size=5), st.data())
def test_frames_come_back_whole_however_they_are_cut(messages: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(frame(message) for message in messages)
    reader, got = FrameReader(), []
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        got += reader.feed(stream[:cut])
        stream = stream[cut:]
    assert got == messages


def make(text: str) -> bytes:
    return struct.pack("<I", len(text.encode())) + text.encode()


@pytest.mark.parametrize("text", ["NaN", '{"a": NaN}', '{"a": -Infinity}', '{"a": 1e999}', '{"a": [[1, -1e400]]}'])
def test_numbers_that_are_not_finite_are_refused(text: str) -> None:
    with pytest.raises(BadRequest, match="is not a finite number"):
        unpack(make(text))


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_are_not_finite_are_not_packed(number: float) -> None:
    with pytest.raises(BadRequest, match="finite numbers"):
        pack({"a": [number]})


@pytest.mark.parametrize(("text", "kind"), [("[1]", "list"), ("3", "int"), ("null", "NoneType"), ('"a"', "str")])
def test_a_header_must_be_an_object(text: str, kind: str) -> None:
    with pytest.raises(BadRequest, match=f"must be an object, got {kind}"):
        unpack(make(text))


def test_deep_nesting_is_refused_and_not_a_crash() -> None:
    with pytest.raises(BadRequest, match="nested too deeply"):
        unpack(make('{"a":' + "[" * 200_000))


def test_a_header_over_one_mebibyte_is_refused_both_ways() -> None:
    with pytest.raises(TooLarge, match=str(MAX_HEADER_BYTES)):
        pack({"a": "x" * MAX_HEADER_BYTES})
    with pytest.raises(TooLarge, match="this one says 1048577"):
        unpack(struct.pack("<I", MAX_HEADER_BYTES + 1) + b"{}")


def test_a_short_message_says_what_is_missing() -> None:
    with pytest.raises(BadRequest, match="starts with 4 length bytes, got 2"):
        unpack(b"ab")
    with pytest.raises(BadRequest, match="says 9 bytes, got 2"):
        unpack(struct.pack("<I", 9) + b"{}")


def test_an_endless_frame_is_refused_at_its_first_bytes() -> None:
    with pytest.raises(BadRequest, match="4294967295"):
        FrameReader().feed(b"\xff" * 8)


def test_an_item_survives_the_round_trip_and_lacks_nothing() -> None:
    item = Item("image/digits-vae", "sample", {"seed": 7, "z": [0.1, 1e-300]}, b"\x00\xff")
    assert Item.from_message(item.to_message()) == item
    for field in ("model", "operation", "request"):
        header = json.loads(json.dumps({"model": "m", "operation": "o", "request": {}}))
        del header[field]
        with pytest.raises(PlaygroundError, match=f"'{field}', got NoneType"):
            Item.from_message(pack(header))
