"""The page's scripts and styles, served from one folder under an address that changes with their content.

/playground/static/v-<hash>/core/dom.js may be kept by browsers for ever; without the hash they ask each time.
"""

import hashlib
import json
import mimetypes
from html import escape
from pathlib import Path

from starlette.responses import Response

FOLDER = Path(__file__).parent / "static"
KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
YEAR_S = 365 * 24 * 3600


class StaticFiles:
    """Every file of a folder, known at start: no path from outside ever reaches the file system."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix in KINDS)
        self.names = [path.relative_to(folder).as_posix() for path in paths]
        contents = [path.read_bytes() for path in paths]
        digest = hashlib.blake2b(digest_size=8)
        for name, content in zip(self.names, contents, strict=True):
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        self.version = f"v-{digest.hexdigest()}"
        self._contents = dict(zip(self.names, contents, strict=True))

    def answer(self, path: str, known_tag: str = "") -> Response:
        """The file at `path`, with or without a version; 304 when the browser has it, 404 when there is none."""
        version, _, rest = path.partition("/")
        versioned = version.startswith("v-")
        name = rest if versioned else path
        headers = {"X-Content-Type-Options": "nosniff"}
        if name not in self._contents:
            text = json.dumps({"error": "The page has no such file; reload the page."})
            return Response(text, status_code=404, media_type="application/json", headers=headers)
        tag = f'"{self.version}"'
        current = version == self.version
        headers |= {"ETag": tag, "Cache-Control": f"public, max-age={YEAR_S}, immutable" if current else "no-cache"}
        if known_tag == tag:
            return Response(status_code=304, headers=headers)
        kind = KINDS.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Response(self._contents[name], media_type=kind, headers=headers)

    def head(self) -> str:
        """What the page's head needs: every style sheet, every module loaded ahead, and the one that starts."""
        base = f"playground/static/{self.version}/"  # relative: works behind a path prefix
        styles = [name for name in self.names if name.endswith(".css")]
        styles.sort(key=_style_order)
        modules = [name for name in self.names if name.endswith(".js")]
        lines = [f'<link rel="stylesheet" href="{escape(base + name)}">' for name in styles]
        lines += [f'<link rel="modulepreload" href="{escape(base + name)}">' for name in modules]
        lines.append(f'<script type="module" src="{escape(base)}main.js"></script>')
        return "\n".join(lines)


def _style_order(name: str) -> tuple[int, str]:
    """The page's own sheet first, then the shared panels', then those of the modalities, which may overrule both."""
    return (0 if "/" not in name else 1 if name.startswith("panels/") else 2), name
