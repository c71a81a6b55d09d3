"""Networks for pictures of single notes (nets/spectrogram.py): encoder, decoder and critic.

Time frames are channels and convolutions run along frequency, where notes have their structure. Pitch is not learned but
given: a *comb* (where the harmonics of that pitch lie among the bands) enters as extra channels, and a second path works on
harmonics by number, gathered from the picture and scattered back to it. So a timbre learned at one pitch holds at another.
Pictures are (n, 1, 128, 64) in [0, 1], labels (n,) int64 with the pitch index (0 = MIDI 24) in ``label % 73``.
"""

from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.formats.spectrogram import (
    BANDS,
    FRAMES,
    HIGHEST_PITCH,
    LOWEST_PITCH,
    PITCH_COUNT,
    RATE_HZ,
    band_centres_hz,
    frequency_hz,
    harmonic_bands,
)
from playground.nets.contract import GANNet, GANSizes, LatentNet, VAENet, VAESizes
from playground.nets.timbres import HARMONICS, pitch_of_label, timbre_augmentation, vary_notes
from playground.protocol.output import OutputSpec
from playground.protocol.settings import Setting

NOTE_OUTPUT = OutputSpec("sound", BANDS, FRAMES)
PITCH = Setting(
    name="pitch",
    label="Pitch",
    kind="int",
    default=60,
    minimum=LOWEST_PITCH,
    maximum=HIGHEST_PITCH,
    step=1,
    help="MIDI number of the note: 60 is middle C, 12 more is one octave higher.",
)
COMB_CHANNELS = 8
EMBEDDING = 32
AMPLITUDE_WEIGHT = 30_000.0  # nats per unit of squared relative amplitude error: what is loud must be right
SCALE = 0.03  # of the Laplace distribution, in units of the picture: 2.4 dB
REFINEMENTS = 96  # gradient steps from the encoder's guess to a better latent
VARIED_SHARE = 0.7  # of the notes a VAE is trained on


class Pitches(nn.Module):
    """What the networks are told of a pitch, as fixed tables (not saved: they follow from the representation)."""

    comb: Tensor  # (73, 8, 128)
    gather: Tensor  # (73, 40, 128): rows sum to 1, or are 0 above 8 kHz
    scatter: Tensor  # (73, 40, 128): peaks at 1

    def __init__(self) -> None:
        super().__init__()
        for name, table in zip(("comb", "gather", "scatter"), _pitch_tables()):
            self.register_buffer(name, table, persistent=False)


@lru_cache(maxsize=1)
@torch.inference_mode(False)  # kept for all networks of the process, those that are trained too
def _pitch_tables() -> tuple[Tensor, Tensor, Tensor]:
    """Comb, gather and scatter. 50 ms of work and 3 MB, of which every model would have two sets: made once, shared by all."""
    bands = harmonic_bands(256)
    low = bands[:, :HARMONICS]
    gather = low / low.sum(2, keepdim=True).clamp_min(1e-6)
    return _comb_channels(bands), gather, low / low.amax(2, keepdim=True).clamp_min(1e-6)


def _comb_channels(bands: Tensor) -> Tensor:
    """All, odd and even harmonics, the first two alone, and smooth coordinates: (73, 8, 128), about unit range."""

    def decibels(power: Tensor) -> Tensor:
        return (10 * torch.log10(power + 1e-4) + 40) / 40

    fundamental = frequency_hz(torch.arange(LOWEST_PITCH, HIGHEST_PITCH + 1)).float()
    number = band_centres_hz() / fundamental[:, None]  # (73, 128)
    height = (band_centres_hz() / (RATE_HZ / 2)).expand_as(number)
    sums = [bands.sum(1), bands[:, ::2].sum(1), bands[:, 1::2].sum(1), bands[:, 0], bands[:, 1]]
    channels = [decibels(power) for power in sums] + [number.log2().clamp(-2, 6) / 4, height, (number < 0.75).float()]
    return torch.stack(channels, dim=1)


