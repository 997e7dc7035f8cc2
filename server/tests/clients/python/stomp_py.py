"""stomp.py: `stomp_py.py 1.0|1.1|1.2|ws`."""

import itertools
import sys
from threading import Event
from types import SimpleNamespace

import stomp
from checks import HOST, LONG, PORT, WS, Inbox, run, wait

ids = itertools.count(1)


class Listener(stomp.ConnectionListener):
    def __init__(self, link):
        self.link = link

    def on_connected(self, frame):
        self.link.headers = frame.headers

    def on_message(self, frame):
        key = frame.headers.get("subscription", frame.headers["destination"])
        self.link.deliver(key, frame)

    def on_receipt(self, frame):
        self.link.receipts[frame.headers["receipt-id"]].set()

    def on_error(self, frame):
        self.link.error = frame.headers
        self.link.failed.set()

    def on_disconnected(self):
        self.link.closed.set()


class Link:
    def __init__(self, version, conn):
        self.version, self.conn = version, conn
        self.headers, self.error, self.failed, self.closed = None, None, Event(), Event()
        self.inboxes, self.receipts = {}, {}
        conn.set_listener("link", Listener(self))

    def deliver(self, key, frame):
        headers = frame.headers
        settling = {
            "1.0": [headers["message-id"]],
            "1.1": [headers["message-id"], headers.get("subscription")],
            "1.2": [headers.get("ack")],
        }[self.version]
        self.inboxes[key].put(
            SimpleNamespace(
                headers=headers,
                body=frame.body,
                ack=lambda: self.conn.ack(*settling),
                nack=lambda: self.conn.nack(*settling),
            )
        )

    def asked(self, headers, receipt):
        if not receipt:
            return headers, None
        name = f"r-{next(ids)}"
        self.receipts[name] = Event()
        return {**headers, "receipt": name}, self.receipts[name]

    def send(self, destination, body, headers={}, receipt=False):
        headers, seen = self.asked(headers, receipt)
        self.conn.send(destination, body, headers=headers)
        if seen:
            wait(seen, "receipt of SEND")

    def subscribe(self, destination, headers={}, ack="auto", receipt=False):
        headers, seen = self.asked(headers, receipt)
        inbox = Inbox()
        if self.version == "1.0":
            # Without an id, as 1.0 has it: messages then come without `subscription`.
            inbox.key = {"destination": destination}
            self.inboxes[destination] = inbox
        else:
            inbox.key = {"id": f"s-{next(ids)}"}
            self.inboxes[inbox.key["id"]] = inbox
        self.conn.subscribe(destination, id=inbox.key.get("id"), ack=ack, headers=headers)
        if seen:
            wait(seen, "receipt of SUBSCRIBE")
        return inbox

    def unsubscribe(self, inbox):
        headers, seen = self.asked({}, True)
        self.conn.unsubscribe(**inbox.key, headers=headers)
        wait(seen, "receipt of UNSUBSCRIBE")

    def begin(self):
        tx = self.conn.begin()
        return SimpleNamespace(
            send=lambda to, body: self.conn.send(to, body, transaction=tx),
            commit=lambda: self.conn.commit(tx),
            abort=lambda: self.conn.abort(tx),
        )

    def disconnect(self):
        name = f"bye-{next(ids)}"
        self.receipts[name] = Event()
        self.conn.disconnect(receipt=name)
        wait(self.receipts[name], "receipt of DISCONNECT")


class StompPy:
    def __init__(self, kind):
        self.kind = kind
        self.name = "stomp-py-" + kind.replace(".", "")
        self.version = "1.2" if kind == "ws" else kind
        self.lacks = {"split": "it writes whole frames"}
        if kind == "1.0":
            self.lacks |= {
                "headers": "STOMP 1.0 has no escapes",
                "heart-beats": "STOMP 1.0 has none",
                "nack": "STOMP 1.0 has none",
            }

    def connect(self, login=None, passcode=None, beats=10_000, binary=False):
        options = {"auto_decode": False, "reconnect_attempts_max": 1, "timeout": LONG}
        if self.kind != "1.0":
            # Its own patience, 1.5 intervals, is short on a busy machine.
            options |= {"heartbeats": (beats, beats), "heart_beat_receive_scale": 3}
        if self.kind == "ws":
            host, port = WS.removeprefix("ws://").removesuffix("/ws").split(":")
            at = [(host, int(port))]
            conn = stomp.WSStompConnection(at, ws_path="/ws", binary_mode=binary, **options)
        else:
            make = {
                "1.0": stomp.StompConnection10,
                "1.1": stomp.StompConnection11,
                "1.2": stomp.StompConnection12,
            }[self.kind]
            conn = make([(HOST, int(PORT))], **options)
        link = Link(self.version, conn)
        conn.connect(login, passcode, wait=True)
        return link


run(StompPy(sys.argv[1]))
