"""The pitch tracker and feature network of the notes."""

import torch

from playground.models.note_classifier import NoteClassifier, NoteClassifierConfig


def test_pitch_family_and_features_have_their_ranges():
    model = NoteClassifier(NoteClassifierConfig(width=8)).eval()
    x = torch.rand(3, 1, 128, 64)
    pitches = model.hear(x)
    features, families = model.embed(x)
    assert pitches.dtype == torch.int64 and bool(((pitches >= 24) & (pitches <= 96)).all())
    assert features.shape == (3, 64) and features.abs().max() <= 1
    assert bool(((families >= 0) & (families < 14)).all())


def test_one_judge_hears_every_pitch_so_few_notes_teach_it_the_octave():
    model = NoteClassifier(NoteClassifierConfig(width=8, varied_share=0.0, noise=0.0))
    places = model.net.places.clamp_min(0)
    # Harmonics of every pitch drawn straight from the tables: rows 1, 3, 5, ... are whole multiples.
    drawn = places[:, 1::2].sum(1).clamp(max=1)[:, None, :, None].expand(-1, 1, -1, 64)
    optimiser = torch.optim.Adam(model.parameters(), 3e-3)
    taught = torch.arange(20, 60, 2)
    for step in range(60):
        loss, _ = model.loss(drawn[taught], taught, torch.Generator().manual_seed(step))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    untaught = torch.arange(21, 59, 2)
    heard = model.eval().hear(drawn[untaught]) - 24
    assert ((heard - untaught).abs() <= 1).float().mean() > 0.9


def test_the_loss_falls_back_to_plain_notes_without_variation():
    model = NoteClassifier(NoteClassifierConfig(width=8, varied_share=0.0, noise=0.0)).eval()
    x, labels = torch.rand(4, 1, 128, 64), torch.tensor([0, 10, 73, 72 + 73 * 13])
    first, second = (model.loss(x, labels, torch.Generator().manual_seed(seed))[0].item() for seed in (0, 1))
    assert first == second
