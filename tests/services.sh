#!/bin/sh
# Installs what the tests drive from outside, where this user may; names what is missing otherwise.
if [ ! -x /usr/bin/chromium ]; then
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
		echo "installing Chromium for the console's tests"
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >/dev/null 2>&1 ||
			echo "Chromium could not be installed: the console's browser tests will be skipped by name"
	else
		echo "No /usr/bin/chromium here: the console's browser tests will be skipped by name"
	fi
fi
