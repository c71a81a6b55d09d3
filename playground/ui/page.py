"""The page, put together: one mount point per panel, the named endpoints, and the settings it is launched with."""

import os
from typing import Any

# Read by gradio when it is imported: without them it builds a data frame after every queued event.
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000000")
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "200")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr  # noqa: E402

from playground.serving import Item  # noqa: E402
from playground.ui import jobs, mounts  # noqa: E402
from playground.ui.endpoints import add_endpoints  # noqa: E402
from playground.ui.export_routes import export_routes  # noqa: E402
from playground.ui.routes import build_routes  # noqa: E402
from playground.ui.service import Service  # noqa: E402
from playground.ui.static_files import StaticFiles  # noqa: E402

TITLE = "Latent playground"
PANELS = ("explore", "interpolate", "compare", "invert")  # of every tab; each is a script, see main.js
TABS = {"image": PANELS, "audio": PANELS, "text": ("write", "chat", "steer", *PANELS)}
HOUR_S = 3600
SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
MONO_FONTS = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def build_page(service: Service) -> gr.Blocks:
    """The whole page. Few components: gradio copies the configuration of each for every visitor."""
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True, delete_cache=(HOUR_S, 4 * HOUR_S)) as page:
        _html(mounts.header(TABS))
        for tab, panels in TABS.items():
            for name in panels:
                _html(mounts.panel(tab, name, shown=(tab, name) == ("image", "explore")))
        add_endpoints(service)
    page.queue(max_size=64, default_concurrency_limit=8)
    return page


def launch_settings(service: Service) -> dict[str, Any]:
    """Arguments for `launch`: our routes and head, small limits, nothing that phones or renders elsewhere."""

    async def run(item: Item, session: str) -> bytes:
        service.per_session.take(session)
        return await service.ask(item, session=session)

    files = StaticFiles()
    routes = [*build_routes(service, files), *jobs.build_routes(service), *export_routes(run)]
    on_space = "SPACE_ID" in os.environ
    return {
        "server_name": os.environ.get("GRADIO_SERVER_NAME", "0.0.0.0" if on_space else "127.0.0.1"),
        "app_kwargs": {"routes": routes},
        "head": files.head(),
        "theme": gr.themes.Base(font=SYSTEM_FONTS, font_mono=MONO_FONTS),
        "footer_links": ["api"],
        "run_history": False,
        "max_file_size": "4mb",
        "state_session_capacity": 1000,
        "ssr_mode": False,
        "show_error": False,
        "enable_monitoring": False,
        "mcp_server": False,
        "quiet": True,
        # Skips only gradio's own look at its page, which gives up after 3 s: too soon on a busy machine.
        "_frontend": False,
    }


def _html(value: str) -> gr.HTML:
    return gr.HTML(value, js_on_load=None, apply_default_css=False, padding=False)
