#!/bin/bash
# Tells whether the node answers over TLS and has all its primary shards. The password goes through a
# pipe, so that no list of processes shows it.
set -euo pipefail
printf 'user = "elastic:%s"\n' "$(cat /run/secrets/elastic_password)" |
	curl --config - --silent --show-error --fail --output /dev/null --max-time 10 \
		--cacert /run/secrets/elasticsearch_ca \
		'https://localhost:9200/_cluster/health?wait_for_status=yellow&timeout=5s'
