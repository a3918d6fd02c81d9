"""The values of every setting, by name."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Every setting with its value, checked."""

    data: Path
    profile: Path
    benign: str
    host: str
    port: int
    console_host: str
    console_port: int
    recipients: tuple[str, ...]
    authentication: str
    authserv_id: str
    nameservers: tuple[str, ...]
    domain: str
    secret_file: str
    workers: int
    max_size: int
    read_seconds: int
    read_memory: int
    images: bool
    smarthost: str
    smarthost_tls: str
    smarthost_user: str
    smarthost_password_file: str
    smarthost_ca_file: str
    dkim_key: str
    dkim_selector: str
    dkim_ed25519_key: str
    dkim_ed25519_selector: str
    dkim_domain: str
    replies_minute: int
    replies_hour: int
    replies_day: int
    replies_domain_minute: int
    replies_shared_domains: tuple[str, ...]
    lmtp: str
    trusted_networks: tuple[IPv4Network | IPv6Network, ...]
    tls_certificate: str
    tls_key: str
    max_recipients: int
    max_messages: int
    max_commands: int
    max_errors: int
    max_junk: int
    command_seconds: int
    data_grace: int
    data_rate: int
    data_seconds: int
    dialogue_seconds: int
    handshake_seconds: int
    connections: int
    network_connections: int
    network_rate: int
    network_messages: int
    stress_percent: int
    stress_seconds: int
    stress_errors: int
    min_free: int
    database_url: str
    database_password_file: str
    mailbox_url: str
    mailbox_password_file: str
    mailbox_token_file: str
    mailbox_token_command: str
    mailbox_done: str
    mailbox_seconds: int
    redis_url: str
    redis_password_file: str
    elasticsearch_url: str
    elasticsearch_key_file: str
    elasticsearch_ca_file: str
    elasticsearch_prefix: str
    elasticsearch_replicas: int
    spool_url: str
    spool_options_file: str
    deaf_seconds: int
    oncall: str
    alert_webhook: str
    watch_addresses: tuple[str, ...]
    watch_webhooks: tuple[str, ...]
    watch_secret_file: str
    watch_ca_file: str
    watch_minutes: int
    console_url: str

    @property
    def record_url(self) -> str:
        """Give the URL of the record's database."""
        return self.database_url or f"sqlite:///{self.data / 'record.sqlite'}"

    @property
    def index_url(self) -> str:
        """Give the URL of the search index."""
        return f"sqlite:///{self.data / 'index.sqlite'}"

    @property
    def secret_path(self) -> Path:
        """Give the file with the key of the address hashes."""
        return Path(self.secret_file) if self.secret_file else self.data / "secret.key"

    @property
    def distributed(self) -> bool:
        """Tell whether hints and index are kept by servers of their own."""
        return bool(self.redis_url and self.elasticsearch_url)
