"""PNG and JPEG files before they are decoded: what a decoder trips over is left out, what would hold it up is counted."""

import re
import struct
import zlib

PNG = b"\x89PNG\r\n\x1a\n"
# Of the chunks that a decoder may skip, those that change how a picture looks: transparency and orientation.
KEPT_CHUNKS = (b"tRNS", b"eXIf")
MARKER = re.compile(rb"\xff+([^\x00\xff])", re.DOTALL)
START_OF_SCAN, START_OF_IMAGE, END_OF_IMAGE = 0xDA, 0xD8, 0xD9
RESTARTS = range(0xD0, 0xD8)
FIRST_SEGMENT = 0xC0  # markers below it have no length


def needed_chunks(content: bytes) -> bytes:
    """A PNG without the chunks that its picture does not need, and without damaged ones of those that it does not depend on.

    Browsers too read a picture whose comment or date has a wrong check sum, which Pillow takes for no PNG at all. Raises
    ValueError when a chunk that the picture needs has one.
    """
    kept, at = [PNG], len(PNG)
    while at + 12 <= len(content):
        length, name = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            break
        critical = not name[0] & 0x20
        whole = zlib.crc32(content[at + 4 : end - 4]) == int.from_bytes(content[end - 4 : end], "big")
        if critical and not whole:
            raise ValueError(f"the check sum of {name!r} is wrong")
        if critical or (name in KEPT_CHUNKS and whole):
            kept.append(content[at:end])
        at = end
    return b"".join([*kept, content[at:]])


def count_scans(content: bytes, most: int) -> int:
    """How often a JPEG goes over its picture, counted up to ``most`` + 1.

    A progressive file sends the whole picture in passes, and every pass costs the decoder a walk over all pixels, however few
    bytes it has. Segments are passed over by their length; within a pass a marker is any 0xFF that no zero follows.
    """
    scans, at = 0, 0
    while scans <= most and (found := MARKER.search(content, at)):
        kind, at = found[1][0], found.end()
        if kind == END_OF_IMAGE:
            break
        scans += kind == START_OF_SCAN
        if kind >= FIRST_SEGMENT and kind not in RESTARTS and kind != START_OF_IMAGE:
            at += int.from_bytes(content[at : at + 2], "big")
    return scans
