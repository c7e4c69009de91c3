"""Mail in: each message to its request, or set apart with a reason; the mailbox stays as it was."""

from __future__ import annotations

import io
import json
import mailbox
import os
import signal
import subprocess
import sys
import threading
import zipfile
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from typer.testing import CliRunner

import holdfast.cli.post_in  # noqa: F401 - registers the commands
from holdfast.cli.main import app
from holdfast.evidence.post.arrived import Sort, arrived_apart
from holdfast.evidence.post.journal import Did, Journal
from holdfast.evidence.post.outbox import Outbox, Stands
from holdfast.evidence.received.worker import Reader
from tests.evidence.mail_servers import Gone, Imap, Smtp, certificate
from tests.evidence.test_letters_by_mail import BODIES, POST

BARNET, MORAY, KENT = (row[2] for row in BODIES)


@pytest.fixture
def folder(tmp_path):
    """A round whose three letters went out."""
    place = tmp_path / "round"
    place.mkdir()
    rows = "".join(",".join(row) + "\n" for row in BODIES)
    (place / "requests.csv").write_text("authority,nation,reference,address\n" + rows)
    with Smtp() as server:
        text = f'{POST}[smtp]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n'
        (place / "post.toml").write_text(text)
        run(place, "prepare")
        run(place, "approve", "--every", "request", "--by", "Priya")
        run(place, "send")
    return place


def run(folder, *words, code=0):
    result = CliRunner().invoke(app, ["round", words[0], str(folder), *map(str, words[1:])])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


def letter(folder, reference):
    return next(one for one in Outbox(folder).letters().values() if one.reference == reference)


def reply(folder, reference, sender, words="Unaccompanied: 12", to=None, answers=None, name="", **headings):
    message = EmailMessage()
    message["From"] = f'"{name}" <{sender}>' if name else sender
    message["To"] = letter(folder, reference).reply if to is None else to
    message["Subject"] = headings.pop("Subject", "Your request")
    message["Date"] = "Mon, 09 Mar 2026 10:00:00 +0000"
    message["Message-ID"] = headings.pop(
        "Message_ID", f"<{abs(hash((reference, sender, words, str(to))))}@them.example>"
    )
    if answers:
        message["In-Reply-To"] = answers
    for heading, value in headings.items():
        message[heading.replace("_", "-")] = value
    message.set_content(words)
    return message


def bounce(folder, reference, action="failed", status="5.1.1", whole=True, to=None):
    one = letter(folder, reference)
    given_back = f"Message-ID: {one.message_id}\r\nSubject: ours\r\n\r\nwords"
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    return (
        f"From: Mail Delivery System <MAILER-DAEMON@mx.them.example>\r\nTo: {to or one.reply}\r\n"
        "Subject: Undelivered\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.them.example\r\n\r\n"
        f"Final-Recipient: rfc822; foi@them.example\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 no such user\r\n\r\n"
        f"--b\r\nContent-Type: {kind}\r\n\r\n{given_back}\r\n--b--\r\n"
    ).encode()


def take(folder, *messages, code=0):
    place = folder.parent / f"mail{len(list(folder.parent.iterdir()))}"
    place.mkdir()
    for at, one in enumerate(messages):
        content = one if isinstance(one, bytes) else one.as_bytes()
        (place / f"{at}.eml").write_bytes(content)
    before = len(Journal(folder).lines())
    run(folder, "receive", "--from", place, code=code)
    return Journal(folder).lines()[before:]