class Block(nn.Module):
    """Residual pair of convolutions along frequency whose middle is scaled and shifted by a condition vector."""

    def __init__(self, width: int, condition: int, dilation: int = 1):
        super().__init__()
        self.first = nn.Conv1d(width, width, 5, padding=2 * dilation, dilation=dilation)
        self.modulate = nn.Linear(condition, 2 * width)
        self.second = nn.Conv1d(width, width, 5, padding=2)
        nn.init.zeros_(self.modulate.weight)
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        scale, shift = self.modulate(condition)[:, :, None].chunk(2, dim=1)
        middle = self.first(F.leaky_relu(x, 0.2)) * (1 + scale) + shift
        return x + self.second(F.leaky_relu(middle, 0.2))


class Encoder(nn.Module):
    """Picture and pitch index to ``outputs`` numbers; ``features`` gives the hidden layer before them."""

    def __init__(self, outputs: int, width: int, hidden: int):
        super().__init__()
        self.pitches = Pitches()
        self.pitch = nn.Embedding(PITCH_COUNT, EMBEDDING)
        self.inlet = nn.Conv1d(FRAMES + COMB_CHANNELS, width, 5, padding=2)
        self.down = nn.ModuleList([nn.Conv1d(width, width, 6, stride=2, padding=2) for _ in range(3)])  # 64, 32, 16
        self.narrow = nn.Conv1d(width, 32, 1)
        self.harmonics = nn.Conv1d(FRAMES, 32, 1)
        self.hidden = nn.Linear(32 * 16 + 32 * HARMONICS + EMBEDDING, hidden)
        self.out = nn.Linear(hidden, outputs)

    def features(self, x: Tensor, pitch: Tensor) -> Tensor:
        """(n, hidden)."""
        frames = (2 * x[:, 0] - 1).transpose(1, 2)  # (n, 64 frames, 128 bands)
        bands = self.inlet(torch.cat([frames, self.pitches.comb[pitch]], dim=1))
        for down in self.down:
            bands = down(F.leaky_relu(bands, 0.2))
        bands = self.narrow(F.leaky_relu(bands, 0.2))
        by_number = torch.einsum("nfb,nhb->nfh", frames, self.pitches.gather[pitch])
        by_number = self.harmonics(by_number)
        both = torch.cat([bands.flatten(1), by_number.flatten(1)], dim=1)
        together = torch.cat([F.leaky_relu(both, 0.2), self.pitch(pitch)], dim=1)
        return F.leaky_relu(self.hidden(together), 0.2)

    def forward(self, x: Tensor, pitch: Tensor) -> Tensor:
        return self.out(self.features(x, pitch))


