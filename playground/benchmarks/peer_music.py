"""The peer of the music benchmark, the page a user would write otherwise: `gr.Slider.input` -> decode -> `gr.Image` for melodies.

Chorales are composed at once behind a button, as such pages do: nothing is seen before all bars are there. The same checkpoints
through the same model code, in the page's own process; settings as in peer.py.

    python -m playground.benchmarks.peer_music --port 7861
"""

from typing import Any

import gradio as gr
import numpy as np
import torch

from playground.benchmarks.peer import API_NAME, LIMIT, serve
from playground.checkpoint import find_checkpoint, load_model, served_root
from playground.formats.pictures import to_frames
from playground.models.decoding import decode
from playground.operations.latents import generators_of, read_latent, resolve
from playground.protocol.fields import settings_of

MODEL = "audio/melodies-vae"
CHORALES = {"rbm": "audio/chorales-rbm", "transformer": "audio/chorales-transformer"}
STEPS = 64  # eight bars of eighths


def build_peer(model: Any) -> gr.Blocks:
    """Seed and direction in number boxes, one slider along the direction, one roll; a button for each model of chorales."""
    settings = settings_of(model, {})

    def draw(seed: float, direction: float, amount: float) -> np.ndarray:
        latents = [read_latent(model, {"seed": int(seed), "offsets": {str(int(direction)): amount}})]
        with torch.inference_mode():
            picture = decode(model, resolve(model, latents, settings), settings, generators_of(latents))
        return picture_of(picture)

    with gr.Blocks(title="Peer") as page:
        seed = gr.Number(7, label="Seed", precision=0)
        direction = gr.Number(0, label="Direction", precision=0)
        amount = gr.Slider(-LIMIT, LIMIT, value=0, step=0.05, label="Amount")
        roll = gr.Image(label="Roll", image_mode="L")
        inputs = [seed, direction, amount]
        amount.input(draw, inputs, roll, trigger_mode="always_last", api_name=API_NAME)
        page.load(draw, inputs, roll, api_visibility="private")
        root = served_root()
        for name, model_id in CHORALES.items():
            composer = composer_of(load_model(find_checkpoint(root, model_id)))
            gr.Button(f"Compose ({name})").click(composer, inputs, roll, api_name=name)
    return page


def composer_of(model: Any) -> Any:
    """Eight bars of a seed, all at once; takes the other inputs too."""

    def compose(seed: float, direction: float, amount: float) -> np.ndarray:
        with torch.inference_mode():
            roll = model.compose(torch.zeros(model.output.height, 0), None, STEPS, int(seed), settings_of(model, {}))
        return picture_of(roll[None, None])

    return compose


def picture_of(pictures: torch.Tensor) -> np.ndarray:
    """One roll (1, 1, rows, steps) as a grey picture."""
    return np.frombuffer(to_frames(pictures), np.uint8).reshape(pictures.shape[2:])


if __name__ == "__main__":
    serve(MODEL, build_peer)
