#!/bin/sh
# Installs what the tests drive from outside, where this user may; names what is missing otherwise.
wanted=
[ -x /usr/bin/chromium ] || wanted="$wanted chromium" # the console as a person sees it
command -v strace >/dev/null || wanted="$wanted strace" # disks that fail at a given call
[ -x /usr/sbin/postfix ] || wanted="$wanted postfix" # a mail server in front; smtp-source, smtp-sink
[ -x /usr/sbin/dovecot ] || wanted="$wanted dovecot-imapd" # a mailbox that mail is collected from
command -v openssl >/dev/null || wanted="$wanted openssl" # certificates for STARTTLS
[ -n "$wanted" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "installing for the tests:$wanted"
	# Without this, Debian's Postfix would write a configuration that listens to the world.
	echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
	# shellcheck disable=SC2086 # one word a package
	if apt-get update -qq >/dev/null 2>&1 &&
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $wanted >/dev/null 2>&1; then
		exit 0
	fi
fi
echo "Not installed here:$wanted. The tests that need them are skipped, and named at the end."
