"""A small HTTP/1.1 client with one kept-alive connection: thirty visitors must cost less than the server they measure.

Used for both pages alike. It understands what uvicorn sends: bodies with a length or in chunks.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

WAIT_S = 30.0


class Connection:
    """One visitor's connection; one request at a time. Opens itself when needed, also after the server closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of a GET."""
        return await asyncio.wait_for(self._request(_head("GET", path, self.port)), WAIT_S)

    async def post_json(self, path: str, value: Any) -> tuple[int, bytes]:
        """Status and body of a POST of JSON."""
        body = json.dumps(value).encode()
        head = _head("POST", path, self.port, "application/json", len(body))
        return await asyncio.wait_for(self._request(head + body), WAIT_S)

    async def post_packed(self, path: str, message: bytes) -> tuple[int, bytes]:
        """Status and body of a POST of a packed message."""
        head = _head("POST", path, self.port, "application/octet-stream", len(message))
        return await asyncio.wait_for(self._request(head + message), WAIT_S)

    async def stream(self, path: str) -> AsyncIterator[bytes]:
        """The lines of a GET as they arrive."""
        status, length, chunked = await asyncio.wait_for(self._open(_head("GET", path, self.port)), WAIT_S)
        if status != 200:
            await self._body(length, chunked)
            raise ConnectionError(f"{path} answered {status}")
        rest = b""
        async for chunk in self._chunks():
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                yield line

    async def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    async def _request(self, message: bytes) -> tuple[int, bytes]:
        status, length, chunked = await self._open(message)
        return status, await self._body(length, chunked)

    async def _open(self, message: bytes) -> tuple[int, int, bool]:
        """Send, and read the head of the answer: status, length of the body, whether it comes in chunks."""
        fresh = self._writer is None
        try:
            return await self._exchange(message)
        except (ConnectionError, asyncio.IncompleteReadError):
            await self.close()
            if fresh:
                raise
            return await self._exchange(message)  # the server had closed an idle connection

    async def _exchange(self, message: bytes) -> tuple[int, int, bool]:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self._reader is not None
        self._writer.write(message)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split()[1])
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
        return status, int(fields.get("content-length", 0)), "chunked" in fields.get("transfer-encoding", "")

    async def _body(self, length: int, chunked: bool) -> bytes:
        assert self._reader is not None
        if not chunked:
            return await self._reader.readexactly(length)
        return b"".join([chunk async for chunk in self._chunks()])

    async def _chunks(self) -> AsyncIterator[bytes]:
        assert self._reader is not None
        while size := int(await self._reader.readline(), 16):
            yield (await self._reader.readexactly(size + 2))[:-2]
        await self._reader.readline()


def _head(method: str, path: str, port: int, kind: str = "", length: int = 0) -> bytes:
    about = f"Content-Type: {kind}\r\nContent-Length: {length}\r\n" if kind else ""
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{about}\r\n".encode("latin-1")