def test_a_reply_finds_its_request_by_its_address_or_by_the_letter_that_it_answers(folder):
    by_letter = reply(
        folder, KENT, "foi@kent.example", to="round@count.example", answers=letter(folder, KENT).message_id.upper()
    )
    found = take(folder, reply(folder, BARNET, "foi@barnet.example"), by_letter)
    assert [(line.did, line.reference) for line in found] == [(Did.ANSWERED, BARNET), (Did.ANSWERED, KENT)]
    assert letter(folder, BARNET).stands is Stands.ANSWERED and letter(folder, MORAY).stands is Stands.SENT
    assert take(folder, reply(folder, BARNET, "foi@barnet.example")) == (), "the same message again is taken once"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda f: reply(f, BARNET, "foi@barnet.example", to="round@count.example"), "answers no letter of ours"),
        (
            lambda f: reply(f, BARNET, "x@evil.example", to="round@count.example", name="Barnet Council"),
            "answers no letter of ours",
        ),
        (
            lambda f: reply(f, BARNET, "foi@barnet.example", to=letter(f, BARNET).reply.replace("@", "x@")),
            "never given out: mistyped or guessed",
        ),
        (lambda f: reply(f, BARNET, "foi@kent.example"), "from an address of Kent"),
        (lambda f: reply(f, BARNET, "foi@barnet.example", name="Kent County Council"), "gives its sender as Kent"),
        (lambda f: reply(f, BARNET, "clerk@cases.example"), "not known to be theirs"),
        (
            lambda f: reply(f, BARNET, "foi@barnet.example", answers=letter(f, KENT).message_id),
            "is about 2 requests at once",
        ),
        (lambda f: reply(f, BARNET, "round+any@count.example"), "our own address"),
        (lambda f: reply(f, BARNET, "foi@barnet.example", Delivered_To="a@b.example").as_bytes().replace(
            b"Delivered-To", b"Delivered-To: a@b.example\nDelivered-To", 1), "same address twice"),
    ],
)  # fmt: skip
def test_what_may_not_be_theirs_is_set_apart_with_the_reason_and_kept(folder, make, words):
    (line,) = take(folder, make(folder))
    assert line.did is Did.SET_APART and words in line.note and line.kind
    assert all(one.stands is Stands.SENT for one in Outbox(folder).letters().values())
    assert (folder / "inbox" / line.mail[:2] / f"{line.mail}.eml").exists()
    assert words[:12] in " ".join(run(folder, "mail").stdout.replace("│", " ").split()) or words


def test_a_person_accepts_what_was_set_apart_and_the_address_is_known_from_then_on(folder):
    (line,) = take(folder, reply(folder, BARNET, "clerk@cases.example"))
    assert "who you are" in run(folder, "accept", line.mail, "--reference", BARNET, "--by", " ", code=2).stderr
    assert "no request" in run(folder, "accept", line.mail, "--reference", "X", "--by", "Priya", code=2).stderr
    assert "not the beginning" in run(folder, "accept", "zzzzzz", "--reference", BARNET, "--by", "P", code=2).stderr
    run(folder, "accept", line.mail[:12], "--reference", BARNET, "--by", "Priya", "--note", "their case system")
    (second,) = take(folder, reply(folder, BARNET, "clerk@cases.example", "and one thing more"))
    assert second.did is Did.ANSWERED
    (other,) = take(folder, reply(folder, KENT, "clerk@cases.example"))
    assert other.did is Did.SET_APART, "for that request alone"
    run(folder, "dismiss", other.mail, "--by", "Priya")
    assert "not the beginning" in run(folder, "dismiss", other.mail, "--by", "Priya", code=2).stderr


@pytest.mark.parametrize("whole", [True, False])
def test_a_bounce_is_put_to_its_letter_and_the_request_needs_another_address(folder, whole):
    elsewhere = None if whole else "round@count.example"
    (line,) = take(folder, bounce(folder, BARNET, whole=whole, to=elsewhere))
    assert (line.did, line.reference) == (Did.BOUNCED, BARNET) and "550 no such user" in line.note
    assert letter(folder, BARNET).stands is Stands.BOUNCED
    status = {one["reference"]: one for one in json.loads(run(folder, "status", "--json").stdout)}
    assert status[BARNET]["state"] == "bounced" and status[KENT]["state"] == "waiting"
    assert "nothing reaches foi@barnet.example" in run(folder, "prepare").stderr
    text = (folder / "requests.csv").read_text().replace("foi@barnet", "information@barnet")
    (folder / "requests.csv").write_text(text)
    assert "Prepared 1" in run(folder, "prepare").stdout, "to the other address, with days of its own"


