#!/bin/sh
# Makes the desk's role and database in a new PostgreSQL: the role owns that one and no other, and
# nobody else may look into it. The image runs this once, when its volume is empty.
set -eu
psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\set password `cat /run/secrets/desk_database_password`
CREATE ROLE desk LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'password';
CREATE DATABASE desk OWNER desk ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0;
REVOKE ALL ON DATABASE desk, postgres, template1 FROM PUBLIC;
SQL
