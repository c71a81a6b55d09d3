"""The Text tab: writing, chatting, and latents of names and sentences. A panel is a script under static/text/, see main.js."""

from starlette.routing import Route

from playground.ui.mounts import Panel
from playground.ui.service import Service

NAME = "text"
TITLE = "Text"
PANELS: tuple[Panel, ...] = (
    ("write", "Write"),
    ("chat", "Chat"),
    ("steer", "Steer"),
    ("explore", "Explore"),
    ("interpolate", "Interpolate"),
    ("compare", "Compare"),
    ("invert", "Invert"),
)


def routes(service: Service) -> list[Route]:
    """None beside those that all tabs share."""
    return []
