#!/bin/sh
# Installs what the tests drive from outside, where this user may; names what is missing otherwise.
wanted=
[ -x /usr/bin/chromium ] || wanted="$wanted chromium" # the console as a person sees it
command -v strace >/dev/null || wanted="$wanted strace" # disks that fail at a given call
[ -x /usr/sbin/postfix ] || wanted="$wanted postfix" # a mail server in front; smtp-source, smtp-sink
[ -x /usr/sbin/dovecot ] || wanted="$wanted dovecot-imapd" # a mailbox that mail is collected from
command -v mvn >/dev/null || wanted="$wanted maven" # the jars of Elasticsearch
command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 ||
	wanted="$wanted postgresql" # the record's database
command -v openssl >/dev/null || wanted="$wanted openssl" # certificates for STARTTLS

# Fetches the jars ahead, so that no test waits for them; installs a Java where there is no 21.
search() {
	PYTHONPATH=tests:. .venv/bin/python -m services.elasticsearch && return
	[ $? = 3 ] || return
	echo "installing a Java for the tests"
	.venv/bin/python -m pip --disable-pip-version-check -q install --require-hashes -r requirements/java.txt &&
		PYTHONPATH=tests:. .venv/bin/python -m services.elasticsearch
}

ahead() {
	search
	PYTHONPATH=tests:. .venv/bin/python -m services.s3 || echo "The tests that need it are skipped, and named at the end."
}

[ -n "$wanted" ] || { ahead; exit 0; }
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "installing for the tests:$wanted"
	# Without this, Debian's Postfix would write a configuration that listens to the world.
	echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
	# And its PostgreSQL would make a database of its own and serve it.
	quiet=/etc/postgresql-common/createcluster.d/blackmail-desk.conf
	trap 'rm -f $quiet' EXIT
	mkdir -p "${quiet%/*}" && echo "create_main_cluster = false" >$quiet
	# shellcheck disable=SC2086 # one word a package
	if apt-get update -qq >/dev/null 2>&1 &&
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $wanted >/dev/null 2>&1; then
		ahead
		exit 0
	fi
fi
ahead
echo "Not installed here:$wanted. The tests that need them are skipped, and named at the end."
