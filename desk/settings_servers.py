"""Settings of the servers that the desk stands on."""

from __future__ import annotations

from desk.setting import Setting

SERVERS: tuple[Setting, ...] = (
    Setting(
        name="database_url",
        default="",
        help="Database of the record: `sqlite:///file`, or `postgresql://user@host/name`. "
        "Empty: SQLite under DATA.",
    ),
    Setting(
        name="database_password_file",
        default="",
        help="File with the password for DESK_DATABASE_URL. Empty: none, or it stands there.",
    ),
    Setting(
        name="redis_url",
        default="",
        help="Redis of the distributed form, `redis://host:6379/0` (`rediss://` with TLS). "
        "Set with DESK_ELASTICSEARCH_URL, or not at all.",
    ),
    Setting(
        name="redis_password_file",
        default="",
        help="File with the password for DESK_REDIS_URL. Empty: none, or it stands there.",
    ),
    Setting(
        name="elasticsearch_url",
        default="",
        help="Elasticsearch of the distributed form, `https://host:9200`. "
        "Set with DESK_REDIS_URL, or not at all.",
    ),
    Setting(
        name="elasticsearch_key_file",
        default="",
        help="File with the API key (encoded form) for Elasticsearch. Empty: it asks for none.",
    ),
    Setting(
        name="elasticsearch_ca_file",
        default="",
        help="File with the certificate (PEM) that vouches for Elasticsearch's own. "
        "Empty: those that the machine trusts.",
    ),
    Setting(
        name="elasticsearch_prefix",
        default="desk",
        help="What the names of this desk's indices begin with.",
    ),
    Setting(
        name="elasticsearch_replicas",
        default="0",
        help="Copies of the index on other nodes; 1 where there are two nodes or more.",
        convert=int,
        at_least=0,
    ),
    Setting(
        name="spool_url",
        default="",
        help="Where the distributed form keeps the mails: `s3://bucket/folder` or the like. "
        "Empty: the folder DATA/spool, which every host must share.",
    ),
    Setting(
        name="spool_options_file",
        default="",
        help="TOML file with what DESK_SPOOL_URL needs besides: endpoint, region, credentials.",
    ),
    Setting(
        name="deaf_seconds",
        default="120",
        help="Seconds after which a worker that hears no hint although Redis is there is started "
        "again.",
        convert=int,
        at_least=5,
    ),
)
