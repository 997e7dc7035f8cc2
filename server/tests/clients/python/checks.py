"""What every Python client is asked to do, told apart from how each does it.

An adapter has `name`, `version`, `lacks` (the features it has not, with the reason) and
`connect(login, passcode, beats, binary)`. One line of JSON per feature goes to standard output.
"""

import json
import os
import queue
import time
import traceback
from threading import Event

# Longer than anything here takes on a busy machine.
LONG = 30
WS = os.environ["STOMP_WS"]
HOST, PORT = os.environ["STOMP_TCP"].split(":")
FEATURES = os.environ["FEATURES"].split(",")


class Inbox(queue.SimpleQueue):
    """Messages in the order they came, with `headers`, `body` (octets), `ack()` and `nack()`."""

    def take(self):
        try:
            return self.get(timeout=LONG)
        except queue.Empty:
            raise AssertionError("no message") from None

    def text(self):
        return self.take().body.decode()


def wait(event: Event, what: str):
    assert event.wait(LONG), f"no {what}"


def equal(got, expected):
    assert got == expected, f"{got!r}, not {expected!r}"


def only_then(link, inbox, destination, body):
    """Nothing but the message sent last may be waiting: frames of one connection are done in order."""
    link.send(destination, body)
    equal(inbox.text(), body)


class Session:
    """Two connections, closed in order when all went well."""

    def __init__(self, adapter):
        self.adapter = adapter

    def __enter__(self):
        names = (self.adapter.name, self.adapter.name + "-2")
        self.links = [self.adapter.connect(login=name, passcode="x") for name in names]
        return self.links

    def __exit__(self, failed, *_):
        if not failed:
            for link in self.links:
                link.disconnect()


def connect(a, *_):
    link = a.connect(login=a.name, passcode="secret")
    if link.headers is not None:
        equal(link.headers["user-name"], a.name)
        equal(link.headers.get("version", "1.0"), a.version)
    link.disconnect()
    return a.version


def anonymous(a, *_):
    link = a.connect()
    assert link.headers["user-name"].startswith("guest-"), link.headers
    link.disconnect()


def passcode(a, *_):
    a.connect(login=a.name, passcode="p:a\\ss").disconnect()


def topic(a, to, _):
    with Session(a) as (link, _):
        inbox = link.subscribe(to)
        link.send(to, "hello")
        message = inbox.take()
        equal((message.body, message.headers["destination"]), (b"hello", to))


def receipts(a, to, _):
    with Session(a) as (link, other):
        inbox = link.subscribe(to, receipt=True)
        other.send(to, "the subscription is live", receipt=True)
        equal(inbox.text(), "the subscription is live")


def headers(a, to, _):
    with Session(a) as (link, _):
        inbox = link.subscribe(to)
        sent = {"colon": "a:b", "backslash": "c\\d", "line": "e\nf", "unicode": "값 🎈", "empty": ""}
        link.send(to, "x", headers=sent)
        got = inbox.take().headers
        for name, value in sent.items():
            equal((name, got.get(name)), (name, value))


def unicode(a, to, _):
    with Session(a) as (link, _):
        inbox = link.subscribe(to)
        only_then(link, inbox, to, "안녕 🎈 e\u0301")


def binary(a, to, _):
    link = a.connect(login=a.name, passcode="x", binary=True)
    inbox = link.subscribe(to)
    octets = bytes(range(256))
    link.send(to, octets)
    equal(inbox.take().body, octets)
    link.disconnect()


def large(a, to, _):
    with Session(a) as (link, _):
        inbox = link.subscribe(to)
        body = "0123456789abcdef" * 64 * 1024
        link.send(to, body)
        assert inbox.text() == body, "another body"


def unsubscribe(a, to, _):
    with Session(a) as (link, _):
        inbox = link.subscribe(to)
        only_then(link, inbox, to, "before")
        link.unsubscribe(inbox)
        link.send(to, "after")
        again = link.subscribe(to)
        only_then(link, again, to, "again")
        assert inbox.empty(), "a message after UNSUBSCRIBE"


def heart_beats(a, to, _):
    link = a.connect(login=a.name, passcode="x", beats=1000)
    time.sleep(3.5)
    inbox = link.subscribe(to)
    only_then(link, inbox, to, "still here")
    link.disconnect()


def error(a, *_):
    link = a.connect(login=a.name, passcode="x")
    link.send("/nowhere", "x")
    wait(link.failed, "ERROR")
    equal(link.error["code"], "bad-destination")
    wait(link.closed, "close after ERROR")


