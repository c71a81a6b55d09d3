"""What a worker class must offer: the contract between the engine and the code that runs models.

The engine names the class as "module:Class", and only the child process imports it. It is plain Python that knows
nothing of the engine, so another engine can run the same class. It is used from one thread, the child's main thread.
"""

from typing import Any, Protocol

from playground.protocol.request import Item


class Worker(Protocol):
    """One device's models, in a process of their own."""

    def __init__(self, device: str, **options: Any) -> None:
        """Load what is needed on one device ("cpu", "cuda:0", ...). An exception here is a failed start."""

    @staticmethod
    def devices() -> list[str]:
        """The devices worth a worker each, best first. Optional: without it there is one worker, on "cpu"."""
        ...

    def run(self, items: list[Item]) -> list[bytes | Exception]:
        """Answer items of one (model, operation): for each a packed message, or its own error."""
        ...

    def batch_cap(self, item: Item) -> int:
        """How many items with this model and operation may share one run; nothing else may matter.

        Every reply carries the cap back, so the engine asks nothing beforehand: the first batch of a kind has one item.
        """
        ...

    def health(self) -> dict[str, Any]:
        """Prove by one tiny forward pass that the device works, or raise. Called before ready and when idle."""
        ...
