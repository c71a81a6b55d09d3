"""Made-up photographs of a real test digit on paper, under shadows, with rules, frames and specks; and of other things."""

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

HEIGHT, WIDTH = 400, 300
DOWN, ACROSS = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
INK, PAPER = 0.15, 0.93


def jpeg(grey: np.ndarray, quality: int = 85) -> np.ndarray:
    """What is left of a grey picture in [0, 1] after a camera has stored it."""
    file = io.BytesIO()
    Image.fromarray((grey.clip(0, 1) * 255).astype(np.uint8)).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file), np.float32) / 255


def drawn(digit: np.ndarray, size: int = 240) -> np.ndarray:
    """A digit (28, 28) uint8 written large: how much ink each pixel (size, size) has."""
    large = (
        Image.fromarray(digit)
        .resize((size, size), Image.Resampling.BICUBIC)
        .filter(ImageFilter.GaussianBlur(size / 60))
    )
    return ((np.asarray(large, np.float32) / 255 - 0.5) * size / 14 + 0.5).clip(0, 1)


def inked(paper: np.ndarray, digit: np.ndarray, top: int = 60, left: int = 30, ink: float = INK) -> np.ndarray:
    """A digit on paper (H, W)."""
    cover = np.zeros_like(paper)
    glyph = drawn(digit)
    cover[top : top + len(glyph), left : left + len(glyph)] = glyph[: len(paper) - top, : paper.shape[1] - left]
    return np.minimum(paper, paper * (1 - cover) + ink * cover)


def blank(rng: np.random.Generator) -> np.ndarray:
    """Paper with some texture."""
    texture = rng.normal(0, 0.01, (HEIGHT // 8, WIDTH // 8)).astype(np.float32)
    return PAPER + np.asarray(Image.fromarray(texture).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))


def ruled(rng: np.random.Generator, level: float, *, slant: float = 0.0, squared: bool = False) -> np.ndarray:
    """Paper with rules of a grey level."""
    paper = blank(rng)
    for place in [DOWN + slant * ACROSS] + [ACROSS] * squared:
        line = (1.2 - np.abs(place % 31 - 15)).clip(0, 1)
        paper = paper * (1 - line) + level * line
    return paper


def shadow(grey: np.ndarray, depth: float = 0.55) -> np.ndarray:
    """Soft, darker to one corner."""
    return grey * (0.97 - depth * (ACROSS / WIDTH + DOWN / HEIGHT) / 2)


def photographed(kind: str, digit: np.ndarray, seed: int) -> np.ndarray:
    """A grey picture (400, 300) in [0, 1] of a digit."""
    rng = np.random.default_rng(seed)
    plain = inked(blank(rng), digit)
    grain = rng.normal(0, 0.012, plain.shape)
    frame = np.ones_like(plain)
    if kind == "even light":
        return jpeg(plain + grain)
    if kind == "soft shadow":
        return jpeg(shadow(plain) + grain)
    if kind == "hard shadow":
        edge = 1 / (1 + np.exp((200 - ACROSS - 0.3 * DOWN) / 4))
        return jpeg(plain * (1 - 0.5 * edge) + grain)
    if kind == "round shadow":
        return jpeg(plain * (1 - 0.55 * np.exp(-((ACROSS - 200) ** 2 + (DOWN - 250) ** 2) / 125**2)) + grain)
    if kind == "dim":
        return jpeg(0.35 * plain + grain)
    if kind == "pencil":
        return jpeg(inked(blank(rng), digit, ink=0.6) + grain)
    if kind == "chalk":
        return jpeg(0.12 + 0.08 * ACROSS / WIDTH + 0.6 * (PAPER - plain) + grain)
    if kind == "ruled":
        return jpeg(shadow(inked(ruled(rng, 0.72), digit), 0.3) + grain)
    if kind == "darkly ruled":
        return jpeg(shadow(inked(ruled(rng, 0.4, slant=0.04), digit), 0.3) + grain)
    if kind == "darkly squared":
        return jpeg(shadow(inked(ruled(rng, 0.45, squared=True), digit), 0.3) + grain)
    if kind == "thin frame":
        frame[2:-2, 2:-2] = 0
        return plain * (1 - frame) + 0.05 * frame
    if kind == "frame in a shadow":
        frame[3:-3, 3:-3] = 0
        return jpeg(shadow(plain * (1 - frame) + 0.1 * frame) + grain)
    if kind == "ringed":
        picture = Image.fromarray((plain * 255).clip(0, 255).astype(np.uint8))
        ImageDraw.Draw(picture).ellipse((8, 40, 292, 340), outline=30, width=4)
        return np.asarray(picture, np.float32) / 255
    if kind == "specks":
        for row, column in rng.integers(5, 60, (12, 2)):
            plain[(ACROSS - column) ** 2 + (DOWN - row) ** 2 < 4] = 0.1
        return plain
    if kind == "dark table":
        table = (ACROSS - 0.03 * DOWN < 12) | (DOWN < 15) | (DOWN > HEIGHT - 13)
        return jpeg(np.where(table, 0.25 + 2 * grain, plain))
    raise ValueError(kind)


def without_digit(kind: str) -> np.ndarray:
    """A grey picture (400, 300) in [0, 1] of something else."""
    rng = np.random.default_rng(0)
    paper = blank(rng)
    if kind == "empty page in a shadow":
        return jpeg(shadow(paper) + rng.normal(0, 0.012, paper.shape))
    if kind == "empty ruled page":
        return jpeg(shadow(ruled(rng, 0.5)))
    if kind == "empty frame":
        paper[:3] = paper[-3:] = paper[:, :3] = paper[:, -3:] = 0.05
        return paper
    if kind == "disc":
        return np.where((ACROSS - 150) ** 2 + (DOWN - 200) ** 2 < 75**2, INK, paper)
    if kind == "half dark":
        return np.where(ACROSS < 150, 0.2, paper)
    if kind == "clouds":
        coarse = Image.fromarray(rng.normal(size=(16, 12)).astype(np.float32))
        clouds = np.asarray(coarse.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC))
        return (clouds - clouds.min()) / np.ptp(clouds)
    if kind == "noise":
        return rng.random(paper.shape, np.float32)
    if kind == "line":
        return np.where((np.abs(DOWN - 200) < 4) & (ACROSS > 30) & (ACROSS < 270), INK, paper)
    if kind == "speck":
        return np.where((ACROSS - 150) ** 2 + (DOWN - 200) ** 2 < 9, INK, paper)
    if kind == "net":
        net = (ACROSS > 60) & (ACROSS < 244) & (DOWN > 60) & (DOWN < 244) & ((ACROSS % 60 < 6) | (DOWN % 60 < 6))
        return np.where(net, INK, paper)
    raise ValueError(kind)
