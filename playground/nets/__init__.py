"""Networks: one file per modality. A family (models/) is mathematics and names the network it is composed with.

image.py   small grey pictures
audio.py   log-mel spectrograms of single notes
music.py   melodies
"""

from importlib import import_module

VAE_NETS = {
    "image": "playground.nets.image:ImageVAENet",
    "notes": "playground.nets.audio:NotesVAENet",
    "melody": "playground.nets.music:MelodyVAENet",
}
GAN_NETS = {
    "image": "playground.nets.image:ImageGANNet",
    "notes": "playground.nets.audio:NotesGANNet",
}


def find_net(nets: dict[str, str], name: str) -> type:
    """The network class of that name, imported only now; raises ValueError naming those there are."""
    if name not in nets:
        raise ValueError(f"net must be one of {', '.join(nets)}, got {name!r}")
    module, _, attribute = nets[name].partition(":")
    return getattr(import_module(module), attribute)
