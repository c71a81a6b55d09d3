"""Tiny untrained models of music and a few notes for them: what the tests of compose, render and MIDI need, made in a second."""

import struct
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from playground.checkpoint import save_checkpoint
from playground.models import REGISTRY

MODELS: dict[str, tuple[str, str, dict[str, Any]]] = {  # id -> family, data set, sizes
    "audio/chorales-rbm": ("rnn-rbm", "chorales", {"hidden": 9, "recurrent": 8}),
    "audio/chorales-transformer": ("transformer", "chorales", {"width": 16, "layers": 1, "heads": 2}),
    "audio/melodies-vae": ("vae", "melodies", {"net": "melody", "latent": 4, "width": 8, "hidden": 16}),
}


def make_music_model(name: str) -> Any:
    """A model of MODELS with random weights, ready to serve; its chords are sparse."""
    family, _, sizes = MODELS[name]
    config, build = REGISTRY[family]
    torch.manual_seed(0)
    model: Any = build(config(**sizes)).eval().requires_grad_(False)
    for parameter in model.parameters():  # much of a fresh network starts at zero
        parameter += 0.1 * torch.randn_like(parameter)
    if family == "rnn-rbm":
        model.visible_head.bias -= 3.0
    return model


def save_tiny_music(root: Path) -> None:
    """All of MODELS as checkpoints under ``root``."""
    for name, (family, dataset, _) in MODELS.items():
        model = make_music_model(name)
        facts = {"id": name, "name": family, "summary": "Tiny.", "modality": "audio", "family": family}
        facts |= {"dataset": dataset, "config": asdict(model.config), "cost": {}, "metrics": {}}
        save_checkpoint(root, model, facts)


def midi_file(events: Sequence[tuple[int, bytes]], division: int = 480) -> bytes:
    """A MIDI file of one track: (ticks since the event before, bytes of the event)."""
    track = b"".join(_number(delta) + event for delta, event in events) + b"\0\xff\x2f\0"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, division) + b"MTrk" + struct.pack(">I", len(track)) + track


def midi_notes(pitches: Sequence[int], ticks: int = 480, channel: int = 0) -> bytes:
    """A MIDI file of these pitches one after the other, each so many ticks of 480 a quarter."""
    events = []
    for pitch in pitches:
        events += [(0, bytes([0x90 | channel, pitch, 80])), (ticks, bytes([0x80 | channel, pitch, 0]))]
    return midi_file(events)


def _number(value: int) -> bytes:
    """A number of variable length."""
    digits = [value & 0x7F]
    while value := value >> 7:
        digits.append(value & 0x7F | 0x80)
    return bytes(digits[::-1])
