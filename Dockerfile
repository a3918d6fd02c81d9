# The image of the desk's own processes; docker-compose.yml says which one a container runs.
#
# Two builds of one commit are alike, byte for byte, where the base is pinned by its digest
# (BASE_IMAGE=python:3.11-slim-bookworm@sha256:…, see .env.example) and the layers' times are set too:
#   SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) docker buildx build --build-arg BASE_IMAGE=… \
#     --output type=docker,name=blackmail-desk:0.1.0,rewrite-timestamp=true .
ARG BASE_IMAGE=python:3.11-slim-bookworm

FROM ${BASE_IMAGE} AS build
ARG SOURCE_DATE_EPOCH=1735689600
ENV SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH} \
    PYTHONHASHSEED=0 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
# An environment without pip: nothing in the image can install. One package comes as source only; what
# builds it is locked too, and stays out of the image.
COPY requirements/distributed.txt docker/build.txt ./
RUN awk '/^[^ #]/ { source = /^pyspf==/ } { print > (source ? "source.txt" : "binary.txt") }' distributed.txt && \
    python -m venv --without-pip tools && \
    python -m pip --python tools/bin/python install --require-hashes --only-binary=:all: -r build.txt && \
    python -m pip --python tools/bin/python wheel --no-deps --no-build-isolation --require-hashes \
        --no-binary=:all: --wheel-dir dist -r source.txt && \
    python -m venv --without-pip /opt/desk && \
    python -m pip --python /opt/desk/bin/python install --no-compile \
        --require-hashes --only-binary=:all: -r binary.txt
COPY pyproject.toml README.md LICENSE ./
COPY casefile casefile
COPY ingest ingest
COPY triage triage
COPY responders responders
COPY console console
COPY desk desk
COPY templates templates
COPY profiles profiles
RUN python -m pip --python /opt/desk/bin/python wheel --no-deps --no-build-isolation --wheel-dir dist . && \
    python -m pip --python /opt/desk/bin/python install --no-deps --no-index --no-compile dist/*.whl
# What made the wheel is not needed to run it. The packages are compiled, as nobody may write there
# later, into files that name a hash instead of a time (olefile2.py is for Python 2).
RUN python -m pip --python /opt/desk/bin/python uninstall --yes editables hatchling pathspec pluggy trove-classifiers && \
    find /opt/desk -name __pycache__ -prune -exec rm -rf {} + && \
    /opt/desk/bin/python -m compileall -q -j 1 --invalidation-mode unchecked-hash \
        -x olefile2.py /opt/desk/lib && \
    find /opt/desk -exec touch --no-dereference --date "@${SOURCE_DATE_EPOCH}" {} +

FROM ${BASE_IMAGE}
ENV PATH=/opt/desk/bin:${PATH} \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
COPY --from=build /opt/desk /opt/desk
# A user by number, the same in every build. The volumes that lie over these folders take their owner.
RUN echo "desk:x:10001:10001::/nonexistent:/usr/sbin/nologin" >> /etc/passwd && \
    echo "desk:x:10001:" >> /etc/group && \
    mkdir --mode=0700 /data /keys && \
    chown 10001:10001 /data /keys
USER 10001:10001
# Not /data: settings are read from the folder one stands in, and whoever can write mails there could
# write those too.
WORKDIR /opt/desk
STOPSIGNAL SIGTERM
CMD ["desk", "--help"]