class Decoder(nn.Module):
    """Latent (n, d) and pitch index to picture values (n, 1, 128, 64), at least 0; about 0.1 GFLOP."""

    def __init__(self, inputs: int, width: int, hidden: int, blocks: int = 2):
        super().__init__()
        self.pitches = Pitches()
        self.width = width
        self.pitch = nn.Embedding(PITCH_COUNT, EMBEDDING)
        self.first = nn.Linear(inputs, hidden)
        self.second = nn.Linear(hidden + EMBEDDING, hidden)
        self.bands = nn.Linear(hidden, 64 * 16)
        self.harmonics = nn.Linear(hidden, 32 * HARMONICS)
        self.up1 = nn.Conv1d(64, 64, 3, padding=1)  # at 32 bands
        self.up2 = nn.Conv1d(64, 64, 3, padding=1)  # at 64 bands
        self.inlet = nn.Conv1d(64 + 32 + COMB_CHANNELS, width, 5, padding=2)
        self.blocks = nn.ModuleList([Block(width, hidden, dilation) for dilation in (1, 2, 4, 8)[:blocks]])
        self.out = nn.Conv1d(width, FRAMES, 3, padding=1)
        nn.init.constant_(self.out.bias, 0.2)  # type: ignore[arg-type]

    def activations(self, z: Tensor) -> Tensor:
        """First-layer activations (n, hidden)."""
        return F.leaky_relu(self.first(z), 0.2)

    def forward(self, z: Tensor, pitch: Tensor) -> Tensor:
        together = torch.cat([self.activations(z), self.pitch(pitch)], dim=1)
        hidden = F.leaky_relu(self.second(together), 0.2)
        bands = F.leaky_relu(self.bands(hidden), 0.2).view(-1, 64, 16)
        for up in (self.up1, self.up2):
            bands = F.leaky_relu(up(F.interpolate(bands, scale_factor=2.0)), 0.2)
        bands = F.interpolate(bands, scale_factor=2.0)  # (n, 64, 128)
        by_number = F.leaky_relu(self.harmonics(hidden), 0.2).view(-1, 32, HARMONICS)
        scattered = torch.einsum("nch,nhb->ncb", by_number, self.pitches.scatter[pitch])
        x = self.inlet(torch.cat([bands, scattered, self.pitches.comb[pitch]], dim=1))
        for block in self.blocks:
            x = block(x, hidden)
        x = self.out(F.leaky_relu(x, 0.2)).float()
        return (F.softplus(8 * x) / 8).transpose(1, 2)[:, None]

    def flops(self) -> float:
        """Per decoded picture, a multiply and an add counting as two."""
        places = {"up1": 32, "up2": 64, "inlet": BANDS, "out": BANDS, "blocks": BANDS}
        total = 2.0 * 32 * HARMONICS * BANDS  # the scattering
        for name, weight in self.named_parameters():
            if weight.ndim > 1 and not name.startswith("pitch"):
                total += 2 * weight.numel() * (places.get(name.split(".")[0], 1) if weight.ndim == 3 else 1)
        return total


class NotesNet(LatentNet):
    """What both families' networks of notes share: their setting, their pictures, their labels. Abstract."""

    settings = (PITCH,)
    output = NOTE_OUTPUT

    def labels_of(self, settings: dict, like: Tensor) -> Tensor:
        """The pitch asked for, once for each row of ``like``, on its device."""
        return torch.full((len(like),), int(settings["pitch"]) - LOWEST_PITCH, device=like.device)


class NotesVAENet(NotesNet, VAENet):
    """Encoder and decoder of a VAE over note pictures, both told the pitch, so that the latent is left with the timbre.

    p(x | z, pitch) is a Laplace distribution on the decibel scale times a Gaussian on linear amplitudes relative to the note's
    own norm: the first hears what is soft, the second insists on what is loud. ``config`` is the VAE's.
    """

    def __init__(self, config: VAESizes):
        super().__init__(config)
        self.encoder = Encoder(2 * config.latent, config.width, config.hidden)
        self.decoder = Decoder(config.latent, config.width, config.hidden)

    def observe(self, x: Tensor, labels: Tensor, generator: torch.Generator) -> Tensor:
        """Most of the notes as another instrument might have played them."""
        return vary_notes(x, pitch_of_label(labels), VARIED_SHARE, generator)

    def moments(self, x: Tensor, labels: Tensor) -> Tensor:
        """Mean and log variance side by side, (n, 2 d)."""
        return self.encoder(x, pitch_of_label(labels))

    def log_likelihood(self, z: Tensor, x: Tensor, labels: Tensor) -> Tensor:
        """log p(x | z) (s, n) in nats up to a constant, of pictures x (n, 1, 128, 64) under latents z (s, n, d)."""
        samples = len(z)
        made = self.decoder(z.flatten(0, 1), pitch_of_label(labels).repeat(samples))
        made = made.view(samples, *x.shape)
        laplace = (made - x).abs().flatten(2).sum(2) / SCALE
        loud, made_loud = amplitude(x).flatten(1), amplitude(made.clamp(max=1.05)).flatten(2)
        relative = (made_loud - loud).square().sum(2) / loud.square().sum(1)
        return -laplace - AMPLITUDE_WEIGHT * relative

    def refine(self, z: Tensor, x: Tensor, labels: Tensor, steps: int = REFINEMENTS) -> Tensor:
        """Latents (n, d) after ``steps`` steps of Adam up log p(x, z) from the encoder's z (Kim et al. 2018, semi-amortised).

        The encoder has seen 84 instruments and guesses; for one it never met, a few steps find a better place. Each note is
        searched by itself: the batch changes nothing.
        """
        with torch.inference_mode(False), torch.enable_grad():
            z, x, labels = z.clone().requires_grad_(True), x.clone(), labels.clone()
            optimiser = torch.optim.Adam([z], betas=(0.9, 0.99))
            for step in range(steps):
                optimiser.param_groups[0]["lr"] = 0.15 * (1 - step / steps)
                loss = 0.5 * z.square().sum() - self.log_likelihood(z[None], x, labels).sum()
                (z.grad,) = torch.autograd.grad(loss, z)
                optimiser.step()
        return z.detach()

    def generate(self, z: Tensor, labels: Tensor) -> Tensor:
        """Pictures (n, 1, 128, 64) of latents (n, d) at the pitches of the labels (n,)."""
        return self.decoder(z, pitch_of_label(labels)).clamp(max=1)

    def activations(self, z: Tensor) -> Tensor:
        """First-layer activations (n, hidden)."""
        return self.decoder.activations(z)

    def flops(self) -> float:
        """Per decoded picture."""
        return self.decoder.flops()


