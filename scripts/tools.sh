#!/usr/bin/env bash
# What some tests compare with, from apt when it may be installed: other makers' checkers of signatures and trees, YARA, database servers. Tests that
# need a tool that is not there say so and are skipped; with CI set they fail instead.
set -eu
missing=()
command -v signify-openbsd >/dev/null || missing+=(signify-openbsd)
command -v minisign >/dev/null || missing+=(minisign)
command -v aide >/dev/null || missing+=(aide)
command -v yara >/dev/null || command -v yr >/dev/null || missing+=(yara)
command -v mtree >/dev/null || missing+=(mtree-netbsd)
command -v mariadbd >/dev/null || missing+=(mariadb-server-core mariadb-client-core)
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing+=(postgresql)
if [ "${#missing[@]}" = 0 ]; then exit 0; fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "setup: not installed, tests that need them are skipped: ${missing[*]}" >&2
  exit 0
fi
echo "setup: from apt, for tests only: ${missing[*]}"
log=$(mktemp)
apt-get update -qq >"$log" 2>&1 || true
if ! DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >>"$log" 2>&1; then
  tail -n 5 "$log" >&2
  echo "setup: apt could not install ${missing[*]} (see above); tests that need them are skipped." >&2
fi
rm -f "$log"
