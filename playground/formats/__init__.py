"""Codecs that know neither a model nor a data set.

pictures.py     frames of bytes, and uploaded pictures
spectrogram.py  the picture of a note, and what a pitch looks like in it
vocoder.py      from a note's picture back to sound
sounds.py       uploaded and recorded sounds
pitch.py        the pitch of a recorded note
rolls.py        piano rolls; melody_tokens.py: those of melodies as strings of tokens
tonality.py     keys and scales
midi_files.py   notes of an uploaded MIDI file, read with limits
scores.py       rolls, notes and MIDI files
playback.py     notes to one piece of sound: piano, held notes, morphs, mixing, limiter
wav_files.py    WAV files that carry the request that made them
letters.py      short texts as rows of bytes; texts.py reads them without torch
tokenizer.py    text to tokens and back
plain_files.py  files of a model folder, read or refused with one sentence
safetensors_header.py  what tensors lie where in a file of weights
hub_folder.py   a model folder as the transformers library writes it
chat_template.py  chat templates of such folders, filled in within limits
torchaudio_guard.py  lets torchaudio be imported beside a newer torch
"""
