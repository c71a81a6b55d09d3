#!/bin/sh
# What a CUDA device must show, in at most four minutes; where there is none, the logic runs on the CPU, and the closing list
# says what was not checked. Arguments go to tests/gpu/__main__.py, for example: sh tests/gpu.sh --models digits --parts speed
#
# It needs Python 3.10 to 3.12, torch 2.11 or later, torchaudio, transformers, numpy and matplotlib; gradio is not used. For a
# machine that has no more than these and no network: 'sh tests/gpu.sh pack' writes the missing wheels and a few training items
# beside this file (tests/gpu/wheels, tests/gpu/batches), which have to travel with the repository.
set -eu
cd "$(dirname "$0")/.."
python=${PLAYGROUND_VENV:-.venv}/bin/python
[ -x "$python" ] || python=python3

if [ "${1:-}" = pack ]; then
    "$python" -m tests.gpu --save-batches
    exec "$python" -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.12 --implementation cp \
        --platform manylinux_2_28_x86_64 --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 \
        --dest tests/gpu/wheels soundfile==0.14.0 mido==1.3.3 cffi pycparser packaging
fi
if [ -d tests/gpu/wheels ] && ! "$python" -c "import soundfile, mido" 2>/dev/null; then
    site=$(mktemp -d)
    trap 'rm -r "$site"' EXIT
    "$python" -m pip install --quiet --no-index --no-deps --no-compile --target "$site" tests/gpu/wheels/*.whl
    export PYTHONPATH="$site${PYTHONPATH:+:$PYTHONPATH}"
fi
"$python" -m tests.gpu "$@"
