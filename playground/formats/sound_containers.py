"""Sound files as players take them: tags before the sound, and WAV files whose chunks break the rules, made fit for a decoder."""

import struct

from playground.errors import BadRequest

ID3_HEADER_BYTES = 10
FLAC_PICTURE = 6
# Names that a chunk after another of odd length is known by, where the byte that should fill it up is missing.
CHUNKS = {b"fmt ", b"data", b"LIST", b"fact", b"bext", b"cue ", b"smpl", b"inst", b"JUNK", b"id3 "}


def without_tags(content: bytes) -> bytes:
    """The file behind its ID3v2 tags and their padding; BadRequest when those or a FLAC's cover fill it."""
    end = _end_of_id3(content)
    if end > len(content) or _picture_fills(content):
        raise BadRequest(
            f"The first {len(content):,} bytes of the sound file hold its cover picture and other tags, and no sound: "
            "remove them, or cut out the note and save it as a short file."
        )
    return content[end:].lstrip(b"\0") if end else content


def _end_of_id3(content: bytes) -> int:
    """Where the ID3v2 tags at the beginning end by their own account."""
    end = 0
    while content[end : end + 3] == b"ID3" and len(content) >= end + ID3_HEADER_BYTES:
        flags, *size = content[end + 5 : end + ID3_HEADER_BYTES]
        footer = ID3_HEADER_BYTES if flags & 0x10 else 0
        end += ID3_HEADER_BYTES + sum(byte << 7 * place for place, byte in enumerate(reversed(size))) + footer
    return end


def _picture_fills(content: bytes) -> bool:
    """Whether a FLAC file ends within the picture before its sound."""
    at, last = 4, content[:4] != b"fLaC"
    while not last and at + 4 <= len(content):
        kind, length = content[at] & 0x7F, int.from_bytes(content[at + 1 : at + 4], "big")
        last = bool(content[at] & 0x80)
        at += 4 + length
        if at > len(content):
            return kind == FLAC_PICTURE
    return False


def with_sound_chunks(content: bytes) -> bytes:
    """A WAV file as it is when its chunks keep the rules; else its format and samples alone, in chunks that do.

    Mended are chunks of odd length without the byte that fills them up, and samples whose length was never written (0).
    """
    at, layout, broken = 12, b"", False
    while at + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, at)
        start, end = at + 8, at + 8 + size
        if name == b"fmt ":
            layout = content[start:end]
        if name == b"data":
            if not broken and size:
                return content
            samples = content[start:end] if size else content[start:]
            body = b"WAVE" + _chunk(b"fmt ", layout) + _chunk(b"data", samples)
            return b"RIFF" + struct.pack("<I", len(body)) + body
        at = end + size % 2
        if size % 2 and content[end : end + 4] in CHUNKS:
            at, broken = end, True
    return content


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
