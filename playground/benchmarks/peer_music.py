"""The peer of the music benchmark, the page a user would write otherwise: `gr.Slider.input` -> decode -> `gr.Image` for melodies.

Chorales are composed at once behind a button, as such pages do: nothing is seen before all bars are there. The same checkpoints
through the same model code, in the page's own process; settings as in peer.py.

    python -m playground.benchmarks.peer_music --port 7861
"""

from typing import Any

import gradio as gr
import numpy as np
import torch

from playground.benchmarks.peer import drawer_of, picture_of, serve, slider_page
from playground.checkpoint import find_checkpoint, load_model, served_root
from playground.protocol.fields import settings_of

MODEL = "audio/melodies-vae"
CHORALES = {"rbm": "audio/chorales-rbm", "transformer": "audio/chorales-transformer"}
STEPS = 64  # eight bars of eighths


def build_peer(model: Any) -> gr.Blocks:
    """A slider page of one roll, with a button for each model of chorales."""
    root = served_root()
    with slider_page(drawer_of(model), lambda: gr.Image(label="Roll", image_mode="L")) as (page, inputs, roll):
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


if __name__ == "__main__":
    serve(MODEL, build_peer)
