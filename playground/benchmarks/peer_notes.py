"""The peer of the notes benchmark, the page a user would write otherwise: `gr.Slider.input` -> decode and vocoder -> `gr.Audio`.

The same checkpoint through the same model and vocoder code, in the page's own process; settings as in peer.py. The sound plays
as soon as it has arrived.

    python -m playground.benchmarks.peer_notes --port 7861
"""

from typing import Any

import gradio as gr
import numpy as np
import torch

from playground.benchmarks.peer import serve, slider_page
from playground.formats.spectrogram import LOWEST_PITCH, RATE_HZ
from playground.models.decoding import decode_labels
from playground.operations.latents import read_latent, resolve
from playground.operations.notes import vocode
from playground.protocol.fields import settings_of

MODEL = "audio/notes-vae"
PITCH = 60


def build_peer(model: Any) -> gr.Blocks:
    """A slider page of one player."""
    settings = settings_of(model, {})

    def play(seed: float, direction: float, amount: float) -> tuple[int, np.ndarray]:
        latent = read_latent(model, {"seed": int(seed), "offsets": {str(int(direction)): amount}})
        pitches = torch.tensor([PITCH])
        with torch.inference_mode():
            wave = vocode(decode_labels(model, resolve(model, [latent], settings), pitches - LOWEST_PITCH), pitches)[0]
        return RATE_HZ, (wave.numpy() * 32767).astype(np.int16)

    with slider_page(play, lambda: gr.Audio(label="Sound", autoplay=True)) as (page, _, _):
        return page


if __name__ == "__main__":
    serve(MODEL, build_peer)
