"""The peer of the notes benchmark, the page a user would write otherwise: `gr.Slider.input` -> decode and vocoder -> `gr.Audio`.

The same checkpoint through the same model and vocoder code, in the page's own process; settings as in peer.py. The sound plays
as soon as it has arrived.

    python -m playground.benchmarks.peer_notes --port 7861
"""

from typing import Any

import gradio as gr
import numpy as np
import torch

from playground.benchmarks.peer import API_NAME, LIMIT, serve
from playground.formats.spectrogram import LOWEST_PITCH, RATE_HZ
from playground.models.decoding import decode_labels
from playground.operations.latents import read_latent, resolve
from playground.operations.notes import vocode
from playground.protocol.fields import settings_of

MODEL = "audio/notes-vae"
PITCH = 60


def build_peer(model: Any) -> gr.Blocks:
    """Seed and direction in number boxes, one slider along the direction, one player."""
    settings = settings_of(model, {})

    def play(seed: float, direction: float, amount: float) -> tuple[int, np.ndarray]:
        latent = read_latent(model, {"seed": int(seed), "offsets": {str(int(direction)): amount}})
        pitches = torch.tensor([PITCH])
        with torch.inference_mode():
            wave = vocode(decode_labels(model, resolve(model, [latent], settings), pitches - LOWEST_PITCH), pitches)[0]
        return RATE_HZ, (wave.numpy() * 32767).astype(np.int16)

    with gr.Blocks(title="Peer") as page:
        seed = gr.Number(7, label="Seed", precision=0)
        direction = gr.Number(0, label="Direction", precision=0)
        amount = gr.Slider(-LIMIT, LIMIT, value=0, step=0.05, label="Amount")
        sound = gr.Audio(label="Sound", autoplay=True)
        inputs = [seed, direction, amount]
        amount.input(play, inputs, sound, trigger_mode="always_last", api_name=API_NAME)
        page.load(play, inputs, sound, api_visibility="private")
    return page


if __name__ == "__main__":
    serve(MODEL, build_peer)
