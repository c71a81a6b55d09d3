"""The engine: runs a worker class in model processes of its own. Knows neither torch nor gradio."""

from playground.serving.engine import LocalEngine
from playground.serving.request import Item
from playground.serving.slot import Patience
from playground.serving.wire import pack, parse_object, unpack
from playground.serving.worker import Worker

__all__ = ["Item", "LocalEngine", "Patience", "Worker", "pack", "parse_object", "unpack"]
