"""The real worker with one fault: it hangs for ever at a request with "hang": true."""

import time
from typing import Any

from playground.operations.worker import Worker
from playground.serving import Item


class HangingWorker(Worker):
    """Everything else is answered as ever."""

    def run(self, items: list[Item]) -> Any:
        while any(item.request.get("hang") for item in items):
            time.sleep(60)
        return super().run(items)