def amplitude(picture: Tensor) -> Tensor:
    """Linear amplitude of picture values, 1 at the top of the scale."""
    return 10 ** ((picture - 1) * 4.0)  # 80 dB a unit, 20 dB a decade


class Critic(nn.Module):
    """Realness (n,) of pictures of a given pitch: the encoder's two paths, scored as a whole and by pitch."""

    def __init__(self, width: int, hidden: int):
        super().__init__()
        self.encoder = Encoder(1, width, hidden)
        self.by_pitch = nn.Embedding(PITCH_COUNT, hidden)
        nn.init.zeros_(self.by_pitch.weight)

    def forward(self, x: Tensor, pitch: Tensor) -> Tensor:
        features = self.encoder.features(x, pitch)
        return self.encoder.out(features).squeeze(1) + (features * self.by_pitch(pitch)).mean(1)


def start_lively(net: nn.Module) -> None:
    """He initialisation of every layer that does not start at zero.

    PyTorch's own is a third of it, and after eight layers all latents make one picture and all pictures get one score: a critic
    then has nothing to say for a thousand steps.
    """
    for layer in net.modules():
        if isinstance(layer, nn.Linear | nn.Conv1d) and layer.weight.any():
            nn.init.kaiming_normal_(layer.weight, a=0.2)


class NotesGANNet(NotesNet, GANNet):
    """Generator and critic over note pictures, both told the pitch. ``config`` is the GAN's."""

    generator: Decoder
    critic: Critic

    def __init__(self, config: GANSizes):
        super().__init__(config)
        self.generator = Decoder(config.noise, config.generator_width, 320)
        self.critic = Critic(config.critic_width, 256)
        start_lively(self)
        nn.init.normal_(self.generator.out.weight, std=0.02)

    def generate(self, z: Tensor, labels: Tensor) -> Tensor:
        """Pictures (n, 1, 128, 64) of latents at the pitches of the labels."""
        return self.generator(z, pitch_of_label(labels)).clamp(max=1)

    def score(self, x: Tensor, labels: Tensor) -> Tensor:
        """Realness (n,) of pictures under their labels (n,); while training, of disguised ones."""
        return self.critic(timbre_augmentation(x) if self.training else x, pitch_of_label(labels))

    def activations(self, z: Tensor) -> Tensor:
        """First-layer activations (n, hidden)."""
        return self.generator.activations(z)

    def flops(self) -> float:
        """Per generated picture."""
        return self.generator.flops()
