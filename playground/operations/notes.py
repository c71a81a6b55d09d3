"""Notes made audible: ``sound`` (latents at pitches), ``listen`` (any spectrogram), and an uploaded sound as a target.

Spectrograms become sound by the vocoder a few at a time: on one thread a larger batch is no faster, and its memory is slower.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.errors import BadRequest, PlaygroundError
from playground.formats.pictures import from_frames, to_frames
from playground.formats.pitch import hear_pitch
from playground.formats.sounds import Sound, from_pcm, read_file, read_recording, to_pcm
from playground.formats.spectrogram import (
    BANDS,
    FLOOR_DB,
    FRAMES,
    HIGHEST_PITCH,
    LOWEST_PITCH,
    RATE_HZ,
    SAMPLES,
    TOP_DB,
    mel_power,
    picture_of,
    power_of_picture,
)
from playground.formats.vocoder import sound_of
from playground.metrics.spectral import log_mel_error_db, spectral_convergence
from playground.models.base import DecodesLabels, GenerativeModel, Refines
from playground.models.decoding import decode_labels
from playground.nets.audio import NOTE_OUTPUT
from playground.operations.generate import require_affordable
from playground.operations.latents import read_latent, resolve
from playground.operations.replies import pack_outputs
from playground.operations.targets import Target
from playground.protocol import fields
from playground.protocol.output import OutputSpec
from playground.protocol.request import Item
from playground.protocol.wire import pack

MAX_NOTES = 16  # of one request
VOCODE_AT_ONCE = 4
SOUND_FACTS = {"rate": RATE_HZ, "samples": SAMPLES}


@dataclass(frozen=True)
class SoundPlan:
    """What one ``sound`` item wants: latents (n, d) at MIDI pitches (n,), and the settings they were drawn under."""

    z: Tensor
    pitches: Tensor
    settings: dict[str, Any]


def run_sound(model: GenerativeModel, items: Sequence[Item]) -> list[bytes | Exception]:
    """{"latents", "pitches", "settings"}: each latent at each pitch, as frames and as 16-bit sound. All items in one batch.

    Header {"frames", "height", "width", "channels", "count", "pitches", "rate", "samples"}, body = frames, then int16 sound.
    """
    chords: list[SoundPlan | Exception] = []
    for item in items:
        try:
            chords.append(plan_sound(model, item))
        except PlaygroundError as error:
            chords.append(error)
    wanted = [one for one in chords if isinstance(one, SoundPlan)]
    if not wanted:
        return [one for one in chords if isinstance(one, Exception)]
    pitches = torch.cat([one.pitches for one in wanted])
    # What is heard is what is shown: the same 256 levels.
    frames = to_frames(decode_labels(model, torch.cat([one.z for one in wanted]), pitches - LOWEST_PITCH))
    pictures = from_frames(frames, len(pitches), BANDS, FRAMES)
    sizes = [len(one.z) for one in wanted]
    made = zip(pictures.split(sizes), vocode(pictures, pitches).split(sizes), strict=True)
    return [one if isinstance(one, Exception) else _reply(one, *next(made)) for one in chords]


def _reply(chord: SoundPlan, pictures: Tensor, waves: Tensor) -> bytes:
    header = {"count": len(pictures), "pitches": chord.pitches.tolist(), **SOUND_FACTS}
    return pack_outputs(NOTE_OUTPUT, pictures, header, to_pcm(waves.numpy()))


def plan_sound(model: GenerativeModel, item: Item) -> SoundPlan:
    """The notes an item asks for, latent by latent; BadRequest when the model makes no notes or they are too many."""
    require_notes(model)
    request = item.request
    settings = fields.settings_of(model, request)
    latents = [read_latent(model, spec) for spec in fields.items(request, "latents", 1, MAX_NOTES)]
    pitches = [settings["pitch"]]
    if "pitches" in request:
        pitches = [read_pitch(value, "pitches") for value in fields.items(request, "pitches", 1, MAX_NOTES)]
    if len(latents) * len(pitches) > MAX_NOTES:
        raise BadRequest(
            f"A request may ask for {MAX_NOTES} notes, got {len(latents)} latents at {len(pitches)} pitches: ask in parts."
        )
    require_affordable(model, len(latents) * len(pitches), settings)
    z = resolve(model, latents, settings).repeat_interleave(len(pitches), dim=0)
    return SoundPlan(z, torch.tensor(pitches * len(latents)), settings)


def read_pitch(value: Any, name: str) -> int:
    """A MIDI number that the models play, from a request's field."""
    return fields.whole({name: value}, name, LOWEST_PITCH, HIGHEST_PITCH)


def require_notes(model: GenerativeModel) -> None:
    """BadRequest when the model does not make notes."""
    if model.output.kind != "sound" or not isinstance(model, DecodesLabels):
        raise BadRequest("This model makes no notes: choose a model of notes.")


