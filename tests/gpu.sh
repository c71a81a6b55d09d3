#!/bin/sh
# What a CUDA device must show, in at most four minutes; where there is none, the logic runs on the CPU. Parts run in the order of
# their importance, each in its share of the time, and the closing list says what was not checked, for want of time or otherwise.
# Arguments go to tests/gpu/__main__.py, for example: sh tests/gpu.sh --seconds 240 --models digits --parts agreement speed
#
# It needs Python 3.10 to 3.12, torch 2.11 or later, torchaudio, transformers, numpy and matplotlib; gradio is not used. For a
# machine that has no more than these and no network:
#   sh tests/gpu.sh pack                   writes the missing wheels and a few training items beside this file (tests/gpu/wheels,
#                                          tests/gpu/batches), which have to travel with the repository;
#   sh tests/gpu.sh pack FOLDER --mib 64   also copies all that the machine needs into a new folder of at most 64 MiB, for one trip:
#                                          code, wheels, training items and checkpoints, at least one of every family. It says
#                                          which are left out. There, run: sh tests/gpu.sh
# Where tracked files travel too, as they do with a whole repository, send FOLDER from a place of its own.
set -eu
began=$(date +%s)
cd "$(dirname "$0")/.."
python=${PLAYGROUND_VENV:-.venv}/bin/python
[ -x "$python" ] || python=python3

if [ "${1:-}" = pack ]; then
    shift
    "$python" -m tests.gpu.pack
    "$python" -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.12 --implementation cp \
        --platform manylinux_2_28_x86_64 --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 \
        --dest tests/gpu/wheels soundfile==0.14.0 mido==1.3.3 cffi pycparser packaging
    [ $# -eq 0 ] || "$python" -m tests.gpu.pack "$@"
    exit
fi
if [ -d tests/gpu/wheels ] && ! "$python" -c "import soundfile, mido" 2>/dev/null; then
    site=$(mktemp -d)
    trap 'rm -r "$site"' EXIT
    "$python" -m pip install --quiet --no-index --no-deps --no-compile --target "$site" tests/gpu/wheels/*.whl
    export PYTHONPATH="$site${PYTHONPATH:+:$PYTHONPATH}"
fi
"$python" -m tests.gpu --began "$began" "$@"
