"""The Image tab: its panels and their own routes. A panel is a script of the same name in static/image/, see main.js."""

from starlette.routing import Route

from playground.serving import Item
from playground.ui.export_routes import export_routes
from playground.ui.mounts import Panel
from playground.ui.service import Service

NAME = "image"
TITLE = "Image"
PANELS: tuple[Panel, ...] = (
    ("explore", "Explore"),
    ("interpolate", "Interpolate"),
    ("compare", "Compare"),
    ("invert", "Invert"),
)


def routes(service: Service) -> list[Route]:
    """Plain routes that only this tab's panels need."""

    async def run(item: Item, session: str) -> bytes:
        service.per_session.take(session)
        return await service.ask(item, session=session)

    return export_routes(run)
