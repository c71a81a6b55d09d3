"""Grain of notes: real tones stand above tones in noise, and low notes have a number of their own."""

import torch

from playground.datasets.notes.evaluations import REFINEMENTS, harmonicity_entries
from playground.formats.spectrogram import RATE_HZ, SAMPLES, frequency_hz
from playground.nets import audio


def test_low_notes_have_a_number_of_their_own_beside_that_of_all():
    pitches = torch.tensor([40, 45, 72, 76])
    time = torch.arange(SAMPLES) / RATE_HZ
    pure = torch.sin(2 * torch.pi * frequency_hz(pitches)[:, None] * time).float()
    noise = torch.randn(pure.shape, generator=torch.Generator().manual_seed(0))
    grainy = pure + noise * torch.tensor([0.5, 0.5, 0.0, 0.0])[:, None]  # only the low ones: 3 dB
    metrics = harmonicity_entries(grainy, pure, pitches)
    whole, low = metrics["harmonics-to-noise-all-4-sound"], metrics["harmonics-to-noise-below-c4-2-sound"]
    assert 2 < low["value"] < 4 and low["floor"] > 38 and low["two_sided"]
    assert low["value"] < whole["value"] < whole["floor"]


def test_reconstructions_are_refined_as_the_page_does():
    assert REFINEMENTS == audio.REFINEMENTS
