"""The page's entry: start the engine, build the page, serve until told to stop."""

import logging
import os
import signal
import sys
import threading
import time
from types import FrameType

from playground.checkpoint import served_root
from playground.errors import BadRequest
from playground.serving import LocalEngine, Timeouts
from playground.ui.engine_thread import EngineThread

WORKER = "playground.operations.worker:Worker"
STANDBY_AFTER_S = (
    10.0  # then a second model process is made ready, which takes over within milliseconds when the first dies
)
GRACE_S = 5.0  # for requests that are open when the page is told to stop


def main() -> int:
    """Serve on GRADIO_SERVER_NAME:GRADIO_SERVER_PORT until SIGINT or SIGTERM, then leave no process behind.

    Returns the exit status: 2 after one line on standard error when the port is taken or not a number.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    try:
        port = read_port(os.environ.get("GRADIO_SERVER_PORT", "7860"))
    except BadRequest as error:
        print(f"The playground cannot start: {error}", file=sys.stderr)
        return 2
    root = str(served_root())
    timeouts = Timeouts(standby_after_s=STANDBY_AFTER_S)
    engine = EngineThread(LocalEngine(WORKER, options={"root": root}, timeouts=timeouts))
    engine.start()
    try:
        # Imported only now: the model process imports torch meanwhile.
        from playground.ui.page import build_page, launch_settings
        from playground.ui.service import Service

        service = Service(engine)
        page = build_page(service)
        page.launch(server_port=port, prevent_thread_lock=True, **launch_settings(service))
        print(f"The playground runs on {page.local_url}", flush=True)
        threading.Event().wait()
    except (OSError, BadRequest) as error:  # the port is taken, or a setting of the environment is wrong
        print(f"The playground cannot start: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        pass  # raised by stop()
    finally:
        engine.close(GRACE_S)  # answers what is open
    time.sleep(0.2)  # for the web server to write the last answers; its threads end with this process
    return 0


def read_port(text: str) -> int:
    """A port number; BadRequest when it is none. Gradio reads the same variable when imported, and fails less clearly."""
    if not text.isdigit() or not 0 < int(text[:9]) < 65536:
        raise BadRequest(f"GRADIO_SERVER_PORT must be a port from 1 to 65535, got {text[:40]!r}; set it to a free one.")
    return int(text)


def stop(number: int, frame: FrameType | None) -> None:
    """End the main thread wherever it is, also while it still imports; a second signal must not disturb the ending."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    status = main()
    logging.shutdown()
    sys.stdout.flush()
    os._exit(status)  # taking gradio's modules apart would last seconds, and nothing of them is worth it
