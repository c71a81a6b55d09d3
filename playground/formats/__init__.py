"""Codecs that know neither a model nor a data set.

pictures.py     frames of bytes from tensors and back
picture_containers.py  PNG and JPEG files before they are decoded
uploaded_pictures.py   uploaded picture files of any subject
point_files.py  points as CSV text
digit_pictures.py      pictures of one written sign, made like those of MNIST
ink.py          ink told from paper; ruled_lines.py takes ruled lines out of it
marks.py        the one written sign in a picture of ink; components.py: connected parts of a mask
spectrogram.py  the picture of a note, and what a pitch looks like in it
vocoder.py      from a note's picture back to sound
sounds.py       uploaded and recorded sounds; sound_containers.py their files before they are decoded
pitch.py        the pitch of a recorded note
rolls.py        piano rolls; melody_tokens.py: those of melodies as strings of tokens
tonality.py     keys and scales
midi_files.py   notes of an uploaded MIDI file, read with limits
scores.py       rolls, notes and MIDI files
playback.py     notes to one piece of sound: piano, held notes, morphs, mixing, limiter
wav_files.py    WAV files that carry the request that made them
letters.py      short words as symbols
sentences.py    short sentences, and their rows of tokens
content_words.py  the words of a text that tell its topic
unfit_texts.py  texts that swear or give away who somebody is
tokenizer.py    text to tokens and back
plain_files.py  files of a model folder, read or refused with one sentence
safetensors_header.py  what tensors lie where in a file of weights
hub_folder.py   a model folder as the transformers library writes it
chat_template.py  chat templates of such folders, filled in within limits
torchaudio_guard.py  lets torchaudio be imported beside a newer torch
"""
