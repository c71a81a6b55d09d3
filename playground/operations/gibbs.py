"""The chain of an RNN-RBM over a window of frames: noise, or any roll, turns into chords.

At every step each frame takes one Gibbs step under the biases that the frames before it, as they now stand, give it. The first
frames settle first, and what follows settles on them. With a soprano, its keys stay put and nothing sounds above them.
"""

import torch

from playground.errors import BadRequest
from playground.formats.tonality import KEY_NAMES, UNKNOWN_KEY
from playground.models.base import Chains, require, sample_generator
from playground.models.chorale_frames import BAR, composition_key
from playground.models.rnn_rbm import RNNRBM
from playground.operations.music import read_roll, read_soprano
from playground.operations.replies import pack_outputs
from playground.protocol import fields
from playground.protocol.request import Item

MAX_BARS = 8
NO_CHAIN = "This model writes its notes one by one and has no chain to watch: choose the RNN-RBM."
MAX_FRAMES, MAX_EVERY = 64, 20


def run_music_chain(model: RNNRBM, item: Item) -> bytes:
    """{"seed", "bars", "frames", "every", "start", "harmonise"} [+ roll to start from] [+ soprano int16 a step]: rolls.

    The first frame is where the chain starts: the roll given with {"start": true} (rows x steps), else noise of the seed.
    """
    watched = require(model, "chain", Chains, NO_CHAIN)
    request = item.request
    settings = fields.settings_of(model, request)
    seed = fields.whole(request, "seed", 0, fields.MAX_SEED, 0)
    bars = fields.whole(request, "bars", 1, MAX_BARS, 2)
    frames = fields.whole(request, "frames", 2, MAX_FRAMES, 16)
    every = fields.whole(request, "every", 1, MAX_EVERY, 1)
    steps, rows = bars * BAR, model.output.height
    given = request.get("start", False) is True
    harmonise = request.get("harmonise", False) is True
    split = rows * steps if given else 0
    body = memoryview(item.body)
    if len(body) < split or (len(body) > split and not harmonise):
        raise BadRequest(
            f"A chain over {bars} bars starts from {split} roll bytes{' and a soprano' if harmonise else ''}, "
            f"got {len(body)} bytes."
        )
    soprano = read_soprano(body[split:], bars) if harmonise else None
    generator = sample_generator(seed, 0)
    key = composition_key(settings, seed, soprano)
    if given:
        start = model.grid.from_roll(read_roll(body[:split], rows))
    else:
        noise = torch.bernoulli(model.visible_head.bias.sigmoid().expand(steps, -1), generator=generator)
        start = model.from_c(noise, key)
    pictures = watched.chain(start, settings, [generator], frames, every, (soprano, key))
    name = KEY_NAMES[key] if key != UNKNOWN_KEY else ""
    header = {"every": every, "bars": bars, "key": name}
    return pack_outputs(model.output.resized(steps), pictures, header)
