"""A round of five bodies against mail servers on this machine, from the first letter to the last complaint."""

from __future__ import annotations

import csv
import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape

import pytest
import time_machine
from typer.testing import CliRunner

import holdfast.cli.post_in
import holdfast.cli.redirects  # noqa: F401 - registers the commands
from holdfast.cli.main import app
from holdfast.evidence.post.journal import Did, Journal
from holdfast.evidence.post.outbox import Outbox
from tests.evidence.mail_servers import Imap, Smtp

FIVE = """authority,address
Barnet,foi@barnet.example
Kent,foi@kent.example
Moray,foi@moray.example
Devon,foi@devon.example
Belfast,foi@belfast.example
"""


class Round:
    """The folder of a round with both its servers; a command is given as a person would."""

    def __init__(self, folder, smtp, imap):
        self.folder, self.smtp, self.imap = folder, smtp, imap

    def __call__(self, *words, code=0):
        result = CliRunner().invoke(app, ["round", words[0], str(self.folder), *map(str, words[1:])])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == code, (result.stdout, result.stderr)
        return result

    def today(self):
        return json.loads(self("today", "--json").stdout)

    def send_all(self, kind):
        self("prepare")
        self("approve", "--every", kind, "--by", "Priya")
        self("send")

    def comes(self, reference, words, sender=None, attached=None, subject="Your request"):
        one = next(one for one in Outbox(self.folder).letters().values() if one.reference == reference)
        message = EmailMessage()
        message["From"] = sender or one.to
        message["To"], message["Subject"], message["In-Reply-To"] = one.reply, subject, one.message_id
        message["Message-ID"] = f"<{len(self.imap.messages)}@them.example>"
        message.set_content(words)
        if attached:
            message.add_attachment(attached, maintype="text", subtype="csv", filename="answers.csv")
        self.arrives(message.as_bytes())

    def arrives(self, content):
        self.imap.messages[max(self.imap.messages, default=0) + 1] = content


