"""The engine: runs a worker class in model processes of its own. Knows neither torch nor gradio.

engine.py      LocalEngine: start, submit, converse, health, close
scheduler.py   where requests are admitted, queued, handed to workers and ended
batcher.py     the bounded queue
supervisor.py  keeps a model process alive on one device and feeds it batches
process.py     the engine's end of a model process; child.py the process itself
worker.py      what a worker class must offer
circuit_breaker.py  when a dead worker is started again
poison_filter.py    which contents have killed workers
"""

from playground.protocol.request import Item
from playground.protocol.wire import pack, parse_object, unpack
from playground.serving.engine import LocalEngine
from playground.serving.supervisor import Timeouts
from playground.serving.worker import Worker

__all__ = ["Item", "LocalEngine", "Timeouts", "Worker", "pack", "parse_object", "unpack"]