def vocode(pictures: Tensor, pitches: Tensor) -> Tensor:
    """Sound (n, 16000) of pictures at MIDI pitches (n,): peak 0.9, soft ends."""
    parts = zip(pictures.split(VOCODE_AT_ONCE), pitches.split(VOCODE_AT_ONCE), strict=True)
    return torch.cat([sound_of(some, pitch) for some, pitch in parts])


def run_listen(item: Item) -> bytes:
    """{"pitches": [...]} and as many frames of 128 x 64 bytes: 16-bit sound of each. For spectrograms of any origin.

    Header {"count", "rate", "samples", "seconds"}, the last being how long the vocoder took.
    """
    pitches = [read_pitch(value, "pitches") for value in fields.items(item.request, "pitches", 1, MAX_NOTES)]
    pictures = from_frames(item.body, len(pitches), BANDS, FRAMES)
    started = time.perf_counter()
    waves = vocode(pictures, torch.tensor(pitches)).numpy()
    seconds = time.perf_counter() - started
    return pack({"count": len(pitches), **SOUND_FACTS, "seconds": seconds}, to_pcm(waves))


@dataclass(frozen=True)
class NoteTarget(Target):
    """An uploaded note: its picture, and the sound it was made of, (16000,) float32."""

    wave: NDArray[np.float32]

    def improve(self, model: GenerativeModel, z: Tensor) -> Tensor:
        """Some gradient steps from the guess: the encoder may never have met the instrument."""
        return model.refine(z, self.picture.to(z.device), self.settings) if isinstance(model, Refines) else z

    def report(self, picture: Tensor) -> tuple[dict[str, Any], bytes]:
        """Pitch and errors of a reconstruction (1, 1, 128, 64); both sounds as int16."""
        pitch = int(self.settings["pitch"])
        real, power = mel_power(torch.from_numpy(self.wave)[None]), power_of_picture(picture)
        header = {
            "pitch": pitch,
            "log_mel_error_db": log_mel_error_db(power, real, floor_db=FLOOR_DB, top_db=TOP_DB).item(),
            "spectral_convergence": spectral_convergence(power, real).item(),
            "mse": (picture - self.picture).square().mean().item(),
            "count": 2,
            **SOUND_FACTS,
        }
        shown = from_frames(to_frames(picture), 1, BANDS, FRAMES)
        again = vocode(shown, torch.tensor([pitch])).numpy()
        return header, to_pcm(self.wave) + to_pcm(again)


def read_note(item: Item, settings: dict[str, Any], output: OutputSpec) -> NoteTarget:
    """The note of an ``encode`` or ``invert`` request, at its own pitch instead of that of the settings.

    The body is a sound file; {"pcm": true}: int16 samples at 16 kHz; {"prepared": true}: the 16,000 samples of a former reply,
    used as they are, and whatever follows them. {"pitch": MIDI} overrides the pitch that is heard.
    """
    request, body = item.request, memoryview(item.body)
    if request.get("prepared") is True:
        if len(body) < 2 * SAMPLES:
            raise BadRequest(f"A prepared note has {SAMPLES} samples ({2 * SAMPLES} bytes), got {len(body)} bytes.")
        sound, rest = Sound(from_pcm(body[: 2 * SAMPLES]), "Used as it is."), body[2 * SAMPLES :]
    elif not len(body):
        raise BadRequest("A sound is needed: upload a WAV, FLAC, OGG or MP3 file, or record one.")
    else:
        sound, rest = (read_recording if request.get("pcm") is True else read_file)(body), memoryview(b"")
    if "pitch" in request:
        pitch, heard = read_pitch(request["pitch"], "pitch"), "Its pitch was given."
    else:
        pitch, heard = find_pitch(sound.wave, int(settings["pitch"]))
    # As it will be kept: what a visitor sees and what a search aims at are the same 256 levels, and 16 bits.
    wave = from_pcm(sound.pcm())
    picture = from_frames(to_frames(picture_of(torch.from_numpy(wave)[None])), 1, BANDS, FRAMES)
    return NoteTarget(picture, f"{sound.note} {heard}", settings | {"pitch": pitch}, rest, wave)


def find_pitch(wave: NDArray[np.float32], otherwise: int) -> tuple[int, str]:
    """The MIDI pitch of a sound, moved by octaves into the range of the models, and a sentence on it."""
    heard = hear_pitch(wave, RATE_HZ)
    if heard is None:
        return otherwise, f"No clear pitch was heard, so {otherwise} (MIDI) was taken: set it by ear."
    nearest = round(heard)
    cents = round(100 * (heard - nearest))
    tuning = f", {abs(cents)} cents {'sharp' if cents > 0 else 'flat'}" if abs(cents) >= 10 else ""
    octaves = max(0, -(-(LOWEST_PITCH - nearest) // 12)) - max(0, -(-(nearest - HIGHEST_PITCH) // 12))
    moved = f", moved {abs(octaves)} octave{'s' * (abs(octaves) > 1)} to where the models play" if octaves else ""
    return nearest + 12 * octaves, f"Pitch {nearest} (MIDI) was heard{tuning}{moved}."
