"""The worker: loads checkpoints on one device, keeps a bounded number of them, and answers items of every operation.

It is the class that an engine starts in a process of its own; it knows nothing of engines.
"""

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from playground.checkpoint import (
    Checkpoint,
    find_checkpoint,
    find_checkpoints,
    load_model,
    one_sentence,
    skeleton_model,
)
from playground.datasets import compared_datasets
from playground.datasets.metric_suite import MetricSuite
from playground.errors import BadRequest, BrokenCheckpoint, PlaygroundError
from playground.models import REGISTRY
from playground.models.base import GenerativeModel
from playground.operations import (
    compare,
    generate,
    inverse,
    kinds,
    midi,
    music,
    music_score,
    notes,
    rebuild,
    render,
    steering,
    topics,
    writing,
)
from playground.operations.describe import describe, fitting
from playground.protocol.request import Item
from playground.protocol.wire import MAX_HEADER_BYTES, pack

WHOLE_BATCH = generate.PLANS  # decoded together
TOGETHER: dict[str, Callable[..., list[bytes | Exception]]] = {  # (model, items)
    "sound": notes.run_sound,
    "write": writing.run_write,
}
ONE_BY_ONE: dict[str, Callable[..., bytes]] = {  # (model, item)
    "chain": kinds.run_chain,
    "latents": generate.run_latents,
    "encode": inverse.run_encode,
    "invert": inverse.run_invert,
    "compose": music.run_compose,
    "soprano_lines": music.run_soprano_lines,
    "score": music_score.run_score,
    "read_midi": midi.run_read_midi,
    "surprise": writing.run_surprise,
    "steer_reading": steering.run_steer_reading,
    "rebuild": rebuild.run_rebuild,
    "topics": topics.run_topics,
    "read_topics": topics.run_read_topics,
}
WITH_OTHERS: dict[str, Callable[..., bytes]] = {  # (model, item, load): those that need a second model
    "render": render.run_render,
}
COMPARED: dict[str, Callable[..., bytes]] = {  # (suite, item)
    "reference": compare.run_reference,
    "nearest": compare.run_nearest,
    "measure": compare.run_measure,
}
WITHOUT_MODEL: dict[str, Callable[..., bytes]] = {  # (item)
    "listen": notes.run_listen,
}
DECODING = {*WHOLE_BATCH, "sound", "latents"}  # only for models with latents
WRITING = {"write", "surprise", "steer_reading"}  # only for language models
OF_A_MODEL = {*WHOLE_BATCH, *TOGETHER, *ONE_BY_ONE, *WITH_OTHERS, "features"}
OPERATIONS = sorted({*OF_A_MODEL, *COMPARED, *WITHOUT_MODEL, "models"})
# Items that may share a run: batching speeds up small decodes but not the vocoder, and long runs make others wait.
BATCH_CAPS = dict.fromkeys(WHOLE_BATCH, 8) | {"sound": 4, "write": 8}
NOT_GENERATIVE = {name for name, (_, family) in REGISTRY.items() if not issubclass(family, GenerativeModel)}


