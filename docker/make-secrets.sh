#!/bin/sh
# Makes the secrets that docker-compose.yml names and that are missing, in ./secrets or the folder
# that is given. It never touches one that is there: to renew one, remove it first (docs/operating.md).
#
# The folder is for its owner only. The files in it may be read by all, because each is mounted into
# containers whose users this machine does not know. The key of the authority stays outside of them.
set -eu
umask 077
folder=${1:-$(dirname "$0")/../secrets}
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"
trap 'rm -f ./*.part' EXIT

keep() { # mode, file: what was written into file.part becomes the file
	chmod "$1" "$2.part"
	mv "$2.part" "$2"
	echo "made $2"
}
pair() { # certificate, key: whether both are still to be made
	[ -e "$1" ] || [ -e "$2" ] || return 0
	[ -e "$1" ] || { echo "$2 has no $1: remove it, then run this again" >&2 && exit 1; }
	return 1
}

for name in redis_password postgres_password desk_database_password elastic_password; do
	[ -e "$name" ] || { openssl rand -hex 32 >"$name.part" && keep 444 "$name"; }
done
[ -e desk_secret ] || { openssl rand -out desk_secret.part 32 && keep 444 desk_secret; }

# Redis knows the hash of the password only. Whoever has none may ask if it lives, and nothing else.
hash=$(tr -d '\n' <redis_password | openssl dgst -sha256 -r | cut -d ' ' -f 1)
if [ ! -e redis_users.acl ]; then
	{
		echo "user default on nopass resetkeys resetchannels -@all +ping"
		echo "user desk on #$hash ~* &* +@all -@admin -@dangerous"
	} >redis_users.acl.part
	keep 444 redis_users.acl
elif ! grep -q "#$hash" redis_users.acl; then
	echo "redis_users.acl belongs to another redis_password: remove both, then run this again" >&2
	exit 1
fi

# An authority of our own, that vouches for Elasticsearch and for nothing else.
if pair elasticsearch_ca.crt elasticsearch_ca.key; then
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 3650 \
		-config /dev/stdin -keyout elasticsearch_ca.key.part -out elasticsearch_ca.crt.part <<-END
		[req]
		prompt = no
		distinguished_name = name
		x509_extensions = extensions
		[name]
		CN = Blackmail Desk: authority for Elasticsearch
		[extensions]
		basicConstraints = critical, CA:TRUE, pathlen:0
		keyUsage = critical, keyCertSign, cRLSign
		subjectKeyIdentifier = hash
	END
	keep 400 elasticsearch_ca.key
	keep 444 elasticsearch_ca.crt
fi
if pair elasticsearch.crt elasticsearch.key; then
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 825 \
		-CA elasticsearch_ca.crt -CAkey elasticsearch_ca.key \
		-config /dev/stdin -keyout elasticsearch.key.part -out elasticsearch.crt.part <<-END
		[req]
		prompt = no
		distinguished_name = name
		x509_extensions = extensions
		[name]
		CN = elasticsearch
		[extensions]
		basicConstraints = critical, CA:FALSE
		keyUsage = critical, digitalSignature
		extendedKeyUsage = serverAuth, clientAuth
		subjectKeyIdentifier = hash
		authorityKeyIdentifier = keyid
		subjectAltName = DNS:elasticsearch, DNS:localhost, IP:127.0.0.1
	END
	keep 444 elasticsearch.key
	keep 444 elasticsearch.crt
fi
