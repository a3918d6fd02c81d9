"""A reporter is answered from the console: by a page of ours, once, where they wrote from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from answerable import FORGED, fill
from reading_room.sample import Stores, open_stores
from reading_room.sending import OWN, hidden
from reading_room.served import asked, built

from casefile.finding import Flag
from casefile.reply import Answer, State, waits

ANN = "ann@reporter.example"


@pytest.fixture
def stores() -> Stores:
    """Give a desk of which only the stores are needed."""
    return open_stores()


@pytest.fixture
def client(stores: Stores) -> Iterator[httpx.Client]:
    """Give a client that asks its console."""
    with asked(built(stores)) as client:
        yield client


@pytest.fixture
def unanswered(stores: Stores) -> str:
    """Give the mail of somebody whom nobody has proven, before a person."""
    (key,) = fill(stores, [ANN], authentication=FORGED)  # type: ignore[arg-type]
    now, wish = datetime.now(UTC), Answer(main="general", parts=(), alert=False)
    why = "not authenticated: spf fail"
    stores.ledger.decline(key, wish, "suppressed", why, now)
    stores.record.take("answer", [key], "w", now)
    stores.record.answered(key, [waits(key, "unanswered", f"not answered: {why}", now)])
    return key


def press(client: httpx.Client, key: str, page: str = "", **fields: str) -> httpx.Response:
    """Send the form of a page, as it was opened before or as it is now."""
    path = f"/submissions/{key}/answer"
    form = hidden(page or client.get(f"/submissions/{key}").text, path)
    whole = {"text": "scam", "language": "en", "reason": "spoke with her", "address": ANN}
    return client.post(path, data=form | whole | fields, headers=OWN)


def test_who_spoke_with_the_reporter_has_them_answered(
    stores: Stores, client: httpx.Client, unanswered: str
) -> None:
    assert f"/submissions/{unanswered}#answer" in client.get("/waiting").text
    page = client.get(f"/findings/{unanswered}-1").text
    assert "Nobody has proven that this address wrote to us" in page
    answer = press(client, unanswered, page, address=ANN.upper())
    assert answer.headers["location"] == f"/submissions/{unanswered}#answer"
    decision = stores.ledger.decision(unanswered)
    assert decision is not None
    assert (decision.state, decision.answer.main) == ("claimed", "scam")
    assert decision.answer.languages == ("en", "cy")
    assert stores.record.waiting() == []
    assert stores.record.due("answer", datetime.now(UTC), 9) == [unanswered]
    (entry,) = stores.journal.entries()
    assert (entry.actor, entry.action, entry.object) == ("console", "vouched", unanswered)
    assert ANN not in (entry.payload or "")
    again = press(client, unanswered, page)  # a double click
    assert again.status_code == 400
    assert "Nothing is sent." in again.text
    assert 'action="/submissions' not in client.get(f"/findings/{unanswered}-1").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"address": "eve@offender.example"}, "not the address"),
        ({"address": ""}, "not authenticated"),
        ({"text": "gentle"}, ""),
        ({"language": "de"}, ""),
        ({"reason": " "}, ""),
        ({"reason": "x" * 501}, ""),
    ],
)
def test_what_is_not_right_sends_nothing(
    stores: Stores, client: httpx.Client, unanswered: str, fields: dict[str, str], said: str
) -> None:
    answer = press(client, unanswered, **fields)
    assert answer.status_code == 400
    assert said in answer.text
    unchanged(stores, unanswered)


def unchanged(stores: Stores, key: str, state: State = "suppressed") -> None:
    """Hold that nothing was done."""
    decision = stores.ledger.decision(key)
    assert decision is not None
    assert decision.state == state
    assert list(stores.journal.entries()) == []
    assert stores.errands.casework.asked() == []


@pytest.mark.parametrize("site", [None, "cross-site", "same-site", "none"])
def test_a_page_of_somebody_elses_sends_nothing(
    stores: Stores, client: httpx.Client, unanswered: str, site: str | None
) -> None:
    path = f"/submissions/{unanswered}/answer"
    form = hidden(client.get(f"/submissions/{unanswered}").text, path)
    whole = form | {"text": "scam", "reason": "spoke with her", "address": ANN}
    headers = {"sec-fetch-site": site} if site else {}
    assert client.post(path, data=whole, headers=headers).status_code == 403
    assert client.post(path, data=whole | {"token": "0" * 64}, headers=OWN).status_code == 403
    unchanged(stores, unanswered)


@pytest.mark.parametrize("state", ["sent", "uncertain"])
def test_what_was_answered_meanwhile_is_not_answered_again(
    stores: Stores, client: httpx.Client, unanswered: str, state: State
) -> None:
    """The page was opened before, and the button pressed after."""
    page = client.get(f"/submissions/{unanswered}").text
    with stores.engine.begin() as db:
        db.exec_driver_sql("UPDATE ledger_decisions SET state = ?", (state,))
    assert press(client, unanswered, page).status_code == 400
    unchanged(stores, unanswered, state)


def test_where_danger_stands_no_text_that_calms_is_offered_or_taken(
    stores: Stores, client: httpx.Client, unanswered: str
) -> None:
    flagged(stores, unanswered, "under-18")
    page = client.get(f"/submissions/{unanswered}").text
    offered = page.partition('id="answer-text"')[2].partition("</select>")[0]
    assert 'value="young" selected' in offered
    for text in ("bluff", "thanks", "scam", "general"):
        assert f'value="{text}"' not in offered
        assert press(client, unanswered, page, text=text).status_code == 400
    unchanged(stores, unanswered)
    assert press(client, unanswered, page, text="young").is_redirect


def flagged(stores: Stores, key: str, flag: Flag) -> None:
    """Have a person set a flag of the mail's one finding."""
    (found,) = stores.record.findings_of(key)
    stores.register.place([found])
    stores.errands.correct("flag", found.key, flag, [], "she says so")
    with stores.engine.begin() as db:
        db.exec_driver_sql("DELETE FROM journal_payloads")
        db.exec_driver_sql("DELETE FROM journal_entries")


def test_what_nobody_may_have_answered_says_so(stores: Stores, client: httpx.Client) -> None:
    (key,) = fill(stores, ["noreply@shop.example"], authentication=FORGED)  # type: ignore[arg-type]
    wish = Answer(main="general", parts=(), alert=False)
    now = datetime.now(UTC) - timedelta(hours=1)
    stores.ledger.decline(key, wish, "suppressed", "sender is a daemon, a list or no person", now)
    page = client.get(f"/submissions/{key}").text
    assert "Nobody can have this answered: sender is a daemon" in page
    assert f"/submissions/{key}/answer" not in page


def test_what_came_later_stands_on_the_report_and_the_other_way_round(
    stores: Stores, client: httpx.Client, unanswered: str
) -> None:
    second, third = fill(stores, [ANN, ANN])  # type: ignore[arg-type]
    flagged(stores, second, "distress")
    for key in (second, third):
        stores.record.follow(key, unanswered)
    first = client.get(f"/findings/{unanswered}-1").text
    told = first.partition('id="later"')[2].partition("</section>")[0]
    assert f"/findings/{second}-1" in told
    assert f"/findings/{third}-1" in told
    assert "distress" in told
    later = client.get(f"/findings/{second}-1").text
    told = later.partition('id="later"')[2].partition("</section>")[0]
    assert f"/submissions/{unanswered}" in told
    assert f"/findings/{third}-1" in told
    assert f"/findings/{second}-1" not in told
