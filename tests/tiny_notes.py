"""Tiny untrained notes models, made-up notes and their reference: what the tests of sound need, made in a second."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from playground.checkpoint import save_checkpoint
from playground.datasets.notes.build import TEST, TRAIN, Notes
from playground.formats.spectrogram import RATE_HZ, SAMPLES, picture_of
from playground.models import REGISTRY

SIZES: dict[str, tuple[str, dict[str, Any]]] = {  # id -> family, sizes
    "audio/notes-vae": ("vae", {"net": "notes", "latent": 4, "width": 8, "hidden": 16, "importance_samples": 1}),
    "audio/notes-gan": ("gan", {"net": "notes", "noise": 5, "generator_width": 8, "critic_width": 8}),
    "audio/notes-classifier": ("note-classifier", {"width": 8}),
}


def make_model(name: str) -> Any:
    """A model of SIZES with random weights, ready to serve."""
    family, sizes = SIZES[name]
    config, build = REGISTRY[family]
    torch.manual_seed(0)
    model: Any = build(config(**sizes)).eval().requires_grad_(False)
    for parameter in model.parameters():  # much of a fresh network starts at zero
        parameter += 0.1 * torch.randn_like(parameter)
    if name != "audio/notes-classifier":
        model.direction_vectors = torch.eye(2, model.latent.size)
        model.direction_change = torch.ones(2)
    return model


def save_tiny_notes(root: Path) -> None:
    """All of SIZES as checkpoints under ``root``."""
    for name, (family, _) in SIZES.items():
        model = make_model(name)
        facts = {
            "id": name,
            "name": family,
            "summary": "Tiny.",
            "modality": "audio",
            "family": family,
            "dataset": "notes",
        }
        save_checkpoint(root, model, facts | {"config": asdict(model.config), "cost": {}, "metrics": {}})


def tone(pitch: float, seconds: float = 1.0, rate_hz: int = RATE_HZ, harmonics: int = 8) -> np.ndarray:
    """A decaying harmonic note (samples,) float64, peak at most 1."""
    time = np.arange(round(seconds * rate_hz)) / rate_hz
    hertz = 440 * 2 ** ((pitch - 69) / 12)
    numbers = [k for k in range(1, harmonics + 1) if k * hertz < 0.45 * rate_hz]
    wave = np.sum([np.sin(2 * np.pi * k * hertz * time + k) / k for k in numbers], axis=0) * np.exp(-2 * time)
    return 0.9 * wave / np.abs(wave).max()


def made_up_notes(training: int = 120, test: int = 70) -> Notes:
    """A small data set in the form of the real one: tones of random pitch and brightness, by programs 0..."""
    generator = np.random.default_rng(0)
    count = training + test
    pitch, program = generator.integers(40, 90, count), np.arange(count) % 100
    waves = [tone(pitch[i], harmonics=1 + int(program[i]) % 12) for i in range(count)]
    sound = np.round(np.stack(waves) * 32767).astype(np.int16)
    pictures = torch.cat([picture_of(torch.from_numpy(part / 32767).float()) for part in np.array_split(sound, 10)])
    split = np.where(np.arange(count) < training, TRAIN, TEST).astype(np.uint8)
    assert sound.shape == (count, SAMPLES)
    frames = (pictures[:, 0] * 255).round().byte().numpy()
    return Notes(frames, pitch.astype(np.uint8), program.astype(np.uint8), split, sound)
