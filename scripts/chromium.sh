#!/usr/bin/env bash
# Finds Chromium, or installs Debian's when it may; says in one sentence what to do when it may not.
set -eu
for candidate in "${KOMAINU_CHROMIUM:-}" /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
  if [ -n "$candidate" ] && [ -x "$candidate" ]; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "setup: Chromium and Japanese fonts from apt"
  log=$(mktemp)
  # update may fail offline while the lists at hand still serve.
  apt-get update -qq >"$log" 2>&1 || true
  if DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >>"$log" 2>&1; then rm -f "$log"; exit 0; fi
  tail -n 5 "$log" >&2
  echo "setup: apt could not install Chromium (see above); install the packages chromium and fonts-noto-cjk, then run this again." >&2
  exit 1
fi
echo "setup: Chromium is missing; install it (Debian, Ubuntu: sudo apt-get install chromium fonts-noto-cjk) or name one in KOMAINU_CHROMIUM, then run this again." >&2
exit 1
