"""Its sole purpose is to find which malware an offender claims to have planted."""

from __future__ import annotations

from triage.extract.glance import Spoken, spoken
from triage.extract.whole_words import Names
from triage.folding import readable

#: What it is called for people, by how it is written in lower case without accents.
CLAIMED: dict[str, str] = {
    written: name
    for name, ways in (
        ("Pegasus", "pegasus"),
        ("trojan", "trojan|trojans|trojan horse|trojaner|trojanisches pferd|trojanerem|trojana"),
        (
            "trojan",
            "troyano|troyanos|cavallo di troia|cheval de troie|cavalo de troia|trojske kone",
        ),
        ("keylogger", "keylogger|keyloggers|key logger|keylogging|enregistreur de frappe"),
        ("remote control", "remote access trojan|remote administration tool|remote control tool"),
        ("remote control", "remote access tool|remote desktop|remote control|fernzugriff|vnc|rdp"),
        ("remote control", "acceso remoto|acces a distance|accesso remoto|acesso remoto"),
        ("remote control", "zdalny dostep|zdalnego dostepu|mynediad o bell|rheoli o bell"),
        ("exploit", "exploit|exploits|zero-day|zero day|zero-click|zeroday|0-day|drive-by"),
        ("spyware", "spyware|spionagesoftware|spionsoftware|spionageprogramm|logiciel espion"),
        ("spyware", "programa espia|software espia|software spia|programa espiao|ysbiwedd"),
        ("spyware", "oprogramowanie szpiegujace|oprogramowania szpiegujacego"),
        ("virus", "virus|viruses|viren|virusem|wirus|wirusa|wirusem|feirws|firws|virussen"),
        ("malware", "malware|malicious software|malicious code|malicious program|maleiswedd"),
        ("malware", "schadsoftware|schadprogramm|schadcode|maliciel|logiciel malveillant"),
        ("malware", "software malicioso|programa malicioso|codigo malicioso|malwarem"),
        ("malware", "software dannoso|software malevolo|kwaadaardige software"),
        ("malware", "zlosliwe oprogramowanie|zlosliwego oprogramowania|вредоносное"),
        ("ransomware", "ransomware|cryptolocker|encryptor"),
        ("rootkit", "rootkit|bootkit|backdoor|back door|hintertur|puerta trasera"),
    )
    for written in ways.split("|")
}
#: What others are a kind of: said only where nothing closer is.
_GENERAL = ("malware", "virus")
_NAMES = Names(CLAIMED)


def find_claims(text: str, said: Spoken | None = None) -> tuple[str, ...]:
    """Name the malware that a text speaks of, each once, in the order in which it does.

    `said` has the words of the text, where they are known.
    """
    lower = readable(text)
    found: dict[str, None] = {}
    until = 0
    for start, end, written in _NAMES.places(lower, said or spoken(text)):
        # The trojan of a remote access trojan is said already.
        if end > until and not _within_a_word(lower, start):
            found[CLAIMED[written]] = None
            until = end
    close = [name for name in found if name not in _GENERAL]
    return tuple(close or found)


def _within_a_word(text: str, start: int) -> bool:
    return start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_")
