"""stompman: `stompman_.py tcp|ws`."""

import asyncio
import sys
from threading import Event, Thread
from types import SimpleNamespace

import stompman
from checks import HOST, LONG, PORT, WS, Inbox, run, wait
from stompman.connection import Connection
from stompman.connection_ws import WebSocketConnection

loop = asyncio.new_event_loop()
Thread(target=loop.run_forever, daemon=True).start()


def done(coroutine):
    return asyncio.run_coroutine_threadsafe(coroutine, loop).result(LONG)


def watched(base, link):
    """The connection class of the package, which also tells what the client keeps to itself."""

    class Watched(base):
        async def read_frames(self):
            try:
                async for frame in base.read_frames(self):
                    if isinstance(frame, stompman.ConnectedFrame):
                        link.headers = frame.headers
                    if isinstance(frame, stompman.ReceiptFrame):
                        link.receipt.set()
                    yield frame
            except stompman.ConnectionLostError:
                link.closed.set()
                raise

        async def close(self):
            await base.close(self)
            link.closed.set()

    return Watched


class Link:
    def __init__(self):
        self.headers, self.error, self.failed = None, None, Event()
        self.closed, self.receipt = Event(), Event()

    def fail(self, frame):
        self.error = frame.headers
        self.failed.set()

    def send(self, destination, body, headers=None, receipt=False):
        body = body.encode() if isinstance(body, str) else body
        timeout = LONG if receipt else None
        done(self.client.send(body, destination, headers=headers, receipt_timeout=timeout))

    def subscribe(self, destination, headers=None, ack="auto", receipt=False):
        inbox = Inbox()

        async def handle(frame):
            inbox.put(
                SimpleNamespace(
                    headers=frame.headers,
                    body=frame.body,
                    ack=lambda: done(frame.ack()),
                    nack=lambda: done(frame.nack()),
                )
            )

        timeout = LONG if receipt else None
        inbox.subscription = done(
            self.client.subscribe_with_manual_ack(
                destination, handle, ack=ack, headers=headers, receipt_timeout=timeout
            )
        )
        return inbox

    def unsubscribe(self, inbox):
        done(inbox.subscription.unsubscribe())

    def begin(self):
        block = self.client.begin()
        tx = done(block.__aenter__())

        def abort():
            try:
                done(block.__aexit__(KeyError, KeyError("aborted"), None))
            except KeyError:
                pass

        return SimpleNamespace(
            send=lambda to, body: done(tx.send(body.encode(), to)),
            commit=lambda: done(block.__aexit__(None, None, None)),
            abort=abort,
        )

    def disconnect(self):
        self.receipt.clear()
        # Its own exit waits until the last subscription is gone.
        for subscription in self.client._active_subscriptions.get_all():
            done(subscription.unsubscribe())
        done(self.client.__aexit__(None, None, None))
        wait(self.receipt, "receipt of DISCONNECT")


class Stompman:
    version = "1.2"

    def __init__(self, kind):
        self.kind, self.name = kind, f"stompman-{kind}"
        self.lacks = {
            "anonymous": "it always sends login and passcode",
            "split": "it writes whole frames",
        }
        if kind == "ws":
            self.lacks |= {"binary": "it sends every WebSocket message as text"}

    def connect(self, login=None, passcode=None, beats=1000, binary=False):
        link = Link()
        if self.kind == "ws":
            host, port = WS.removeprefix("ws://").removesuffix("/ws").split(":")
            base, path = WebSocketConnection, "/ws"
        else:
            host, port, base, path = HOST, PORT, Connection, None
        server = stompman.ConnectionParameters(host, int(port), login, passcode, ws_uri_path=path)
        link.client = stompman.Client(
            [server],
            on_error_frame=link.fail,
            heartbeat=stompman.Heartbeat(beats, beats),
            connect_timeout=LONG,
            connection_confirmation_timeout=LONG,
            disconnect_confirmation_timeout=LONG,
            read_max_chunk_size=4 * 1024 * 1024,
            connection_class=watched(base, link),
        )
        done(link.client.__aenter__())
        return link


run(Stompman(sys.argv[1]))
