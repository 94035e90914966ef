#!/bin/sh
# Installs what the tests need from Debian's packages, when this machine lets us: LibreOffice recalculates and draws the workbooks,
# PostgreSQL holds a ledger, Spark (which needs Java) computes figures. `system_packages.sh venv` installs only what `python3 -m venv` needs.
set -eu
wanted="libreoffice-calc python3-uno postgresql poppler-utils fonts-noto-cjk openjdk-17-jre-headless"
if [ "${1:-}" = venv ]; then
    wanted="python3-venv"
elif command -v soffice >/dev/null 2>&1 && ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 &&
    /usr/bin/python3 -c "import uno" 2>/dev/null && command -v java >/dev/null 2>&1; then
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "csbook's tests need LibreOffice, PostgreSQL and Java 17; install them with this system's own packages." >&2
    exit 0
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
    as_root="sudo -n"
    $as_root true 2>/dev/null || { echo "csbook's tests need: sudo apt-get install $wanted" >&2; exit 0; }
fi
$as_root apt-get update -qq
# shellcheck disable=SC2086 # a list of packages
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $wanted >/dev/null
