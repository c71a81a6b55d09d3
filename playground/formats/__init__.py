"""Codecs that know neither a model nor a data set.

pictures.py     frames of bytes, and uploaded pictures
spectrogram.py  the picture of a note, and what a pitch looks like in it
vocoder.py      from a note's picture back to sound
sounds.py       uploaded and recorded sounds
pitch.py        the pitch of a recorded note
rolls.py        piano rolls
tonality.py     keys and scales
midi_files.py   notes of a MIDI file
letters.py      short texts as rows of bytes; texts.py reads them without torch
tokenizer.py    text to tokens and back
torchaudio_guard.py  lets torchaudio be imported beside a newer torch
"""
