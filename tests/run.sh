#!/bin/sh
# Everything the project checks, on a machine with only Python 3.11 and a shell: install, format, lint, types, tests,
# of Python and of the page's scripts (tests/scripts.sh).
# Arguments go to pytest, for example: sh tests/run.sh -m "not slow" -k engine
set -eu
cd "$(dirname "$0")/.."

venv=${PLAYGROUND_VENV:-.venv}
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r requirements.txt -r tests/requirements.txt

if ! command -v chromium >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ]; then
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null
fi
command -v chromium >/dev/null 2>&1 || echo "chromium is missing: the browser tests will be skipped; install it with 'apt-get install chromium'."

"$venv/bin/ruff" format --check .
"$venv/bin/ruff" check .
"$venv/bin/pyright" -p tests/pyrightconfig.json
PLAYGROUND_VENV=$venv sh tests/scripts.sh
exec "$venv/bin/python" -m pytest tests "$@"
