#!/bin/sh
# Gets what the end-to-end tests need from Debian's packages: only what is missing, group by group.
# Says plainly what could not be had and ends with 0, because the tests that need it then say so
# themselves; with CI set it ends with 3, because a green run without those tests would be a lie.
#
# Usage: test-tools.sh [GROUP…]     (default: every group; --list prints them)
set -u

# One group a line: its name, a colon, its packages.
groups='
strace: strace
emulator: qemu-user
wrapper: valgrind
reference-timer: hyperfine
compiler: gcc libc6-dev
browser: chromium
shells: zsh
packages: apt dpkg
graphics-stack: mesa-vulkan-drivers mesa-va-drivers mesa-vdpau-drivers libgl1-mesa-dri libglx-mesa0 libegl-mesa0 libva2 libvdpau1
'

if [ "${1-}" = --list ]; then
  printf '%s' "$groups" | sed '/^$/d'
  exit 0
fi

# Prints those of the given packages that are not installed.
missing_of() {
  for package in "$@"; do
    case "$(dpkg-query -W -f '${db:Status-Status}' "$package:$architecture" 2>/dev/null ||
      dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" in
      installed) ;;
      *) printf ' %s' "$package" ;;
    esac
  done
}

# Runs apt-get as root, or through sudo when that asks for no password.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

give_up() {
  echo "test tools: not installed:$1 ($2)" >&2
  if [ -n "${CI-}" ]; then exit 3; fi
  exit 0
}

wanted=''
if [ $# -eq 0 ]; then
  wanted=$(printf '%s' "$groups" | sed 's/^[^:]*://' | tr '\n' ' ')
else
  for group in "$@"; do
    packages=$(printf '%s' "$groups" | sed -n "s/^$group://p")
    if [ -z "$packages" ]; then
      echo "test tools: no group \"$group\"; --list prints them" >&2
      exit 2
    fi
    wanted="$wanted $packages"
  done
fi

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  give_up " $(echo $wanted)" 'this is not a Debian system; install their equivalents'
fi
architecture=$(dpkg --print-architecture)

# Unquoted on purpose: a list of words.
missing=$(missing_of $wanted)
if [ -z "$missing" ]; then exit 0; fi

if [ "$(id -u)" -ne 0 ] && ! sudo -n true 2>/dev/null; then
  give_up "$missing" "needs root: sudo apt-get install$missing"
fi

echo "test tools: installing$missing" >&2
install() {
  # The lock may be held by another apt run; waiting beats failing.
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
    install -qq -y --no-install-recommends "$@" >&2
}

# The package lists are fetched only when those at hand do not do: first try, then update, then try again.
# At last each package by itself, so that one that this system does not know takes none of the others along.
if ! install $missing 2>/dev/null; then
  as_root apt-get -o DPkg::Lock::Timeout=300 -qq update >&2 || true
  if ! install $missing; then
    for package in $missing; do install "$package" || true; done
  fi
fi

missing=$(missing_of $wanted)
if [ -n "$missing" ]; then give_up "$missing" 'apt-get could not install them, see above'; fi
