"""Letters of a round by e-mail: only what a person approved, each once, and said so where nobody knows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from typer.testing import CliRunner

import holdfast.cli.post  # noqa: F401 - registers the commands
from holdfast.cli.main import app
from holdfast.evidence.post.addresses import check_letters, reply_address
from holdfast.evidence.post.journal import BadJournal, Did, Journal, Line
from holdfast.evidence.post.outbox import Kind, Outbox, Stands
from holdfast.evidence.post.paper import BadLetter, Paper
from holdfast.evidence.post.sending import Stop, send_all
from holdfast.evidence.post.settings import BadPost, read_post
from tests.evidence.mail_servers import Gone, Smtp, certificate

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BODIES = [
    ("Barnet", "England", "2026-E09000003", "foi@barnet.example"),
    ("Moray", "Scotland", "2026-S12000020", "foi@moray.example"),
    ("Kent", "England", "2026-E10000016", "foi@kent.example"),
]
POST = 'name = "Priya Shah, The Honest Count"\nfrom = "round@count.example"\nper_minute = 6000\n'


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "round"
    place.mkdir()
    rows = "".join(",".join(row) + "\n" for row in BODIES)
    (place / "requests.csv").write_text("authority,nation,reference,address\n" + rows)
    return place


def through(folder, server, more=""):
    (folder / "post.toml").write_text(
        f'{POST}[smtp]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n{more}'
    )
    return folder


def run(folder, *words, code=0):
    result = CliRunner().invoke(app, ["round", words[0], str(folder), *map(str, words[1:])])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


def standing(folder):
    return [one.stands for one in Outbox(folder).letters().values()]


def approved(folder, server):
    through(folder, server)
    run(folder, "prepare", "--on", "2026-03-02")
    run(folder, "approve", "--every", "request", "--by", "Priya")
    return folder


def test_a_round_goes_out_with_a_reply_address_and_a_template_for_each_body(folder):
    with Smtp() as server:
        through(folder, server)
        assert "Prepared 3 letters" in run(folder, "prepare").stdout
        assert run(folder, "send").stdout == "" and not server.taken, "nothing goes that nobody approved"
        run(folder, "approve", "--every", "request", "--by", "Priya")
        assert "would go" in run(folder, "send", "--dry-run").stdout and server.connections == 0
        run(folder, "send")
        run(folder, "send")
    assert [to for _, to, _ in server.taken] == [row[3] for row in BODIES], "each once"
    envelope, _, content = server.taken[1]
    message = message_from_bytes(content, policy=policy.default)
    assert message["Reply-To"] == envelope and envelope.startswith("round+2026-s12000020-")
    assert len({sender for sender, _, _ in server.taken}) == 3
    words = message.get_body().get_content()
    assert "(Scotland) Act 2002" in words and "section 15" in words and "Priya Shah" in words
    attached = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert set(attached) == {"template.csv", "template.xlsx"} and "Moray" in str(attached["template.csv"])
    assert standing(folder) == [Stands.SENT] * 3
    assert "waiting" in run(folder, "status").stdout, "the clock runs without anybody typing that it was sent"
    assert "Prepared 0" in run(folder, "prepare").stdout


def test_the_record_and_what_left_are_safe_before_the_first_byte_leaves(folder):
    seen = []

    def on(stage, to):
        if stage in ("data", "body"):
            did = [line.did for line in Journal(folder).lines() if line.to == to][-1]
            eml = [file for file in folder.glob("outbox/*/sent.eml") if to.encode() in file.read_bytes()]
            seen.append((stage, did, len(eml)))

    with Smtp(on) as server:
        run(approved(folder, server), "send")
    assert seen[:2] == [("data", Did.APPROVED, 0), ("body", Did.HANDING_OVER, 1)]
    kept = sorted(file.read_bytes() for file in folder.glob("outbox/*/sent.eml"))
    assert kept == sorted(content for _, _, content in server.taken), "kept exactly as it left"


def test_a_letter_changed_after_its_approval_does_not_go_until_it_is_approved_again(folder):
    with Smtp() as server:
        approved(folder, server)
        letter = next(folder.glob("outbox/0002*/letter.txt"))
        letter.write_text(letter.read_text().replace("counts only", "all names"))
        told = run(folder, "send", code=1)
        assert "was changed after Priya approved it" in told.stderr and len(server.taken) == 2
        attached = next(folder.glob("outbox/0002*/attached/template.csv"))
        run(folder, "approve", letter.parent.name, "--by", "Priya")
        attached.write_bytes(b"something else")
        run(folder, "send", code=1)
        run(folder, "approve", letter.parent.name, "--by", "Priya")
        run(folder, "send")
    assert len(server.taken) == 3 and b"all names" in server.taken[-1][2]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace("foi@barnet.example", ""), "no address"),
        (lambda text: text.replace("foi@barnet.example", "a@b.example, c@d.example"), "not one plain address"),
        (lambda text: text.replace("foi@barnet.example", "fói@barnet.example"), "not one plain address"),
        (lambda text: text.replace("foi@barnet.example", "round+x@count.example"), "our own address"),
        (lambda text: text.replace("Dear", "").replace("\n\n", "\n\n[who?]\n\n", 1), "[who?]"),
        (lambda text: text.replace("Subject:", "Bcc: spy@evil.example\nSubject:"), "To: and Subject:"),
        (lambda text: text.split("\n\n")[0] + "\n\n\n", "no words"),
    ],
)
def test_a_letter_that_must_not_go_like_this_cannot_be_approved(folder, change, words):
    with Smtp() as server:
        through(folder, server)
        run(folder, "prepare")
        letter = next(folder.glob("outbox/0001*/letter.txt"))
        letter.write_text(change(letter.read_text()))
        assert words in run(folder, "approve", letter.parent.name, "--by", "Priya", code=2).stderr
        run(folder, "send")
    assert not server.taken


def test_an_approval_needs_a_name_and_can_be_taken_back(folder):
    with Smtp() as server:
        approved(folder, server)
        name = next(folder.glob("outbox/0001*")).name
        assert "who you are" in run(folder, "approve", name, "--by", " ", code=2).stderr
        run(folder, "withdraw", name, "--by", "Priya", "--note", "they merged")
        run(folder, "send")
        assert len(server.taken) == 2 and "they merged" in run(folder, "outbox").stdout
        assert "nothing to approve" in run(folder, "approve", name, "--by", "Priya", code=2).stderr
        sent = next(folder.glob("outbox/0002*")).name
        assert "cannot be held back" in run(folder, "withdraw", sent, "--by", "Priya", code=2).stderr


def test_one_body_refused_for_good_and_one_put_off_do_not_hold_up_the_rest(folder):
    def on(stage, to):
        if stage == "rcpt" and "barnet" in to:
            return "550 5.1.1 no such mailbox"
        if stage == "rcpt" and "moray" in to:
            return "451 4.7.1 greylisted"
        return None

    with Smtp(on) as server:
        told = run(approved(folder, server), "send", code=1).stdout
        assert standing(folder) == [Stands.REFUSED, Stands.APPROVED, Stands.SENT]
        assert "550 5.1.1 no such mailbox" in told and "451" in told
        run(folder, "send")
        assert len(server.taken) == 1, "a quarter of an hour is left to a server that said: not now"
        server.on = lambda stage, words: None
        again(folder, NOON + timedelta(days=365))
        assert [to for _, to, _ in server.taken] == ["foi@kent.example", "foi@moray.example"]
    held = run(folder, "prepare").stderr
    assert "nothing reaches foi@barnet.example" in held


def again(folder, now=None):
    moment = now or datetime.now(UTC)
    return send_all(Outbox(folder), read_post(folder), "", lambda: moment, lambda seconds: None)


@pytest.mark.parametrize(
    ("answer", "stands"),
    [
        ("554 5.7.1 spam", Stands.REFUSED),
        ("452 full", Stands.APPROVED),
        ("nonsense", Stands.UNKNOWN),
    ],
)
def test_the_server_s_word_after_the_letter_decides(folder, answer, stands):
    def on(stage, to):
        return answer if stage == "body" and "barnet" in to else None

    with Smtp(on) as server:
        run(approved(folder, server), "send", code=0 if stands is Stands.APPROVED else 1)
    assert standing(folder)[0] is stands


@pytest.mark.parametrize("stage", ["greeting", "mail", "rcpt", "data"])
def test_a_line_that_drops_before_the_letter_leaves_sends_nothing_and_loses_nothing(folder, stage):
    def on(at, words):
        if at == stage:
            raise Gone

    with Smtp(on) as server:
        run(approved(folder, server), "send", code=1)
        assert standing(folder) == [Stands.APPROVED] * 3 and not server.taken
        server.on = lambda stage, words: None
        run(folder, "send")
    assert len(server.taken) == 3


def test_a_line_that_drops_after_the_letter_left_is_said_as_unknown_and_never_sent_again(folder):
    def on(stage, to):
        if stage == "body":
            raise Gone

    with Smtp(on) as server:
        told = run(approved(folder, server), "send", code=1)
        assert "it is not known whether" in told.stderr
        assert standing(folder) == [Stands.UNKNOWN, Stands.APPROVED, Stands.APPROVED], "one, and not all of them"
        server.on = lambda stage, words: None
        run(folder, "send")
        run(folder, "send")
        assert "barnet" not in str([to for _, to, _ in server.taken])
        with pytest.raises(BadLetter, match="still waits"):
            prepare_again(folder)
        name = next(folder.glob("outbox/0001*")).name
        assert (
            "how it was found out"
            in run(folder, "settle", name, "--did-not-go", "--by", "Priya", "--note", " ", code=2).stderr
        )
        run(folder, "settle", name, "--did-not-go", "--by", "Priya", "--note", "not in the server's log")
        run(folder, "send")
        assert len(server.taken) == 2, "what did not go needs a new approval"
        run(folder, "approve", name, "--by", "Priya")
        run(folder, "send")
    first = next(line.message_id for line in Journal(folder).lines() if line.did is Did.PREPARED)
    assert first.encode() in server.taken[-1][2], "under the same Message-ID"


def prepare_again(folder):
    return Outbox(folder).prepare(BODIES[0][2], Kind.REQUEST, Paper("a@b.example", "x", "y"), read_post(folder), NOON)


def test_what_a_person_finds_to_have_gone_began_the_days_when_it_was_handed_over(folder):
    def on(stage, to):
        if stage == "body":
            raise Gone

    with Smtp(on) as server:
        run(approved(folder, server), "send", code=1)
    name = next(folder.glob("outbox/0001*")).name
    run(folder, "settle", name, "--went", "--by", "Priya", "--note", "they rang")
    one = Outbox(folder).letters()[name]
    assert one.stands is Stands.SENT and one.sent_at < one.at
    assert (
        "nothing to find out"
        in run(folder, "settle", name, "--went", "--by", "Priya", "--note", "again", code=2).stderr
    )


@pytest.mark.parametrize(
    ("stage", "first"),
    [("greeting", Stands.APPROVED), ("rcpt", Stands.APPROVED), ("data", Stands.APPROVED), ("body", Stands.UNKNOWN)],
)
def test_a_sender_killed_at_any_point_sends_no_letter_twice(folder, stage, first):
    child = None
    killed = threading.Event()

    def on(at, words):
        if at == stage and not killed.is_set():
            killed.set()
            os.kill(child.pid, signal.SIGKILL)
            child.wait()

    with Smtp(on) as server:
        approved(folder, server)
        code = "from holdfast.cli.main import run; run()"
        child = subprocess.Popen([sys.executable, "-c", code, "round", "send", str(folder)])
        assert child.wait(30) == -signal.SIGKILL
        assert standing(folder)[0] is first
        run(folder, "send")
        run(folder, "send")
        to = [to for _, to, _ in server.taken]
    assert len(to) == len(set(to)) == 3, "the letter that was being taken, or all of them later; none twice"
    assert standing(folder)[0] in (first, Stands.SENT)


def test_two_senders_at_once_are_one(folder):
    with Smtp() as server:
        approved(folder, server)
        with Journal(folder).alone("sending"):
            assert "another sending is at work" in run(folder, "send", code=2).stderr
        run(folder, "send")
    assert len(server.taken) == 3


def test_an_approval_taken_back_while_the_server_is_spoken_to_holds(folder):
    def on(stage, to):
        if stage == "data" and "barnet" in to:
            name = next(folder.glob("outbox/0001*")).name
            Outbox(folder).withdraw(name, "Priya", "", datetime.now(UTC))

    with Smtp(on) as server:
        told = run(approved(folder, server), "send", code=1)
        assert "withdrawn at the last moment" in told.stderr and standing(folder)[0] is Stands.WITHDRAWN
        run(folder, "send")
    assert [to for _, to, _ in server.taken] == ["foi@moray.example", "foi@kent.example"]


def test_two_that_prepare_at_once_prepare_no_letter_twice(folder):
    with Smtp() as server:
        through(folder, server)
    outbox = Outbox(folder)
    with outbox.journal.alone("preparing"), pytest.raises(BadJournal, match="another preparing"):
        prepare_again(folder)
    prepare_again(folder)
    with pytest.raises(BadLetter, match="still waits"):
        prepare_again(folder)


def test_the_pace_and_the_day_s_number_are_kept(folder):
    pauses = []
    with Smtp() as server:
        approved(folder, server)
        text = (folder / "post.toml").read_text().replace("6000", "30\nper_day = 2")
        (folder / "post.toml").write_text(text)
        ran = send_all(Outbox(folder), read_post(folder), "", lambda: datetime.now(UTC), pauses.append)
        assert pauses == [2.0] and len(server.taken) == 2 and "per_day" in ran.stopped
        again(folder, datetime.now(UTC) + timedelta(hours=25))
    assert len(server.taken) == 3


def test_a_server_that_wants_no_letters_from_us_stops_the_run_and_refuses_none(folder):
    with Smtp(lambda stage, words: "550 not you" if stage == "mail" else None) as server:
        assert "takes no letters from" in run(approved(folder, server), "send", code=1).stderr
    assert standing(folder) == [Stands.APPROVED] * 3
    assert "cannot be reached" in run(folder, "send", code=1).stderr, "nobody there at all"


def test_a_provider_that_allows_no_other_sender_gets_the_plain_address(folder):
    with Smtp(lambda stage, words: "550 not you" if stage == "mail" and "+" in words else None) as server:
        run(approved(folder, server), "send", code=1)
        (folder / "post.toml").write_text('envelope = "from"\n' + (folder / "post.toml").read_text())
        run(folder, "send")
    assert {sender for sender, _, _ in server.taken} == {"round@count.example"} and len(server.taken) == 3
    assert b"Reply-To: round+2026-" in server.taken[0][2]


def test_the_line_is_tls_with_a_certificate_that_holds_and_the_password_is_nowhere(folder, tmp_path, monkeypatch):
    cert, key = certificate(tmp_path)
    secret = folder / "secret.txt"
    secret.write_text("correct-horse-battery\n")
    secret.chmod(0o600)
    with Smtp(tls=(cert, key), password="correct-horse-battery") as server:
        approved(folder, server)
        account = 'username = "round"\npassword_file = "secret.txt"\n'
        text = f'{POST}[smtp]\nhost = "localhost"\nport = {server.port}\n{account}'
        (folder / "post.toml").write_text(text)
        assert "certificate" in run(folder, "send", code=1).stderr.casefold()
        assert not any(b"AUTH" in heard for heard in server.lines_spoken)
        (folder / "post.toml").write_text(f'{text}ca_file = "{cert}"\n')
        monkeypatch.setenv("HOLDFAST_ROUND_SMTP_PASSWORD", "wrong-secret")
        told = run(folder, "send", code=1)
        assert "does not know this name" in told.stderr and "wrong-secret" not in told.stderr
        monkeypatch.delenv("HOLDFAST_ROUND_SMTP_PASSWORD")
        run(folder, "send")
    assert len(server.taken) == 3
    for file in folder.rglob("*"):
        if file.is_file() and file != secret:
            assert b"correct-horse" not in file.read_bytes()
    with Smtp() as plain:
        text = f'{POST}[smtp]\nhost = "localhost"\nport = {plain.port}\nca_file = "{cert}"\n'
        (folder / "post.toml").write_text(text)
        (one, *_) = Outbox(folder).letters().values()
        Outbox(folder).journal.add(Line(NOON, Did.NOT_SENT, one.id, one.reference))
        run(folder, "approve", one.id, "--by", "Priya")
        assert "STARTTLS" in run(folder, "send", code=1).stderr, "never without, when it was asked for"
    assert not plain.taken


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no from"),
        (POST + "x = 1", "x is not known"),
        (POST + 'password = "p"', "holds a password"),
        (POST + '[smtp]\nhost = "mail.example"\npassword = "p"', "holds a password"),
        (POST + 'envelope = "none"', "envelope is reply or from"),
        (POST + '[smtp]\nhost = "mail.example"\nsecurity = "none"', "without TLS only this machine"),
        (POST + '[smtp]\nhost = "mail.example"\nsecurity = "maybe"', "security is one of"),
        (POST + '[smtp]\nhost = "mail.example"\nport = "x"', "port is a number"),
        (POST.replace("round@", "round+x@"), "plus sign"),
        (POST.replace("6000", "0"), "per_minute"),
        ("name = [", "cannot be read"),
    ],
)
def test_settings_that_cannot_be_are_refused_with_their_place(folder, text, words):
    (folder / "post.toml").write_text(text)
    with pytest.raises(BadPost) as problem:
        read_post(folder)
    assert words in str(problem.value)


def test_a_password_file_that_others_can_read_is_refused(folder):
    (folder / "secret").write_text("x")
    (folder / "secret").chmod(0o644)
    (folder / "post.toml").write_text(
        POST + '[smtp]\nhost = "mail.example"\nusername = "me"\npassword_file = "secret"\n'
    )
    server = read_post(folder).smtp
    with pytest.raises(BadPost, match="chmod 600"):
        server.password({})
    assert server.password({"HOLDFAST_ROUND_SMTP_PASSWORD": "y"}) == "y"


def test_a_torn_last_line_is_taken_off_and_a_damaged_one_stops_everything(folder):
    journal = Journal(folder)
    journal.add(Line(NOON, Did.PREPARED, "a", "r", Kind.REQUEST.value))
    file = folder / "post.jsonl"
    whole = file.read_bytes()
    for cut in range(1, len(whole)):
        file.write_bytes(whole + whole[:cut].replace(b"\n", b""))
        assert len(journal.lines()) == 1
    journal.add(Line(NOON, Did.WITHDRAWN, "a", "r"))
    assert [line.did for line in journal.lines()] == [Did.PREPARED, Did.WITHDRAWN]
    file.write_bytes(b"{}\n" + whole)
    with Smtp() as server:
        through(folder, server)
        assert "line 1 cannot be read" in run(folder, "send", code=2).stderr
    assert (file.stat().st_mode & 0o077) == 0
    assert "is no folder" in run(folder / "nowhere", "outbox", code=2).stderr


def test_a_record_that_cannot_be_written_lets_nothing_leave(folder, monkeypatch):
    with Smtp() as server:
        approved(folder, server)
        add = Journal.add

        def full(self, *lines):
            if any(line.did is Did.HANDING_OVER for line in lines):
                raise BadJournal("post.jsonl cannot be written: No space left on device")
            add(self, *lines)

        monkeypatch.setattr(Journal, "add", full)
        assert "No space left" in run(folder, "send", code=2).stderr
    assert not server.taken and standing(folder) == [Stands.APPROVED] * 3


def test_reply_addresses_fit_into_an_address_and_differ_for_each_request():
    long = reply_address("round@count.example", "A" * 300, check_letters())
    assert len(long.partition("@")[0]) <= 64
    assert reply_address("round@count.example", "../M 1", "abcd2345") == "round+m-1-abcd2345@count.example"
    assert len({check_letters() for _ in range(500)}) == 500


def test_a_body_asked_in_an_earlier_round_is_held_for_sixty_working_days_unless_said_why(folder, tmp_path):
    before = tmp_path / "before"
    before.mkdir()
    (before / "requests.csv").write_text("authority,nation,reference\nBarnet,England,2025-1\n")
    with Smtp() as server:
        through(folder, server)
    today = datetime.now(UTC).date().isoformat()
    (before / "events.csv").write_text(f"reference,day,what,note,by\n2025-1,{today},sent,,Priya\n")
    told = run(folder, "prepare", "--earlier", before)
    assert "Prepared 2" in told.stdout and "was asked something similar (2025-1)" in told.stderr
    assert "Prepared 1" in run(folder, "prepare", "--earlier", before, "--despite", "other periods").stdout
    note = Journal(folder).lines()[-1].note
    assert note.endswith("asked again: other periods")


def test_the_questions_cannot_change_under_one_name_once_letters_lie_there(folder):
    from holdfast.evidence.national import national_folder

    text = national_folder().joinpath("questionnaire.toml").read_text()
    (folder / "questionnaire.toml").write_text(text)
    with Smtp() as server:
        through(folder, server)
        run(folder, "prepare")
        (folder / "questionnaire.toml").write_text(text.replace("How many looked-after", "How many known", 1))
        assert "give it a new id" in run(folder, "prepare", code=2).stderr


def test_a_server_that_is_not_there_is_said_plainly(folder):
    with Smtp() as server:
        approved(folder, server)
    with pytest.raises(Stop, match="cannot be reached"):
        from holdfast.evidence.post.sending import connect

        connect(read_post(folder).smtp, "")