class Worker:
    """All shipped models on one device; least recently used ones are dropped beyond ``memory_mib`` of weights."""

    def __init__(self, device: str = "cpu", *, root: str, memory_mib: int = 1024):
        self.device = device
        if device.startswith("cuda"):  # convolutions round to ten bits there otherwise, and no answer is that of a CPU
            cudnn: Any = torch.backends.cudnn
            cudnn.conv.fp32_precision = cudnn.rnn.fp32_precision = "ieee"
        self.root = Path(root)
        self.memory_bytes = memory_mib * 2**20
        self.loaded: OrderedDict[str, tuple[Checkpoint, Any]] = OrderedDict()  # by id

    @staticmethod
    def devices() -> list[str]:
        """Every CUDA device, else the CPU."""
        return [f"cuda:{i}" for i in range(torch.cuda.device_count())] or ["cpu"]

    def run(self, items: list[Item]) -> list[bytes | Exception]:
        """Answer items of one model and operation: for each a packed message or its own error."""
        try:
            with torch.inference_mode():
                return self._run(items)
        except PlaygroundError as error:  # concerns the model or operation, so all items alike
            return [error] * len(items)

    def _run(self, items: list[Item]) -> list[bytes | Exception]:
        operation = items[0].operation
        if operation == "models":
            return [self._models()] * len(items)
        if operation in WITHOUT_MODEL:
            return [_attempt(WITHOUT_MODEL[operation], item) for item in items]
        if operation in COMPARED:
            return [_attempt(self._compare, item) for item in items]
        if operation not in OF_A_MODEL:
            raise BadRequest(f"No operation is called '{operation[:40]}': choose one of {', '.join(OPERATIONS)}.")
        model = self.generative(items[0].model)
        if operation in DECODING and "decode" not in model.capabilities:
            raise BadRequest("This model has no latents to decode: choose another model or operation.")
        if operation in WRITING and "write" not in model.capabilities:
            raise BadRequest("This model writes no text token by token: choose a language model.")
        if operation in WHOLE_BATCH:
            return generate.run_decoding(model, items, WHOLE_BATCH[operation])
        if operation in TOGETHER:
            return TOGETHER[operation](model, items)
        if operation == "features":
            return [_attempt(self._features, model, item) for item in items]
        if operation in WITH_OTHERS:
            return [_attempt(WITH_OTHERS[operation], model, item, self.generative) for item in items]
        return [_attempt(ONE_BY_ONE[operation], model, item) for item in items]

    def _compare(self, item: Item) -> bytes:
        return COMPARED[item.operation](self._suite(item), item)

    def _features(self, model: GenerativeModel, item: Item) -> bytes:
        suite = self._suite(item)
        network = self.load(suite.network_id) if suite.network_id else None
        return compare.run_features(suite, model, network, item)

    def _suite(self, item: Item) -> MetricSuite:
        """That of the request's "dataset", else of the data set that its model was trained on."""
        dataset = item.request.get("dataset")
        if dataset is None and not item.model:
            raise BadRequest("A data set is needed: name one as 'dataset', or name a model.")
        name, known = self._dataset_of(item.model) if dataset is None else dataset, compared_datasets()
        if type(name) is not str or name not in known:
            raise BadRequest(
                f"Nothing can be compared with the data set '{str(name)[:40]}': choose one of {', '.join(known)}."
            )
        return known[name].suite

    def generative(self, model_id: str) -> GenerativeModel:
        """The model of that id, which must be one that makes pictures."""
        model = self.load(model_id)
        if not isinstance(model, GenerativeModel):
            raise BadRequest(f"'{model_id}' is not a generative model: choose another.")
        return model

    def load(self, model_id: str) -> Any:
        """The model of that id, loaded at most once; raises UnknownModel or BrokenCheckpoint."""
        if model_id not in self.loaded:
            return self._load(find_checkpoint(self.root, model_id))
        self.loaded.move_to_end(model_id)
        return self.loaded[model_id][1]

    def _load(self, checkpoint: Checkpoint) -> Any:
        with torch.inference_mode(False):  # the search for latents needs gradients, which inference tensors refuse
            model = load_model(checkpoint, self.device)
        self.loaded[checkpoint.id] = (checkpoint, model)
        while len(self.loaded) > 1 and sum(_bytes(model) for _, model in self.loaded.values()) > self.memory_bytes:
            self.loaded.popitem(last=False)
        return model

    def _dataset_of(self, model_id: str) -> str:
        """What a model was trained on; the checkpoints on disk are looked through only for one that is not loaded."""
        loaded = self.loaded.get(model_id)
        return (loaded[0] if loaded else find_checkpoint(self.root, model_id)).facts["dataset"]

    def _models(self) -> bytes:
        """The card of every generative checkpoint, each loaded once, so that a broken one is known by its reason."""
        found = [one for one in find_checkpoints(self.root) if one.facts.get("family") not in NOT_GENERATIVE]
        cards = [self._card(checkpoint) for checkpoint in found]
        return pack({"models": fitting(cards, MAX_HEADER_BYTES - 64)})

    def _card(self, checkpoint: Checkpoint) -> dict:
        try:
            if checkpoint.problems:
                raise BrokenCheckpoint(checkpoint.problems[0])
            with one_sentence(checkpoint.folder):
                if checkpoint.id in self.loaded:
                    return describe(checkpoint, self.load(checkpoint.id))
                # The page's first picture waits for this: the weights of an outlined model are checked when it is first used.
                return describe(checkpoint, skeleton_model(checkpoint) or self._load(checkpoint))
        except PlaygroundError as error:
            return describe(checkpoint, None, str(error))

    def batch_cap(self, item: Item) -> int:
        """Items that may share a run."""
        return BATCH_CAPS.get(item.operation, 1)

    def health(self) -> dict[str, Any]:
        """A tiny product on the device, checked."""
        x = torch.eye(4, device=self.device)
        if float((x @ x).sum()) != 4.0:
            raise RuntimeError(f"{self.device} computes wrongly")
        return {"device": self.device, "models": list(self.loaded)}


def _attempt(run: Callable[..., bytes], *arguments: Any) -> bytes | Exception:
    try:
        return run(*arguments)
    except PlaygroundError as error:
        return error


def _bytes(model: torch.nn.Module) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in model.state_dict().values())
