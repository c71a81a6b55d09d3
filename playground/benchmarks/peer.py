"""The peer of the benchmarks: the page a user would write otherwise, `gr.Slider.input` -> decode -> `gr.Image`.

The same checkpoint through the same model code, in the page's own process as such pages do, with gradio's own settings
but for one: `trigger_mode="always_last"`, without which the slider drops its last move. It shows what our slider moves:
one picture.

    python -m playground.benchmarks.peer --port 7861
"""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr
import numpy as np
import torch

from playground.checkpoint import find_checkpoint, load_model, served_root
from playground.formats.pictures import to_frames
from playground.models.base import GenerativeModel
from playground.models.decoding import decode_numbers
from playground.operations.latents import generators_of, read_latent, resolve
from playground.protocol.fields import settings_of

MODEL = "image/digits-vae"
API_NAME = "draw"
LIMIT = 3.0
Show = Callable[[float, float, float], Any]  # (seed, direction, amount) -> what an output shows


def build_peer(model: GenerativeModel) -> gr.Blocks:
    """A slider page of one picture."""

    def picture() -> Any:
        return gr.Image(label="Picture", image_mode="L", height=400, width=400)

    with slider_page(drawer_of(model), picture) as (page, _, _):
        return page


@contextmanager
def slider_page(show: Show, make_output: Callable[[], Any]) -> Iterator[tuple[gr.Blocks, list[Any], Any]]:
    """A page with seed and direction in number boxes, one slider along the direction, and what ``show`` makes of the three.

    Gives the page, its inputs and its output, while more can be put on it.
    """
    with gr.Blocks(title="Peer") as page:
        seed = gr.Number(7, label="Seed", precision=0)
        direction = gr.Number(0, label="Direction", precision=0)
        amount = gr.Slider(-LIMIT, LIMIT, value=0, step=0.05, label="Amount")
        inputs, output = [seed, direction, amount], make_output()
        amount.input(show, inputs, output, trigger_mode="always_last", api_name=API_NAME)
        page.load(show, inputs, output, api_visibility="private")
        yield page, inputs, output


def drawer_of(model: GenerativeModel) -> Show:
    """The picture of a seed, moved along a direction by an amount."""
    settings = settings_of(model, {})

    def draw(seed: float, direction: float, amount: float) -> np.ndarray:
        latents = [read_latent(model, {"seed": int(seed), "offsets": {str(int(direction)): amount}})]
        with torch.inference_mode():
            return picture_of(
                decode_numbers(model, resolve(model, latents, settings), settings, generators_of(latents))
            )

    return draw


def picture_of(pictures: torch.Tensor) -> np.ndarray:
    """One picture (1, 1, rows, columns) in grey."""
    return np.frombuffer(to_frames(pictures), np.uint8).reshape(pictures.shape[2:])


def serve(model_id: str, build: Callable[[Any], gr.Blocks]) -> None:
    """Serve the page of one model on the loopback, at the port of the command line."""
    parser = argparse.ArgumentParser(description="A peer page of the benchmarks.")
    parser.add_argument("--port", type=int, default=7861)
    port = parser.parse_args().port
    root = served_root()
    page = build(load_model(find_checkpoint(root, model_id)))
    # _frontend=False: else gradio gives up when its own page takes more than three seconds to answer, as under load.
    page.launch(server_name="127.0.0.1", server_port=port, quiet=True, prevent_thread_lock=True, _frontend=False)
    print(f"The peer runs on {page.local_url}", flush=True)
    page.block_thread()


if __name__ == "__main__":
    serve(MODEL, build_peer)
