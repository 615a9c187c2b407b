#!/usr/bin/env bash
# Makes .venv with Python 3.11 or newer and installs the named requirements file into it.
set -euo pipefail
cd "$(dirname "$0")/.."
requirements=$1

python=""
for candidate in "${PYTHON_BIN:-}" python3.11 python3.12 python3.13 python3; do
  if [ -n "$candidate" ] && command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo "Posthouse needs Python 3.11 or newer. On Debian: apt-get install python3 python3-venv" >&2
  exit 1
fi

if [ ! -x .venv/bin/python ]; then
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      echo "Installing python3-venv…" >&2
      apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
    else
      echo "Python's venv module is missing. On Debian, as root: apt-get install python3-venv" >&2
      exit 1
    fi
  fi
  "$python" -m venv .venv
fi
echo "Installing packages from $requirements…" >&2
.venv/bin/python -m pip install --quiet --disable-pip-version-check --retries 5 --requirement "$requirements" 2> >(grep -v "^WARNING: Location" >&2 || true)
