BEGIN TRANSACTION;
CREATE TABLE journal_entries (
	number INTEGER NOT NULL, 
	line TEXT NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	PRIMARY KEY (number)
);
CREATE TABLE journal_payloads (
	number INTEGER NOT NULL, 
	salt BLOB NOT NULL, 
	payload BLOB NOT NULL, 
	PRIMARY KEY (number), 
	FOREIGN KEY(number) REFERENCES journal_entries (number)
);
CREATE TABLE ledger_decisions (
	submission VARCHAR(64) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	main VARCHAR(16), 
	parts VARCHAR(64) NOT NULL, 
	alert BOOLEAN NOT NULL, 
	languages VARCHAR(64) NOT NULL, 
	reason TEXT NOT NULL, 
	reference VARCHAR(32), 
	reporter VARCHAR(64), 
	at VARCHAR(32) NOT NULL, 
	PRIMARY KEY (submission), 
	UNIQUE (reference)
);
CREATE TABLE record_contents (
	content_hash VARCHAR(64) NOT NULL, 
	"key" VARCHAR(36) NOT NULL, 
	PRIMARY KEY (content_hash)
);
CREATE TABLE record_findings (
	"key" VARCHAR(48) NOT NULL, 
	submission VARCHAR(36) NOT NULL, 
	ordinal INTEGER NOT NULL, 
	body BLOB NOT NULL, 
	PRIMARY KEY ("key"), 
	FOREIGN KEY(submission) REFERENCES record_submissions ("key")
);
CREATE TABLE record_submissions (
	"key" VARCHAR(36) NOT NULL, 
	received_at VARCHAR(32) NOT NULL, 
	stage VARCHAR(16) NOT NULL, 
	job VARCHAR(8), 
	holder VARCHAR(64), 
	due VARCHAR(32) NOT NULL, 
	attempts INTEGER NOT NULL, 
	"indexed" BOOLEAN NOT NULL, 
	sha256 VARCHAR(64), 
	content_hash VARCHAR(64), 
	cover BLOB, 
	PRIMARY KEY ("key")
);
CREATE TABLE record_version (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "record_version" VALUES(1);
CREATE TABLE record_waiting (
	"key" VARCHAR(36) NOT NULL, 
	desk VARCHAR(16) NOT NULL, 
	reason VARCHAR NOT NULL, 
	since VARCHAR(32) NOT NULL, 
	due VARCHAR(32) NOT NULL, 
	PRIMARY KEY ("key", desk), 
	FOREIGN KEY("key") REFERENCES record_submissions ("key")
);
CREATE TABLE register_account (
	kind VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	campaign INTEGER NOT NULL, 
	PRIMARY KEY (kind, value)
);
CREATE TABLE register_family (
	number INTEGER NOT NULL, 
	campaign INTEGER NOT NULL, 
	versions INTEGER NOT NULL, 
	members INTEGER NOT NULL, 
	profile BLOB NOT NULL, 
	PRIMARY KEY (number)
);
CREATE TABLE register_placement (
	finding VARCHAR NOT NULL, 
	wording VARCHAR, 
	version VARCHAR, 
	campaign VARCHAR, 
	why VARCHAR NOT NULL, 
	ambiguous BOOLEAN NOT NULL, 
	PRIMARY KEY (finding)
);
CREATE TABLE register_posting (
	shingle BIGINT NOT NULL, 
	family INTEGER NOT NULL, 
	PRIMARY KEY (shingle, family)
)
 WITHOUT ROWID

;
CREATE TABLE register_sequence (
	name VARCHAR NOT NULL, 
	value INTEGER NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE register_version (
	family INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	members INTEGER NOT NULL, 
	profile BLOB NOT NULL, 
	PRIMARY KEY (family, number)
);
CREATE INDEX record_submissions_sha256 ON record_submissions (sha256);
CREATE INDEX record_submissions_content ON record_submissions (content_hash);
CREATE INDEX record_submissions_job ON record_submissions (job, holder, "key");
CREATE INDEX record_submissions_indexed ON record_submissions ("indexed");
CREATE INDEX record_findings_submission ON record_findings (submission, ordinal);
CREATE INDEX ledger_decisions_by_reporter ON ledger_decisions (reporter, at);
COMMIT;
