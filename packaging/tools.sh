#!/usr/bin/env bash
# Brings Debian's programs that tests and benchmarks drive: Chromium without windows, poppler-utils, nginx, wrk, SoftHSM2, ClamAV's clamd. Only root may; others are told.
set -u
missing=()
command -v chromium-headless-shell >/dev/null || missing+=(chromium-headless-shell)
command -v pdfsig >/dev/null || missing+=(poppler-utils)
command -v nginx >/dev/null || missing+=(nginx-light)
command -v wrk >/dev/null || missing+=(wrk)
command -v softhsm2-util >/dev/null || missing+=(softhsm2)
command -v clamd >/dev/null || missing+=(clamav-daemon)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "not installed, so their tests will skip: ${missing[*]}"
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
  echo "could not be installed, so their tests will skip: ${missing[*]}"
exit 0
