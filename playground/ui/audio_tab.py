"""The Audio tab: single notes and music. A panel is a script of the same name under static/audio/, see main.js."""

from starlette.routing import Route

from playground.ui.mounts import Panel
from playground.ui.service import Service

NAME = "audio"
TITLE = "Audio"
PANELS: tuple[Panel, ...] = (
    ("explore", "Explore"),
    ("interpolate", "Interpolate"),
    ("compare", "Compare"),
    ("invert", "Invert"),
)


def routes(service: Service) -> list[Route]:
    """None beside those that all tabs share."""
    return []
