"""Samples as files a person can open, for the command line: PNG, WAV of notes, MIDI and WAV of music, samples.npz; texts as text.

Every file carries, as exports do, the request that makes it again.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from playground.formats import playback, scores, wav_files
from playground.formats.pictures import from_frames
from playground.formats.rolls import count_notes
from playground.models.base import GenerativeModel
from playground.models.decoding import decode
from playground.operations.latents import generators_of, read_latent, resolve
from playground.operations.music import grid_of
from playground.operations.notes import vocode
from playground.operations.render import render_roll
from playground.operations.replies import pack_outputs
from playground.protocol.wire import unpack
from playground.views.exports import encode_csv
from playground.views.shown import draw_shown, read_shown

MOST_FILES = 100  # further samples are in samples.npz only
NAMES = {"points": "points", "text": "texts"}  # in samples.npz
SCALE, GRID_SCALE = 4, 3  # pixels of a picture's pixel


def write_samples(
    model: GenerativeModel, model_id: str, n: int, seed: int, settings: dict[str, Any], folder: Path
) -> None:
    """Samples 0 to n - 1 of the seed: samples.npz (pictures, latents, request), grid.png, and the first 100 one by one.

    Of texts there is samples.txt, one a line, in place of pictures; of points samples.csv, and one picture of all.
    """
    latents = [read_latent(model, {"seed": seed, "index": i}) for i in range(n)]
    with torch.inference_mode():
        z = resolve(model, latents, settings)
        made = decode(model, z, settings, generators_of(latents))
    header, body = unpack(pack_outputs(model.output, made, {}))
    shown = read_shown(header, body)
    folder.mkdir(parents=True, exist_ok=True)
    made_of = np.array(shown.texts) if shown.texts else shown.frames
    arrays: dict[str, NDArray[Any]] = {NAMES.get(shown.kind, "pictures"): made_of, "latents": z.numpy()}
    arrays["request"] = np.array(json.dumps({"model": model_id, "seed": seed, "settings": settings}))
    arrays["settings"] = np.array(wav_files.to_text(_request(model_id, seed, 0, n, settings)))  # as exports have it
    np.savez_compressed(folder / "samples.npz", allow_pickle=False, **arrays)
    if shown.texts:
        (folder / "samples.txt").write_text("\n".join(shown.texts) + "\n", encoding="utf-8")
        return
    some = replace(shown, frames=shown.frames[:MOST_FILES])
    request = _request(model_id, seed, 0, len(some), settings)
    columns = max(1, round(len(some) ** 0.5))
    (folder / "grid.png").write_bytes(draw_shown(some, request, columns=columns, scale=GRID_SCALE))
    if shown.kind == "points":
        (folder / "samples.csv").write_bytes(encode_csv(shown.frames, _request(model_id, seed, 0, n, settings)))
        return
    for i in range(len(some)):
        request = _request(model_id, seed, i, 1, settings)
        picture = draw_shown(some.only(i), request, columns=1, scale=SCALE)
        files = {"png": picture, **_audible(model, some.frames[i], request)}
        for ending, content in files.items():
            (folder / f"sample-{i:03}.{ending}").write_bytes(content)


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
