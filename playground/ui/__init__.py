"""The page: mount points drawn by plain JavaScript, plain routes for what must be quick, named endpoints for programs.

service.py        what every route and endpoint asks: limits, shared replies, deadlines, then the engine
cache.py          byte-bounded replies shared by all visitors; equal questions in flight are asked once
limits.py         sizes, depths and rates that a request may have
engine_thread.py  the engine's own event loop, running before gradio is even imported
routes.py         plain routes: models, run, health, static files
static_files.py   the page's scripts and styles, with a version in their address
export_routes.py  what a request makes, as a file
jobs.py           long work as streams of events; served_jobs.py which jobs there are, places.py how many run at once
endpoints.py      every operation and job as a named endpoint for gradio_client; endpoints_audio.py those of what can be heard,
                  endpoints_text.py those of texts, endpoints_compare.py the comparison
mounts.py         the pieces of HTML that the scripts fill
page.py           the page, put together: its tabs and panels, and the settings it is launched with
"""