def test_a_delay_is_no_bounce_and_a_notice_about_nothing_of_ours_is_set_apart(folder):
    (line,) = take(folder, bounce(folder, BARNET, action="delayed", status="4.4.1"))
    assert line.did is Did.DELAYED and letter(folder, BARNET).stands is Stands.SENT
    foreign = bounce(folder, KENT, to="round@count.example").replace(letter(folder, KENT).message_id.encode(), b"<x@y>")
    (line,) = take(folder, foreign)
    assert line.did is Did.SET_APART and "no letter of ours" in line.note
    odd = reply(folder, KENT, "mailer-daemon@mx.example", "user unknown")
    (line,) = take(folder, odd)
    assert line.did is Did.SET_APART and "form of its own" in line.note and line.reference == KENT


def test_an_automatic_answer_is_an_acknowledgement_and_stops_no_clock(folder):
    (line,) = take(folder, reply(folder, BARNET, "foi@barnet.example", "We got it.", Auto_Submitted="auto-replied"))
    assert line.did is Did.ACKNOWLEDGED and letter(folder, BARNET).stands is Stands.ACKNOWLEDGED
    assert "waiting" in run(folder, "status").stdout
    (line,) = take(folder, reply(folder, KENT, "foi@kent.example", "1c: 12", Auto_Submitted="auto-generated"))
    assert line.did is Did.SET_APART and "may be the answer itself" in line.note, "a case system may send the answer"


def test_a_mail_loop_is_answered_by_nobody_and_set_apart_after_ten(folder):
    more = [
        reply(folder, BARNET, "foi@barnet.example", f"Out of office {at}", Auto_Submitted="auto-replied")
        for at in range(25)
    ]
    before = len(Outbox(folder).letters())
    found = take(folder, *more)
    assert [line.did for line in found].count(Did.ACKNOWLEDGED) == 10
    assert {line.kind for line in found[10:]} == {"automatic message or mail loop"} and len(found) == 25
    run(folder, "prepare")
    assert len(Outbox(folder).letters()) == before


def test_what_comes_back_settles_what_was_not_known(folder):
    name = letter(folder, BARNET).id
    lines = [line for line in Journal(folder).lines() if not (line.did is Did.SENT and line.letter == name)]
    (folder / "post.jsonl").unlink()
    Journal(folder).add(*lines)
    assert letter(folder, BARNET).stands is Stands.UNKNOWN
    take(folder, reply(folder, BARNET, "foi@barnet.example"))
    assert letter(folder, BARNET).stands is Stands.ANSWERED
    assert json.loads(run(folder, "status", "--json").stdout)[0]["state"] == "waiting"


def test_replies_are_read_with_their_files_and_hostile_ones_are_quarantined_with_a_reason(folder, tmp_path):
    good = reply(folder, BARNET, "foi@barnet.example", "Please see the template.")
    template = next(folder.glob(f"outbox/*{BARNET}*/attached/template.csv")).read_text()
    filled = template.replace("or separated children?,,", "or separated children?,12,")
    good.add_attachment(filled.encode(), maintype="text", subtype="csv", filename="template.csv")
    bomb, pages = io.BytesIO(), reply(folder, KENT, "foi@kent.example", "Attached.")
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 60_000_000)
    pages.add_attachment(bomb.getvalue(), maintype="application", subtype="zip", filename="answer.xlsx")
    pages.add_attachment(many_pages(10_000), maintype="application", subtype="pdf", filename="answer.pdf")
    other = reply(folder, MORAY, "foi@moray.example", "Reply of Kent County Council\n\nUnaccompanied: 900")
    take(folder, good, pages, other)
    out = tmp_path / "read"
    run(folder, "read", "--out", out)
    assert "Barnet" in (out / "cells.csv").read_text() and ",12," in (out / "cells.csv").read_text()
    quarantined = (out / "quarantine.csv").read_text()
    for words in ("10,000 pages", "unpacks from", "came from Moray, and speaks for Kent"):
        assert words in quarantined
    assert "900" not in (out / "cells.csv").read_text() + (out / "proposed.csv").read_text()