def disconnect(a, *_):
    link = a.connect(login=a.name, passcode="x")
    link.disconnect()
    wait(link.closed, "close")


def room(a, *_):
    with Session(a) as (link, _):
        inbox = link.subscribe(f"/topic/room.{a.name}", headers={"last": "0"})
        equal(json.loads(inbox.text())["kind"], "sync")
        link.send(f"/app/room.{a.name}", "안녕")
        said = json.loads(inbox.text())
        equal((said["text"], said["sender"]), ("안녕", a.name))


def app(a, *_):
    with Session(a) as (link, _):
        inbox = link.subscribe("/app/rooms")
        assert isinstance(json.loads(inbox.text())["rooms"], list)


def replies(a, *_):
    with Session(a) as (link, _):
        inbox = link.subscribe("/user/queue/replies")
        link.send("/app/rooms", "", headers={"correlation-id": "c1"})
        got = inbox.take().headers
        equal((got["correlation-id"], got["destination"]), ("c1", "/user/queue/replies"))


def queues(a, _, to):
    with Session(a) as (link, other):
        for n in (1, 2, 3):
            link.send(to, f"kept {n}")
        inbox = link.subscribe(to)
        for n in (1, 2, 3):
            equal(inbox.text(), f"kept {n}")
        other.send(to, "live")
        equal(inbox.text(), "live")


def redelivered(a, to, mode, expected):
    """Three messages are taken and the second one acknowledged; `expected` come back."""
    with Session(a) as (link, _):
        inbox = link.subscribe(to, ack=mode)
        for body in ("1", "2", "3"):
            link.send(to, body)
        messages = [inbox.take() for _ in range(3)]
        messages[1].ack()
    with Session(a) as (link, _):
        inbox = link.subscribe(to, ack=mode)
        for body in expected:
            message = inbox.take()
            equal((message.body.decode(), message.headers["redelivered"]), (body, "true"))
            message.ack()
        only_then(link, inbox, to, "then nothing")


def ack(a, _, to):
    redelivered(a, to, "client-individual", ["1", "3"])


def ack_cumulative(a, _, to):
    redelivered(a, to, "client", ["3"])


def nack(a, _, to):
    with Session(a) as (link, _):
        inbox = link.subscribe(to, ack="client-individual")
        link.send(to, "again")
        inbox.take().nack()
        message = inbox.take()
        equal((message.body, message.headers["redelivered"]), (b"again", "true"))
        message.ack()


def commit(a, to, _):
    with Session(a) as (link, _):
        inbox = link.subscribe(to)
        tx = link.begin()
        tx.send(to, "inside")
        only_then(link, inbox, to, "outside")
        tx.commit()
        equal(inbox.text(), "inside")


def abort(a, to, _):
    with Session(a) as (link, _):
        inbox = link.subscribe(to)
        tx = link.begin()
        tx.send(to, "inside")
        tx.abort()
        only_then(link, inbox, to, "outside")


def user(a, *_):
    with Session(a) as (link, other):
        inbox = link.subscribe("/user/queue/notes")
        only_then(link, inbox, f"/user/{a.name}/queue/notes", "to myself")
        other.send(f"/user/{a.name}/queue/notes", "hello")
        message = inbox.take()
        equal((message.body, message.headers["destination"]), (b"hello", "/user/queue/notes"))


CHECKS = {
    "queue": queues,
    **{
        check.__name__.replace("_", "-"): check
        for check in (
            connect, anonymous, passcode, topic, receipts, headers, unicode, binary, large, unsubscribe,
            heart_beats, error, disconnect, room, app, replies, ack, ack_cumulative, nack, commit, abort, user,
        )
    },
}  # fmt: skip


def say(client, feature, result, note=""):
    line = {"client": client, "feature": feature, "result": result, "note": note or ""}
    print(json.dumps(line), flush=True)


def run(adapter):
    """All features that were asked for; then the process ends, whatever threads there are."""
    for feature in FEATURES:
        lacking = adapter.lacks.get(feature)
        if lacking:
            say(adapter.name, feature, "n/a", lacking)
            continue
        destination = f"{adapter.name}.{feature}"
        try:
            note = CHECKS[feature](adapter, f"/topic/{destination}", f"/queue/a/{destination}")
            say(adapter.name, feature, "pass", note)
        except Exception:
            say(adapter.name, feature, "fail", traceback.format_exc())
    os._exit(0)
