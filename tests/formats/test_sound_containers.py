"""Sound files as players take them: covers before the sound, WAV chunks that break the rules; and no way to crash the readers."""

import io
import struct

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.errors import BadRequest, PlaygroundError
from playground.formats.pitch import hear_pitch
from playground.formats.sound_containers import with_sound_chunks, without_tags
from playground.formats.sounds import read_file
from tests.tiny_notes import tone

RATE_HZ = 22_050
SAMPLES = (tone(64, 1.0, RATE_HZ) * 30_000).astype("<i2")
LAYOUT = struct.pack("<HHIIHH", 1, 1, RATE_HZ, 2 * RATE_HZ, 2, 16)


def chunk(name: bytes, data: bytes, *, length: int | None = None, padded: bool = True) -> bytes:
    """A chunk, whose length may be a lie, and which may lack the byte that makes it even."""
    told = len(data) if length is None else length
    return name + struct.pack("<I", told) + data + b"\0" * (padded and len(data) % 2)


def wav(*chunks: bytes, length: int | None = None) -> bytes:
    body = b"WAVE" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body) if length is None else length) + body


FORMAT, DATA, HELLO = chunk(b"fmt ", LAYOUT), chunk(b"data", SAMPLES.tobytes()), b"INFOICMT\x05\0\0\0hello"


@pytest.mark.parametrize(
    "content",
    [
        wav(FORMAT, chunk(b"LIST", HELLO, padded=False), DATA),
        wav(FORMAT, chunk(b"bext", bytes(603), padded=False), DATA),
        wav(chunk(b"JUNK", bytes(27), padded=False), FORMAT, chunk(b"abcd", b"x", padded=False), DATA),
        wav(chunk(b"fmt ", LAYOUT + bytes(3), padded=False), DATA),
        wav(FORMAT, chunk(b"data", SAMPLES.tobytes(), length=0)),
        wav(FORMAT, chunk(b"data", SAMPLES.tobytes(), length=0), length=0),
        wav(FORMAT, chunk(b"data", SAMPLES.tobytes(), length=2**32 - 1), length=2**32 - 1),
        wav(FORMAT, chunk(b"data", SAMPLES.tobytes(), length=10**6)),
        wav(FORMAT, chunk(b"LIST", HELLO, padded=False), chunk(b"data", SAMPLES.tobytes(), length=0), length=0),
    ],
    ids=["list", "bext", "two", "fmt", "no length", "no lengths", "all ones", "too long", "both"],
)
def test_wav_files_that_break_the_rules_give_all_their_samples(content):
    with soundfile.SoundFile(io.BytesIO(with_sound_chunks(content))) as file:
        assert (file.samplerate, file.channels) == (RATE_HZ, 1)
        assert np.array_equal(file.read(dtype="int16"), SAMPLES)
    heard = hear_pitch(read_file(content).wave)
    assert heard is not None and heard == pytest.approx(64, abs=0.05)


def test_wav_files_that_keep_the_rules_stay_as_they_are():
    for content in (wav(FORMAT, DATA), wav(FORMAT, chunk(b"LIST", HELLO), DATA, chunk(b"LIST", HELLO)), wav(FORMAT)):
        assert with_sound_chunks(content) is content


def id3(length: int, *, footer: bool = False, told: int | None = None) -> bytes:
    """An ID3v2 tag whose cover picture has so many bytes, some of which look like the beginning of a sound."""
    told = length if told is None else told
    size = bytes(told >> 7 * place & 0x7F for place in (3, 2, 1, 0))
    cover = (b"\xff\xd8\xff\xfb\x90\xc4ID3fLaC" * (length // 12 + 1))[:length]
    return b"ID3\x04\0" + bytes([0x10 * footer]) + size + cover + b"3DI\x04\0\x10" * footer + size * footer


def mp3() -> bytes:
    file = io.BytesIO()
    soundfile.write(file, tone(64, 1.5, RATE_HZ), RATE_HZ, format="MP3")
    return file.getvalue()


@pytest.mark.parametrize(
    "before",
    [id3(1000), id3(3_900_000), id3(500, footer=True), id3(40) + id3(3000), id3(100) + bytes(2048)],
    ids=["small", "cover of 3.9 MB", "footer", "two tags", "padding"],
)
def test_the_sound_behind_tags_is_read(before):
    sound = mp3()
    assert without_tags(before + sound) == sound
    heard = hear_pitch(read_file(before + sound).wave)
    assert heard is not None and heard == pytest.approx(64, abs=0.05)


def flac_with_cover(length: int) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, tone(64, 1.0, RATE_HZ), RATE_HZ, format="FLAC")
    content = file.getvalue()
    info = content[8:42]
    return b"fLaC\0" + struct.pack(">I", 34)[1:] + info + b"\x86" + struct.pack(">I", length)[1:] + bytes(length)


@pytest.mark.parametrize(
    "content",
    [id3(5_000_000)[:4_000_000], (id3(100) + id3(9000) + mp3())[:8000], flac_with_cover(4_500_000)[:4_000_000]],
    ids=["mp3", "two tags", "flac"],
)
def test_a_cover_that_fills_what_was_sent_is_told(content):
    message = f"The first {len(content):,} bytes of the sound file hold its cover picture and other tags, and no sound: remove"
    with pytest.raises(BadRequest, match=message) as refusal:
        read_file(content)
    assert str(refusal.value).endswith("cut out the note and save it as a short file.")


pieces = st.one_of(
    st.binary(max_size=30),
    st.sampled_from(
        [b"RIFF", b"WAVE", b"fLaC", b"ID3\x03\0\0", FORMAT, DATA[:400], b"data\0\0\0\0", b"\xff\xfb\x90\xc4"]
    ),
    st.builds(
        chunk, st.sampled_from([b"fmt ", b"data", b"LIST"]), st.binary(max_size=20), length=st.integers(0, 2**32 - 1)
    ),
    st.builds(id3, st.integers(0, 40), told=st.integers(0, 2**28 - 1)),
)


@settings(max_examples=300, deadline=None)
@given(st.booleans(), st.lists(pieces, max_size=6))
def test_any_bytes_end_in_a_sound_or_one_sentence(is_wav, parts):
    content = (b"RIFF\0\0\0\0WAVE" if is_wav else b"") + b"".join(parts)
    try:
        assert read_file(content).wave.shape == (16000,)
    except PlaygroundError as error:
        assert str(error).endswith(".") and "\n" not in str(error)