def many_pages(count):
    kids = " ".join(f"{number} 0 R" for number in range(3, count + 3))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {count} >>"]
    objects += ["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"] * count
    out, places = b"%PDF-1.4\n", []
    for number, words in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{words}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    ends = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return out + f"{ends}startxref\n{len(out)}\n%%EOF".encode()


def test_a_reply_waits_until_a_person_says_what_it_is(folder):
    take(folder, reply(folder, BARNET, "foi@barnet.example", "What do you mean by separated?"))
    assert BARNET in run(folder, "mail").stdout
    run(folder, "happened", BARNET, "clarification_asked", "--by", "Priya")
    assert BARNET not in run(folder, "mail").stdout
    status = json.loads(run(folder, "status", "--json").stdout)[0]
    assert (status["state"], status["step"]) == ("waits for our clarification", "answer their question")
    run(folder, "prepare")
    words = next(folder.glob(f"outbox/*{BARNET}-clarification/letter.txt"))
    assert "a person must write" in run(folder, "approve", words.parent.name, "--by", "Priya", code=2).stderr
    assert "is not one of" in run(folder, "happened", BARNET, "eaten", "--by", "Priya", code=2).stderr
    assert "no request" in run(folder, "happened", "B-9", "answered", "--by", "Priya", code=2).stderr


def test_a_maildir_and_an_mbox_are_taken_and_what_is_no_message_is_named(folder, tmp_path):
    box = mailbox.Maildir(tmp_path / "Maildir")
    box.add(reply(folder, BARNET, "foi@barnet.example"))
    one = mailbox.mbox(tmp_path / "all.mbox")
    one.add(reply(folder, KENT, "foi@kent.example"))
    one.flush()
    one.close()
    (tmp_path / "Maildir" / "new" / "note.txt").write_text("hello")
    told = run(folder, "receive", "--from", tmp_path / "Maildir", "--from", tmp_path / "all.mbox", code=1)
    assert "2 new messages: 2 answered" in told.stdout and "note.txt is no message" in told.stderr
    assert "is not there" in run(folder, "receive", "--from", tmp_path / "nowhere", code=1).stderr


def test_messages_that_cannot_be_taken_apart_are_kept_and_set_apart(folder):
    deep = b"From: a@b.example\nTo: c@d.example\nMIME-Version: 1.0\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (at, at) for at in range(3000)
    )
    (line,) = take(folder, deep)
    assert line.did is Did.SET_APART


def test_a_heading_made_to_take_hours_ends_with_its_time_and_the_next_message_is_read():
    from holdfast.evidence.received.content import Quarantined, Why
    from holdfast.evidence.received.limits import Limits

    endless = b"From: " + b'"' * 200_000 + b"\nTo: a@b.example\n\nx"
    limits = Limits(seconds=1.5)
    with Reader(limits) as reader:
        with pytest.raises(ValueError, match=r"could not be read in 1\.5 seconds"):
            arrived_apart(reader, endless, frozenset())
        with pytest.raises(Quarantined) as stopped:
            reader.message(endless, limits, frozenset())
        assert stopped.value.concern.why is Why.TOO_SLOW
        good = arrived_apart(reader, b"From: a@b.example\nTo: c@d.example\n\nx", frozenset())
        assert good.sort is Sort.REPLY and good.envelope.sender == "a@b.example"
        assert reader.message(b"From: a@b.example\nTo: c@d.example\n\nx", limits, frozenset()).content.pieces


def test_a_message_accepted_twice_is_read_once(folder, tmp_path):
    (line,) = take(folder, reply(folder, BARNET, "clerk@cases.example", "Unaccompanied children: 12"))
    run(folder, "accept", line.mail, "--reference", BARNET, "--by", "Priya")
    lines = Journal(folder).lines()
    assert [one.did for one in lines[-2:]] == [Did.ANSWERED, Did.ACCEPTED]
    (folder / "post.jsonl").unlink()
    Journal(folder).add(*lines[:-1])  # as if the machine had stopped between the two
    run(folder, "accept", line.mail, "--reference", BARNET, "--by", "Priya")
    run(folder, "read", "--out", tmp_path / "read")
    assert len((tmp_path / "read" / "documents.csv").read_text().splitlines()) == 2


