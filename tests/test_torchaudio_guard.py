"""torchaudio and transformers import in a fresh process once the guard has run."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run_fresh(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-1500:]
    return done.stdout


def test_torchaudio_transforms_work_in_a_fresh_process():
    code = """
import playground.formats.torchaudio_guard, torch, torchaudio
wave = torch.sin(torch.arange(4800) * 0.1)
print(tuple(torchaudio.transforms.MelSpectrogram(16000, n_fft=512, n_mels=40)(wave).shape),
      torchaudio.functional.resample(wave, 48000, 16000).numel())
"""
    assert run_fresh(code).strip() == "(40, 19) 1600"


def test_models_of_transformers_import_in_a_fresh_process():
    code = """
import playground.formats.torchaudio_guard
from transformers import GPT2Config, GPT2LMHeadModel
print(GPT2LMHeadModel(GPT2Config(vocab_size=8, n_positions=8, n_embd=8, n_layer=1, n_head=1)).lm_head.out_features)
"""
    assert run_fresh(code).strip() == "8"


def test_the_guard_recovers_when_torchaudio_was_tried_before_it():
    code = """
try:
    import torchaudio
except OSError:
    pass
from playground.formats.torchaudio_guard import guard_torchaudio
guard_torchaudio()
import torchaudio
print(torchaudio.transforms.Spectrogram(n_fft=64).n_fft)
"""
    assert run_fresh(code).strip() == "64"


def test_running_the_guard_twice_changes_nothing():
    code = """
import sys
from playground.formats.torchaudio_guard import EXTENSION, guard_torchaudio
first, module = guard_torchaudio(), sys.modules[EXTENSION]
print(first == guard_torchaudio() and sys.modules[EXTENSION] is module)
"""
    assert run_fresh(code).strip() == "True"
