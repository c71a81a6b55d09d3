"""Samples as files a person can open, for the command line: PNG, WAV of notes, MIDI and WAV of music, samples.npz; texts as text.

Every file carries, as exports do, the request that makes it again.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from playground.formats import playback, scores, wav_files
from playground.formats.letters import texts_of
from playground.formats.pictures import from_frames
from playground.formats.rolls import count_notes
from playground.models.base import GenerativeModel
from playground.models.decoding import decode
from playground.operations.latents import generators_of, read_latent, resolve
from playground.operations.music import grid_of
from playground.operations.notes import vocode
from playground.operations.render import render_roll
from playground.views import exports, sprites

MOST_FILES = 100  # further samples are in samples.npz only
SCALE, GRID_SCALE = 4, 3  # pixels of a picture's pixel


def write_samples(
    model: GenerativeModel, model_id: str, n: int, seed: int, settings: dict[str, Any], folder: Path
) -> None:
    """Samples 0 to n - 1 of the seed: samples.npz (pictures, latents, request), grid.png, and the first 100 one by one.

    Of texts there is samples.txt, one a line, in place of pictures.
    """
    latents = [read_latent(model, {"seed": seed, "index": i}) for i in range(n)]
    with torch.inference_mode():
        z = resolve(model, latents, settings)
        output = decode(model, z, settings, generators_of(latents))
    pictures = (output[:, 0] * 255).round().to(torch.uint8).numpy()
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {"pictures": pictures, "latents": z.numpy()}
    arrays["request"] = np.array(json.dumps({"model": model_id, "seed": seed, "settings": settings}))
    arrays["settings"] = np.array(wav_files.to_text(_request(model_id, seed, 0, n, settings)))  # as exports have it
    np.savez_compressed(folder / "samples.npz", allow_pickle=False, **arrays)
    if model.output.kind == "text":
        (folder / "samples.txt").write_text("\n".join(texts_of(output)) + "\n", encoding="utf-8")
        return
    shown, look = pictures[:MOST_FILES], model.output.kind
    sheet = sprites.draw_grid(shown, columns=max(1, round(len(shown) ** 0.5)), gap_value=0)
    made = _request(model_id, seed, 0, len(shown), settings)
    (folder / "grid.png").write_bytes(exports.encode_png(sheet, made, scale=GRID_SCALE, kind=look))
    for i, picture in enumerate(shown):
        made = _request(model_id, seed, i, 1, settings)
        files = {"png": exports.encode_png(picture, made, scale=SCALE, kind=look), **_audible(model, picture, made)}
        for kind, content in files.items():
            (folder / f"sample-{i:03}.{kind}").write_bytes(content)


def _request(model_id: str, seed: int, start: int, count: int, settings: dict[str, Any]) -> dict[str, Any]:
    request = {"seed": seed, "start": start, "count": count, "settings": settings}
    return {"model": model_id, "operation": "sample", "request": request}


def _audible(model: GenerativeModel, picture: NDArray[np.uint8], made: dict[str, Any]) -> dict[str, bytes]:
    """The files of what can be heard of a picture (H, W); nothing of a digit, no sound of a silent roll."""
    if model.output.kind == "sound":
        pitches = torch.tensor([made["request"]["settings"]["pitch"]])
        with torch.inference_mode():
            wave = vocode(from_frames(picture.tobytes(), 1, *picture.shape), pitches).numpy()
        return {"wav": _wav(playback.join_notes([*wave]), made)}
    if model.output.kind != "roll":
        return {}
    grid, tempo = grid_of(model), playback.TEMPO_BPM
    made = made | {"tempo_bpm": tempo}
    midi = scores.write_roll(picture, grid.highest, grid.steps_a_quarter, tempo, wav_files.to_text(made))
    return {"mid": midi, **({"wav": _wav(render_roll(picture, grid)[0], made)} if count_notes(picture) else {})}


def _wav(sound: playback.Sound, made: dict[str, Any]) -> bytes:
    return wav_files.encode_wav(playback.to_samples(sound), playback.RATE_HZ, made)
