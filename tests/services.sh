#!/bin/sh
# Installs what the tests drive from outside, where this user may; names what is missing otherwise.
wanted=
[ -x /usr/bin/chromium ] || wanted="$wanted chromium" # the console as a person sees it
command -v strace >/dev/null || wanted="$wanted strace" # disks that fail at a given call
[ -n "$wanted" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "installing for the tests:$wanted"
	# shellcheck disable=SC2086 # one word a package
	if apt-get update -qq >/dev/null 2>&1 &&
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $wanted >/dev/null 2>&1; then
		exit 0
	fi
fi
echo "Not installed here:$wanted. The tests that need them are skipped, and named at the end."
