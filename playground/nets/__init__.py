"""Networks, by the shape of what they make. A family (models/) is mathematics and names the network it is composed with.

contract.py  what networks and families share: configurations, what a family may ask of its network, class weights, seeds
image/       pictures of any size, with any number of channels
layers.py    what networks of several shapes are made of
points.py    points, as in the plane
audio.py     log-mel spectrograms of single notes
music.py     melodies
sentences.py short sentences
sampling.py  drawing the next token
kv_cache.py  what a transformer keeps of what it has read
timbres.py   new instruments out of old ones, to train on
tracker.py   hears the pitch and family of a note
"""

from typing import TypeVar

N = TypeVar("N")


def choose_net(nets: dict[str, type[N]], name: str) -> type[N]:
    """The network class of that name; raises ValueError naming those there are."""
    if name not in nets:
        raise ValueError(f"net must be one of {', '.join(nets)}, got {name!r}")
    return nets[name]