def test_a_reply_for_two_bodies_is_accepted_and_read_for_both(folder, tmp_path):
    both = f"{letter(folder, BARNET).reply}, {letter(folder, KENT).reply}"
    (line,) = take(folder, reply(folder, BARNET, "foi@shared.example", "Unaccompanied children: 12", to=both))
    assert "is about 2 requests at once" in line.note
    run(folder, "accept", line.mail, "--reference", BARNET, "--reference", KENT, "--by", "Priya")
    run(folder, "read", "--out", tmp_path / "read")
    rows = (tmp_path / "read" / "documents.csv").read_text()
    assert "Barnet" in rows and "Kent" in rows
    assert letter(folder, BARNET).stands is letter(folder, KENT).stands is Stands.ANSWERED


def test_a_note_of_ones_own_goes_the_same_way_and_moves_no_clock(folder, tmp_path):
    before = run(folder, "status", "--json").stdout
    (tmp_path / "note.txt").write_text("The file “answer.xlsx” seems to hold more than you meant to send.")
    name = run(folder, "write", BARNET, "--text", tmp_path / "note.txt").stdout.strip()
    assert "still waits" in run(folder, "write", BARNET, "--text", tmp_path / "note.txt", code=2).stderr
    with Smtp() as server:
        text = (folder / "post.toml").read_text()
        (folder / "post.toml").write_text(text.partition("port = ")[0] + f'port = {server.port}\nsecurity = "none"\n')
        run(folder, "approve", name, "--by", "Priya")
        run(folder, "send")
    message = message_from_bytes(server.taken[0][2], policy=policy.default)
    assert "answer.xlsx" in message.get_content() and message["References"], "it joins the thread of the request"
    assert run(folder, "status", "--json").stdout == before
    assert "no request" in run(folder, "write", "X", "--text", tmp_path / "note.txt", code=2).stderr
    assert "cannot be read" in run(folder, "write", BARNET, "--text", tmp_path / "none.txt", code=2).stderr


def mailbox_of(folder, server, more=""):
    text = (folder / "post.toml").read_text().partition("[imap]")[0]
    (folder / "post.toml").write_text(
        f'{text}[imap]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\nusername = "round"\n{more}'
    )


def test_the_mailbox_is_read_and_stays_as_it_was(folder, monkeypatch):
    monkeypatch.setenv("HOLDFAST_ROUND_IMAP_PASSWORD", "secret")
    messages = {7: reply(folder, BARNET, "foi@barnet.example").as_bytes(), 9: bounce(folder, KENT)}
    with Imap(messages) as server:
        mailbox_of(folder, server)
        assert "2 new messages" in run(folder, "receive").stdout
        assert "0 new messages" in run(folder, "receive").stdout
        server.messages[12] = reply(folder, MORAY, "foi@moray.example").as_bytes()
        assert "1 new message" in run(folder, "receive").stdout
        fetched = [one for one in server.commands if "BODY.PEEK" in one]
        assert [one.split(" ")[2] for one in fetched] == ["7", "9", "12"], "each once"
        words = {one.split(" ")[0].upper() for one in server.commands}
        assert words == {"CAPABILITY", "LOGIN", "EXAMINE", "UID", "LOGOUT"}, "nothing that changes a mailbox"
        assert not any("STORE" in one or "BODY[]" in one for one in server.commands)
        server.validity = 1001
        assert "0 new messages" in run(folder, "receive").stdout, "new numbers for old messages: known by their hash"
    assert json.loads((folder / "imap.json").read_text()) == {
        "mailbox": "127.0.0.1/INBOX", "uidvalidity": 1001, "uid": 12,
    }  # fmt: skip