@pytest.fixture
def a_round(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_ROUND_IMAP_PASSWORD", "secret")
    with Smtp() as smtp, Imap() as imap:
        made = Round(tmp_path / "round", smtp, imap)
        (tmp_path / "five.csv").write_text(FIVE)
        with time_machine.travel("2026-03-02T10:00:00Z", tick=True):
            made("bodies", "--name", "2026", "--addresses", tmp_path / "five.csv")
        file = tmp_path / "round" / "requests.csv"
        rows = list(csv.DictReader(file.read_text().splitlines()))
        with file.open("w", newline="") as out:
            writer = csv.DictWriter(out, rows[0])
            writer.writeheader()
            writer.writerows(row for row in rows if row["address"])
        (tmp_path / "round" / "post.toml").write_text(
            'name = "Priya Shah, The Honest Count"\nfrom = "round@count.example"\nper_minute = 6000\n'
            f'[smtp]\nhost = "127.0.0.1"\nport = {smtp.port}\nsecurity = "none"\n'
            f'[imap]\nhost = "127.0.0.1"\nport = {imap.port}\nsecurity = "none"\nusername = "round"\n'
        )
        yield made


BARNET, KENT, MORAY, DEVON = "2026-E09000003", "2026-E10000016", "2026-S12000020", "2026-E10000008"


def test_a_round_of_five_bodies_from_the_first_letter_to_the_last_complaint(a_round, tmp_path):
    with time_machine.travel("2026-03-02T11:00:00Z", tick=True):
        assert [one["do"] for one in a_round.today()] == ["prepare"] * 5
        a_round("prepare")
        assert all(one["do"].startswith("approve") for one in a_round.today())
        a_round("approve", "--every", "request", "--by", "Priya")
        assert all(one["do"] == "send" for one in a_round.today())
        a_round("send")
        assert a_round.today() == [] and len(a_round.smtp.taken) == 5
        assert "answer is due on 2026-03-30" in a_round("today").stdout
    with time_machine.travel("2026-03-10T09:00:00Z", tick=True):
        (_, _, asked) = next(one for one in a_round.smtp.taken if one[1] == "foi@barnet.example")
        template = next(
            part.get_payload(decode=True).decode("utf-8-sig")
            for part in message_from_bytes(asked, policy=policy.default).iter_attachments()
            if part.get_filename() == "template.csv"
        )
        filled = template.replace("separated children?,,", "separated children?,12,").encode()
        a_round.comes(BARNET, "Please see the template.", attached=filled)
        a_round.comes(KENT, "We refuse under section 12: it would exceed the cost limit.")
        a_round.comes(DEVON, "What do you mean by separated?")
        a_round.comes(MORAY, "Moray here", sender="someone@evil.example")
        assert "4 new messages: 3 answered, 1 set apart" in a_round("receive").stdout
        todo = a_round.today()
        assert [one["reference"] for one in todo] == [MORAY, BARNET, KENT, DEVON]
        assert "not known to be theirs" in todo[0]["what"] and todo[0]["do"].startswith("accept")
        a_round("dismiss", todo[0]["do"].split()[1], "--by", "Priya")
        a_round("read", "--out", tmp_path / "read")
        assert ",12," in (tmp_path / "read" / "cells.csv").read_text()
        a_round("happened", BARNET, "answered", "--by", "Priya")
        a_round("happened", KENT, "refused", "--by", "Priya", "--note", "s12")
        a_round("happened", DEVON, "clarification_asked", "--by", "Priya")
        steps = {one["reference"]: one for one in a_round.today()}
        assert set(steps) == {KENT, DEVON} and steps[KENT]["until"] == "2026-05-11"
        a_round("prepare")
        letter = next(a_round.folder.glob(f"outbox/*{DEVON}-clarification/letter.txt"))
        question = "[Answer what they asked. If a question changes, say which and how.]"
        letter.write_text(letter.read_text().replace(question, "Children who came alone."))
        a_round("approve", letter.parent.name, "--by", "Priya")
        a_round("send")
        stood = {one["reference"]: one for one in json.loads(a_round("status", "--json").stdout)}
        assert stood[DEVON]["due"] == "2026-04-10" and stood[DEVON]["starts"] == ["2026-03-02", "2026-03-10"]
    with time_machine.travel("2026-04-01T09:00:00Z", tick=True):
        late = {one["reference"]: one["what"] for one in a_round.today() if "remind" in one["what"]}
        assert MORAY in late and BARNET not in late and len(late) == 2, "Moray and Belfast are silent"
        a_round.send_all("reminder")
        assert "Please tell us when it will come" in a_round.smtp.taken[-1][2].decode().replace("=\r\n", "")
        assert not any("remind" in one["what"] for one in a_round.today())
    with time_machine.travel("2026-04-13T09:00:00Z", tick=True):
        a_round("prepare")
        told = a_round("approve", "--every", "review", "--by", "Priya", code=2)
        assert "Name each question" in told.stderr, "why Kent's ground does not hold is for a person to write"
        a_round("send")
        reviewed = [to for _, to, content in a_round.smtp.taken if b"request for a" in content.replace(b"=\r\n", b"")]
        assert "foi@moray.example" in reviewed and "foi@belfast.example" in reviewed
    with time_machine.travel("2026-05-20T09:00:00Z", tick=True):
        steps = {one["reference"]: one for one in a_round.today()}
        assert "complain to the Commissioner" in steps[MORAY]["what"] and steps[MORAY]["until"] == "2026-11-12"
        a_round("prepare")
        name = next(a_round.folder.glob(f"outbox/*{MORAY}-complaint")).name
        assert "no address" in a_round("approve", name, "--by", "Priya", code=2).stderr, "a person puts it in"
        letter = a_round.folder / "outbox" / name / "letter.txt"
        text = letter.read_text().replace("To: \n", "To: casework@commissioner.example\n")
        letter.write_text(text.replace("[To the Scottish Information Commissioner, not to the body.]\n\n", ""))
        a_round("approve", name, "--by", "Priya")
        a_round("send")
        stood = {one["reference"]: one for one in json.loads(a_round("status", "--json").stdout)}
        assert stood[MORAY]["state"] == "complaint made"
    assert len({content for _, _, content in a_round.smtp.taken}) == len(a_round.smtp.taken), "no letter went twice"


def test_what_came_in_meanwhile_holds_a_chasing_letter_back(a_round):
    with time_machine.travel("2026-03-02T11:00:00Z", tick=True):
        a_round.send_all("request")
    with time_machine.travel("2026-04-01T09:00:00Z", tick=True):
        a_round("prepare")
        a_round("approve", "--every", "reminder", "--by", "Priya")
        a_round.comes(KENT, "Unaccompanied: 12")
        a_round("receive")
        before = len(a_round.smtp.taken)
        told = a_round("send", code=1)
        assert "something came in after it was approved" in told.stderr
        assert not any(to == "foi@kent.example" for _, to, _ in a_round.smtp.taken[before:])
        name = next(a_round.folder.glob(f"outbox/*{KENT}-reminder")).name
        assert "nobody has read" in a_round("approve", name, "--by", "Priya", code=2).stderr
        a_round("happened", KENT, "answered", "--by", "Priya")
        assert "something came in" in a_round("send", code=1).stderr, "what was read may have ended the matter"
        a_round("withdraw", name, "--by", "Priya")
        a_round("send")
        assert all(one["reference"] != KENT for one in a_round.today())


def test_today_names_what_is_not_known_what_comes_back_and_who_has_gone(a_round):
    def on(stage, to):
        return "nonsense" if stage == "body" and "kent" in to else None

    with time_machine.travel("2026-03-02T11:00:00Z", tick=True):
        file = a_round.folder / "requests.csv"
        file.write_text(file.read_text() + "Cumbria,England,2026-C,,,\n")
        a_round.smtp.on = on
        a_round("prepare")
        a_round("approve", "--every", "request", "--by", "Priya", code=2)
        a_round("send", code=1)
        a_round("send")
        todo = a_round.today()
        assert "it is not known whether it went" in todo[0]["what"] and todo[0]["do"].startswith("settle")
        assert "became Cumberland and Westmorland and Furness" in todo[-1]["what"]
        assert not any(one["reference"] == "2026-C" and one["do"] == "send" for one in todo)
        bounced = next(one for one in Outbox(a_round.folder).letters().values() if one.reference == MORAY)
        a_round.arrives(
            f"From: MAILER-DAEMON@mx.example\r\nTo: {bounced.reply}\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n'
            "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
            "Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.2.2\r\n\r\n--b--\r\n".encode()
        )
        a_round("receive")
        (told,) = [one for one in a_round.today() if one["reference"] == MORAY]
        assert "nothing reaches foi@moray.example (5.2.2" in told["what"]
        a_round("withdraw", bounced.id, "--by", "Priya", "--note", "the mailbox was full")
        assert "Prepared 1" in a_round("prepare").stdout
        shown = " ".join(a_round("today").stdout.split())
        assert "things to do on 2026-03-02" in shown
        a_round("today", "--out", a_round.folder / "today.html")
        page = (a_round.folder / "today.html").read_text()
        todo = a_round.today()
        assert "What waits on 2026-03-02" in page and page.count('<th scope="row">') == len(todo) > 1
        assert all(escape(one["do"]) in page and escape(one["what"]) in page for one in todo) and "<script" not in page
        assert "must end in .html" in a_round("today", "--out", "today.txt", code=2).stderr
        assert "cannot be written" in a_round("today", "--out", a_round.folder / "no" / "x.html", code=2).stderr


def test_a_round_that_uses_no_mail_has_its_list_too(tmp_path):
    (tmp_path / "requests.csv").write_text("authority,nation,reference,address\nKent,England,K-1,foi@kent.example\n")
    (tmp_path / "events.csv").write_text("reference,day,what,note,by\nK-1,2026-03-02,sent,,Priya\n")
    result = CliRunner().invoke(app, ["round", "today", str(tmp_path), "--on", "2026-04-01", "--json"])
    assert [one["do"] for one in json.loads(result.stdout)] == ["prepare"]
    result = CliRunner().invoke(
        app, ["round", "happened", str(tmp_path), "K-1", "reminded", "--by", "Priya", "--day", "2026-04-01"]
    )
    assert result.exit_code == 0
    result = CliRunner().invoke(app, ["round", "today", str(tmp_path), "--on", "2026-04-02", "--json"])
    assert json.loads(result.stdout) == []
    assert Journal(tmp_path).lines()[-1].did is Did.READ
