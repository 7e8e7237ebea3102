# Sourced by run, test and bench: installs what is missing and says what. Needs Python 3.11 and, for system packages, root.
SYSTEM_PACKAGES="chromium coturn dbus gnome-keyring bubblewrap libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libnss3 libpulse0 libportaudio2 libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 espeak-ng poppler-utils libnss3-tools"

missing_system_packages() {
  for package in $SYSTEM_PACKAGES; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || printf '%s ' "$package"
  done
}

install_system_packages() {
  command -v dpkg-query >/dev/null 2>&1 || return 0
  missing=$(missing_system_packages)
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" = 0 ]; then
    echo "Installing system packages: $missing"
    log=$(mktemp)
    # shellcheck disable=SC2086
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1 \
      || { tail -n 20 "$log"; echo "System packages could not be installed. Nothing else was changed."; exit 1; }
    rm -f "$log"
  else
    echo "Missing system packages (install them as root): $missing"
  fi
}

# prepare demo|test: .venv from the hashed requirements, the page's and the desk's assets. Quick when nothing changed.
prepare() {
  install_system_packages
  python=${PYTHON:-python3.11}
  command -v "$python" >/dev/null 2>&1 || python=python3
  if [ ! -x .venv/bin/python ]; then
    echo "Making the Python environment in .venv"
    "$python" -m venv .venv
  fi
  for set in build "$1"; do
    stamp=.venv/.installed-$set
    sum=$(sha256sum "requirements/$set.txt" | cut -d' ' -f1)
    if [ "$(cat "$stamp" 2>/dev/null)" != "$sum" ]; then
      echo "Installing Python packages: requirements/$set.txt"
      .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r "requirements/$set.txt"
      echo "$sum" >"$stamp"
    fi
  done
  if [ ! -x .venv/bin/rvr-console ]; then
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
  fi
  .venv/bin/python scripts/build_assets.py
}