def test_too_large_a_message_stays_on_the_server_and_is_said(folder, monkeypatch):
    monkeypatch.setenv("HOLDFAST_ROUND_IMAP_PASSWORD", "secret")
    messages = {1: b"From: a@b.example\n\nx", 2: reply(folder, BARNET, "foi@barnet.example").as_bytes()}
    with Imap(messages, sizes={1: 41_000_000}) as server:
        mailbox_of(folder, server)
        run(folder, "receive")
        assert not any("UID FETCH 1 (UID BODY" in one for one in server.commands)
        waiting = json.loads(run(folder, "mail", "--json").stdout)
        assert "left on the server under UID 1" in waiting[0]["why"] and waiting[1]["taken_as"] == "answered"
        server.messages[3], server.announced = b"From: a@b.example\n\ny", 50_000_000_000
        assert "announces 50,000,000,000 bytes" in run(folder, "receive", code=2).stderr


def test_a_line_that_drops_in_the_middle_loses_nothing_and_takes_nothing_twice(folder, monkeypatch):
    monkeypatch.setenv("HOLDFAST_ROUND_IMAP_PASSWORD", "secret")
    messages = {at: reply(folder, BARNET, "foi@barnet.example", f"part {at}").as_bytes() for at in range(1, 6)}

    def on(command):
        if "UID FETCH 3 (UID BODY" in command:
            raise Gone

    with Imap(messages, on=on) as server:
        mailbox_of(folder, server)
        run(folder, "receive", code=2)
        server.on = lambda command: None
        assert "3 new messages" in run(folder, "receive").stdout
        (folder / "imap.json").write_text("{")
        assert "0 new messages" in run(folder, "receive").stdout
    assert len([line for line in Journal(folder).lines() if line.did is Did.ANSWERED]) == 5


def test_a_reader_killed_in_the_middle_loses_nothing_and_takes_nothing_twice(folder, monkeypatch):
    monkeypatch.setenv("HOLDFAST_ROUND_IMAP_PASSWORD", "secret")
    messages = {at: reply(folder, BARNET, "foi@barnet.example", f"part {at}").as_bytes() for at in range(1, 6)}
    child, killed = None, threading.Event()

    def on(command):
        if "UID FETCH 4 (UID BODY" in command and not killed.is_set():
            killed.set()
            os.kill(child.pid, signal.SIGKILL)
            child.wait()

    with Imap(messages, on=on) as server:
        mailbox_of(folder, server)
        code = "from holdfast.cli.main import run; run()"
        child = subprocess.Popen([sys.executable, "-c", code, "round", "receive", str(folder)])
        assert child.wait(30) == -signal.SIGKILL
        assert "2 new messages" in run(folder, "receive").stdout
    answered = [line.mail for line in Journal(folder).lines() if line.did is Did.ANSWERED]
    assert len(answered) == len(set(answered)) == 5


def test_signing_in_needs_tls_and_the_password_is_never_repeated(folder, tmp_path, monkeypatch):
    cert, key = certificate(tmp_path)
    monkeypatch.setenv("HOLDFAST_ROUND_IMAP_PASSWORD", "pass-word-7")
    with Imap(tls=(cert, key), password="other") as server:
        mailbox_of(folder, server)
        text = (folder / "post.toml").read_text()
        before, _, account = text.partition("[imap]")
        account = account.replace("127.0.0.1", "localhost").replace('security = "none"\n', "")
        secure = f"{before}[imap]{account}"
        (folder / "post.toml").write_text(secure)
        assert "certificate" in run(folder, "receive", code=2).stderr.casefold()
        assert not any("LOGIN" in one for one in server.commands)
        (folder / "post.toml").write_text(f'{secure}ca_file = "{cert}"\n')
        told = run(folder, "receive", code=2).stderr
        assert "does not know this name and password" in told and "pass-word-7" not in told
        server.password = "pass-word-7"
        assert "0 new messages" in run(folder, "receive").stdout
    assert "cannot be reached" in run(folder, "receive", code=2).stderr


def test_two_hundred_messages_are_taken_in_seconds(folder):
    messages = [reply(folder, BARNET, "foi@barnet.example", f"part {at}") for at in range(200)]
    begun = datetime.now(UTC)
    assert len(take(folder, *messages)) == 200
    assert (datetime.now(UTC) - begun).total_seconds() < 20
