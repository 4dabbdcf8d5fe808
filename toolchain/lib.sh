# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the scripts here share: the cache, long steps that show signs of life, and downloads through apt.
# Sourced by a script that has set -euo pipefail.

shopt -s inherit_errexit
cache=${XDG_CACHE_HOME:-$HOME/.cache}/earlybox
unset MAKEFLAGS MFLAGS MAKELEVEL # what is built here has its own makefiles, which must not take our make's settings

say() { printf '%s\n' "$*" >&2; }
fail() { say "${0##*/}: $*"; exit 1; }

need() {
  local program
  for program; do
    command -v "$program" >/dev/null || fail "there is no $program here; toolchain/setup installs it (toolchain/setup dev, if it is for another CPU)"
  done
}

# once ENTRY COMMAND [ARGUMENT...]: makes the directory ENTRY unless it is there. COMMAND gets a directory to fill as its last
# argument; that one takes ENTRY's name only when it is complete, so an interrupted build leaves nothing that looks finished.
once() {
  local entry=$1 lock
  shift
  if [ -d "$entry" ]; then return; fi
  mkdir -p "${entry%/*}"
  exec {lock}>"$entry.lock"
  flock -n "$lock" || { say "waiting: somebody else makes ${entry##*/}"; flock "$lock"; }
  if [ ! -d "$entry" ]; then
    rm -rf "$entry.tmp"
    mkdir "$entry.tmp"
    "$@" "$entry.tmp"
    mv -T "$entry.tmp" "$entry"
  fi
  exec {lock}>&-
}

# step TEXT COMMAND [ARGUMENT...]: runs a long COMMAND silently, says what runs and every 15 s for how long, shows its output if it fails.
step() {
  local text=$1 began=$SECONDS log status alive
  shift
  mkdir -p "$cache/log"
  log=$cache/log/$(tr -cs 'a-zA-Z0-9.\n' - <<<"$text").log
  say "$text ..."
  exec {alive}> >(heartbeat "$text" "$began")
  set +e # not "|| status=$?": that would switch off -e inside the command, too
  (set -e; "$@") >"$log" 2>&1 {alive}>&-
  status=$?
  set -e
  exec {alive}>&-
  if [ $status != 0 ]; then
    tail -n 40 "$log" >&2
    fail "$text: failed after $((SECONDS - began)) s with status $status (the whole log: $log)"
  fi
  say "$text: done in $((SECONDS - began)) s"
}

# Ends by itself when step closes, or with its death loses, the other end of standard input.
heartbeat() {
  local status
  while true; do
    status=0
    read -rt 15 || status=$?
    if [ $status -le 128 ]; then return; fi
    say "  $1: $((SECONDS - $2)) s so far"
  done
}

this_release() { (. /etc/os-release && echo "$VERSION_CODENAME"); }

# private_apt RELEASE ARCH: sets the array `apt` to options that show apt the release RELEASE for ARCH, out of the places
# where this machine gets its own release, without touching the system's configuration and lists.
private_apt() {
  local release=$1 arch=$2 dir=$cache/apt/$1-$2 lock
  mkdir -p "$dir/lists/partial" "$dir/archives/partial"
  apt=(-q -o APT::Architecture="$arch" -o APT::Architectures="$arch" -o APT::Sandbox::User= -o Acquire::Languages=none -o Acquire::Retries=3
    -o Dir::Etc::SourceList="$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null
    -o Dir::State::Lists="$dir/lists" -o Dir::State::status="$dir/status" -o Dir::Cache="$dir")
  # How long an older release's signature is valid is no longer of interest.
  if [ "$release" != "$(this_release)" ]; then apt+=(-o Acquire::Check-Valid-Until=false); fi
  exec {lock}>"$dir/lock"
  flock "$lock"
  if [ -z "$(find "$dir/updated" -mmin -720 2>/dev/null)" ]; then
    write_sources "$release" >"$dir/sources.list"
    touch "$dir/status"
    # One index that fails need not matter: apt goes on with the others, and names what it then cannot find.
    if apt-get "${apt[@]}" update; then touch "$dir/updated"; fi
  fi
  exec {lock}>&-
}

# Sources for RELEASE and its security updates, made of the places that this machine's apt uses for its own release.
write_sources() {
  local places uri suite
  places=$(apt-get update --print-uris | sed -nE "s|^'([^']*)/dists/$(this_release)(-security)?/InRelease' .*|\1 $1\2|p")
  if [ -z "$places" ]; then fail "apt's sources do not name Debian's release $(this_release); see sources.list(5)"; fi
  while read -r uri suite; do
    printf '%s [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' deb "$uri" "$suite" deb-src "$uri" "$suite"
  done <<<"$places"
}

# download deb|source PACKAGE [RELEASE [ARCH]]: prints the cached directory with that package's files.
download() {
  local kind=$1 package=$2 release=${3:-$(this_release)} arch=${4:-amd64} entry
  entry=$cache/downloads/$release-$arch/$kind/$package
  once "$entry" step "downloading $package ($kind, $release $arch)" download_into "$kind" "$package" "$release" "$arch"
  printf '%s\n' "$entry"
}

download_into() {
  local kind=$1 package=$2
  private_apt "$3" "$4"
  cd "$5"
  case $kind in
    deb) apt-get "${apt[@]}" download "$package" ;;
    source) apt-get "${apt[@]}" source --only-source --download-only "$package" ;;
  esac
}

# unpack_deb PACKAGE ARCH DIR PATTERN...: the files of this release's package that match; prints the package file's name.
unpack_deb() {
  local package=$1 arch=$2 dir=$3 deb
  shift 3
  deb=$(download deb "$package" "$(this_release)" "$arch")
  mkdir -p "$dir"
  dpkg-deb --fsys-tarfile "$deb"/*.deb | tar -x -C "$dir" --wildcards "$@"
  basename "$deb"/*.deb
}

# unpack_source PACKAGE DIR: the Debian source of PACKAGE, with Debian's fixes applied, as DIR.
unpack_source() {
  local dir
  dir=$(download source "$1")
  dpkg-source --no-check --no-copy -q -x "$dir"/*.dsc "$2"
}
