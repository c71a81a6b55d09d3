"""The engine: runs a worker class in model processes of its own. Knows neither torch nor gradio."""

from playground.protocol.request import Item
from playground.protocol.wire import pack, parse_object, unpack
from playground.serving.engine import LocalEngine
from playground.serving.supervisor import Timeouts
from playground.serving.worker import Worker

__all__ = ["Item", "LocalEngine", "Timeouts", "Worker", "pack", "parse_object", "unpack"]
