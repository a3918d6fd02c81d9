#!/bin/bash
# Starts the node with its settings and secrets laid together in memory: the image is read-only, and
# the node reads keys and certificates from the folder of its settings only.
set -euo pipefail
umask 077
image=/usr/share/elasticsearch/config
secrets=/run/secrets
export ES_PATH_CONF=/run/elasticsearch

rm -rf "${ES_PATH_CONF:?}"/*
cp -r "$image/." "$ES_PATH_CONF"
cp /etc/desk/elasticsearch.yml "$ES_PATH_CONF/elasticsearch.yml"
mkdir -p "$ES_PATH_CONF/certs"
cp "$secrets/elasticsearch_certificate" "$ES_PATH_CONF/certs/elasticsearch.crt"
cp "$secrets/elasticsearch_key" "$ES_PATH_CONF/certs/elasticsearch.key"
cp "$secrets/elasticsearch_ca" "$ES_PATH_CONF/certs/ca.crt"

# The password of the superuser `elastic`, with which the set-up makes the desk's key.
elasticsearch-keystore create
elasticsearch-keystore add --stdin --force bootstrap.password <"$secrets/elastic_password"

exec /usr/local/bin/docker-entrypoint.sh eswrapper
