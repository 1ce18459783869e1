#!/bin/sh
# Installs what some tests need from the system: PostgreSQL, Chromium, Chinese and emoji fonts.
# Only what is missing, only with apt-get and as root. Never fails: the tests themselves say what they miss.
set -u

missing=""
need() { missing="$missing $1"; }

command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need postgresql
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
    command -v google-chrome >/dev/null 2>&1 || need chromium
command -v fc-list >/dev/null 2>&1 || need fontconfig
[ -n "$(fc-list ':lang=zh-cn' family 2>/dev/null)" ] || need fonts-noto-cjk
[ -n "$(fc-list ':lang=und-zsye' family 2>/dev/null)" ] || need fonts-noto-color-emoji

[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "The tests miss from the system:$missing. Tests that need them are skipped."
    exit 0
fi

echo "Installing for the tests:$missing"
export DEBIAN_FRONTEND=noninteractive
quick="-o Acquire::Retries=2 -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30 -o DPkg::Lock::Timeout=60"
# shellcheck disable=SC2086
{ apt-get -qq $quick update && apt-get -qq -y $quick install --no-install-recommends $missing; } >/dev/null ||
    echo "apt-get could not install:$missing. Tests that need them are skipped."
exit 0
