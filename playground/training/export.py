"""From a finished run to a shipped checkpoint: slider directions, facts, card."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from playground.checkpoint import WEIGHTS, Checkpoint, file_sha256, save_checkpoint, write_facts
from playground.datasets import DataSet
from playground.models.base import GenerativeModel
from playground.training.directions import find_directions
from playground.training.loop import as_items
from playground.training.recipe import Recipe

HUB_NAMES = {"digits": "mnist"}  # data sets that the model hub knows
HOW_TO = {  # family, or id where the data set makes it another story -> (intended use, limits)
    "vae": (
        "Smooth sliders, interpolation and encoding of your own digit.",
        "Samples are a little blurred, because pixels are independent given the latent; some points of the prior lie between "
        "digits and decode to neither.",
    ),
    "gan": (
        "Crisp samples of a chosen digit in one pass.",
        "There is no encoder and no likelihood: finding the latent of a picture is a search that may fail, and nothing in the "
        "loss says that every kind of digit must appear.",
    ),
    "rbm": (
        "Watching Gibbs sampling, and completing a digit of which a part is held fixed.",
        "Sampling is a chain: samples start from stored chain states and need many steps to forget them; the likelihood is known "
        "only through annealed importance sampling.",
    ),
    "flow": (
        "Watching noise become a digit, and trading solver steps against quality.",
        "One sample costs as many network evaluations as the solver takes: tens to hundreds of times a VAE's or a GAN's cost.",
    ),
    "audio/notes-vae": (
        "Timbre sliders, morphing between instruments, and encoding a note of your own, at any of 73 pitches.",
        "One-second notes at one loudness; the texture of choirs and sections comes out smoother than it was, because cells "
        "of the spectrogram are independent given the latent. Trained on one soundfont. Sizes and the number of gradient steps "
        "were chosen with the held-out instruments in sight, so the figures on them are a little too kind.",
    ),
    "audio/notes-gan": (
        "Inventing instruments: grainy, lifelike one-second notes of a chosen pitch in one pass.",
        "There is no encoder and no likelihood: finding the latent of a sound is a search that may fail. Trained on one "
        "soundfont.",
    ),
    "audio/melodies-vae": (
        "Sliders through two-bar melodies, morphing one into another, and encoding a melody of your own.",
        "Two bars of 4/4 in sixteenths, one note at a time, no triplets; some points of the prior lie between tunes and wander. "
        "Trained on Irish, Scottish and American dances: others come back as something like them. Sizes "
        "were chosen with the test tunes in sight, so the figures on them are a little too kind.",
    ),
    "rnn-rbm": (
        "Composing four-part chorales frame by frame, harmonising a melody, and watching Gibbs sampling settle on chords.",
        "Frames are eighths: faster notes are lost. It knows the past only, so that phrases lead nowhere in particular, and a "
        "melody is harmonised without a look at its next note. Its likelihood is known only by annealed importance sampling.",
    ),
    "transformer": (
        "Composing four-part chorales note after note, and harmonising a melody, of which it sees a bar ahead.",
        "Frames are eighths: faster notes are lost. It sees eight bars at most and plans no form; with 293 chorales to learn "
        "from it quotes them now and then.",
    ),
    "text/sentences-vae": (
        "Sliders through sentence space, walking from one sentence to another, and encoding a sentence of your own.",
        "Sentences of 3 to 16 words in small letters; the latent keeps what a sentence is about and how it is built rather than "
        "its words, so that long ones come back as something like them. How many free bits it has was chosen with the test "
        "sentences in sight, so the figures on them are a little too kind.",
    ),
    "text/sentences-plain-vae": (
        "Seeing a posterior collapse: compare it with the sentence VAE, which differs in its loss alone.",
        "Its latent carries next to nothing: a slider leaves the sentence as it is, and every sentence comes back as the same.",
    ),
    "text/sentences-lm": (
        "A fair yardstick: the sentence VAE's own decoder without a latent, with an exact likelihood and a temperature.",
        "It has no latent: nothing can be slid, and no path leads from one sentence to another.",
    ),
    "text/sentences-gan": (
        "Seeing a GAN work around words that have no gradient: it plays among the codes of an autoencoder.",
        "Codes that its generator never learnt to make are lost to its samples; a temperature sweep of the plain language model "
        "is hard to beat (Caccia et al. 2020): Compare shows both in one plane.",
    ),
    "text/shakespeare-transformer": (
        "Writing on in the manner of the plays, with every token's odds in sight, and reading how surprising a text is.",
        "It sees 256 tokens, about 800 characters: speeches hold together, plots do not. It knows no English but "
        "Shakespeare's. What it says is in the manner of a play of its time, and means nothing.",
    ),
    "text/chat-transformer": (
        "Small talk in turns on a machine without a graphics card, and pushing a conversation's tone along a direction.",
        "It knows no facts and follows no orders: it learnt how students chat, and forgets what was said more than 256 tokens "
        "ago. Conversations that swear, or give away who somebody is, were left out of its training, by lists of words that "
        "cannot be complete. Never take its word for anything.",
    ),
    "categorical-rbm": (
        "Watching Gibbs sampling in letters, and completing a name of which letters are held fixed.",
        "Names of at most 12 letters from a to z. It knows letters by their place, not by their neighbours, so that an ending is "
        "learnt anew for every length; most samples are nobody's name. Sampling is a chain: samples start from stored chain "
        "states; the likelihood is known only through annealed importance sampling.",
    ),
    "replicated-softmax": (
        "Seeing what words go together, and which topics a text of your own has.",
        "It knows 2,000 words of WordNet's definitions and reads at most 32 of them in a text, in no order; it writes lists of "
        "words, not sentences. Documents of each length are a distribution of their own, known only through annealed importance "
        "sampling.",
    ),
    "note-classifier": (
        "The pitch tracker and the fixed feature network of the notes models.",
        "Trained on one soundfont, one second, one loudness: its features mean little for other sounds. Instruments of unknown "
        "make are often put into another family; the pitch is heard all the same.",
    ),
    "classifier": (
        "The fixed feature network of the fidelity and diversity metrics.",
        "Trained on MNIST alone: its features mean nothing for other pictures, and its own errors are part of every mode count.",
    ),
}


def export(recipe: Recipe, model: Any, ledger: dict, data: DataSet, root: Path) -> Checkpoint:
    """Save an averaged model as the checkpoint of its recipe, without metrics yet (see ``record_metrics``)."""
    if isinstance(model, GenerativeModel) and model.latent.size:
        inputs, _ = data.training_tensors()
        chosen = torch.randperm(len(inputs), generator=torch.Generator().manual_seed(recipe.seed))[:10_000]
        find_directions(model, as_items(inputs[chosen]))
    facts = {
        "id": recipe.id,
        "name": recipe.name,
        "summary": recipe.summary,
        "modality": recipe.id.partition("/")[0],
        "family": recipe.family,
        "dataset": recipe.dataset,
        "dataset_title": data.title,
        "dataset_license": data.license,
        "config": dataclasses.asdict(recipe.config),
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "recipe": recipe.describe(),
        "command": f"python -m playground train {recipe.id}",
        "seed": recipe.seed,
        "cost": ledger,
        "metrics": {},
    }
    checkpoint = save_checkpoint(root, model, facts)
    write_card(checkpoint)
    return checkpoint


def record_metrics(checkpoint: Checkpoint, metrics: dict[str, dict]) -> None:
    """Put recomputed numbers into config.json and the card; numbers not recomputed stay."""
    checkpoint.facts["metrics"] |= metrics
    checkpoint.facts["sha256"] = file_sha256(checkpoint.folder / WEIGHTS)
    write_facts(checkpoint.folder, checkpoint.facts)
    write_card(checkpoint)


def write_card(checkpoint: Checkpoint) -> None:
    """README.md of the checkpoint, wholly made from its facts."""
    facts, cost = checkpoint.facts, checkpoint.facts["cost"]
    use, limits = HOW_TO.get(facts["id"]) or HOW_TO[facts["family"]]
    rows = [
        f"| {name} | {shown(one['value'])} | {shown(one['floor'])} | {one['unit']} | {one['better']} |"
        for name, one in facts["metrics"].items()
    ]
    meanings = [f"- **{name}**: {one['help']}" for name, one in facts["metrics"].items()]
    lines = [
        "---",
        "license: apache-2.0",
        f"tags: [{facts['family']}, {facts['modality']}, {facts['dataset']}]",
        *([f"datasets: [{HUB_NAMES[facts['dataset']]}]"] if facts["dataset"] in HUB_NAMES else []),
        "---",
        f"# {facts['name']} ({facts['id']})",
        "",
        facts["summary"],
        "",
        f"- Family: {facts['family']}, {facts['parameters']:,} parameters. Sizes: `{facts['config']}`.",
        f"- Data: {facts['dataset']} ({facts['dataset_title']}; {facts['dataset_license']}). Weights: Apache-2.0.",
        f"- Training: `{facts['command']}`, seed {facts['seed']}, {cost['steps']:,} steps of {facts['recipe']['batch_size']}, "
        f"{cost['seconds'] / 60:.0f} minutes on {cost['device']}, {cost['flops'] / 1e15:.2f} PFLOP counted.",
        f"- Meant for: {use}",
        f"- Limits: {limits}",
        "",
        f"## Measured (`python -m playground evaluate {facts['id']}`)",
        "",
        "| protocol | value | floor | unit | better |",
        "|---|---|---|---|---|",
        *(rows or ["| not evaluated yet | | | | |"]),
        "",
        "The floor is what a perfect sampler of the same size scores; a dash means that none is known.",
        "",
        *meanings,
    ]
    (checkpoint.folder / "README.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def markdown_tables(checkpoints: Sequence[Checkpoint]) -> str:
    """What README says of the shipped models: one table of what they are, one of every measured number."""
    models = ["| checkpoint | what it is | parameters | training |", "|---|---|---|---|"]
    numbers = ["| checkpoint | protocol | value | floor | better |", "|---|---|---|---|---|"]
    for checkpoint in checkpoints:
        facts, cost = checkpoint.facts, checkpoint.facts["cost"]
        cell = f"{cost['seconds'] / 60:.0f} min on {cost['device']}, {cost['flops'] / 1e15:.2f} PFLOP"
        models.append(f"| `{checkpoint.id}` | {facts['summary']} | {facts['parameters']:,} | {cell} |")
        numbers += [
            f"| `{checkpoint.id}` | {name} | {shown(one['value'])} {one['unit']} | {shown(one['floor'])} | {one['better']} |"
            for name, one in facts["metrics"].items()
        ]
    return "\n".join([*models, "", *numbers])


def shown(value: float | None) -> str:
    """A number with four significant digits, or a dash."""
    return "–" if value is None else f"{value:.4g}"
