"""Networks: one file per modality. A family (models/) is mathematics and names the network it is composed with.

contract.py  what networks and families share: settings, kinds of pictures
image.py     small grey pictures
audio.py     log-mel spectrograms of single notes
music.py     melodies
spectrogram.py  the picture of a note, and what a pitch looks like in it
letters.py   short texts as rows of bytes
tokenizer.py text to tokens and back
sentences.py short sentences
sampling.py  drawing the next token
kv_cache.py  what a transformer keeps of what it has read
timbres.py   new instruments out of old ones, to train on
tracker.py   hears the pitch and family of a note
vocoder.py   from a note's picture back to sound
"""

from pkgutil import resolve_name

VAE_NETS = {
    "image": "playground.nets.image:ImageVAENet",
    "notes": "playground.nets.audio:NotesVAENet",
    "melody": "playground.nets.music:MelodyVAENet",
    "sentence": "playground.nets.sentences:SentenceVAENet",
}
GAN_NETS = {
    "image": "playground.nets.image:ImageGANNet",
    "notes": "playground.nets.audio:NotesGANNet",
}


def find_net(nets: dict[str, str], name: str) -> type:
    """The network class of that name, imported only now; raises ValueError naming those there are."""
    if name not in nets:
        raise ValueError(f"net must be one of {', '.join(nets)}, got {name!r}")
    return resolve_name(nets[name])
