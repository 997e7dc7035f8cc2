import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.springframework.messaging.simp.stomp.ConnectionLostException;
import org.springframework.messaging.simp.stomp.StompFrameHandler;
import org.springframework.messaging.simp.stomp.StompHeaders;
import org.springframework.messaging.simp.stomp.StompSession;
import org.springframework.messaging.simp.stomp.StompSessionHandlerAdapter;

/** One STOMP connection of Spring's and what came over it. */
final class Link extends StompSessionHandlerAdapter {
    /** Seconds; longer than anything here takes on a busy machine. */
    static final long LONG = 30;

    record Message(StompHeaders headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    static final class Inbox extends LinkedBlockingQueue<Message> implements StompFrameHandler {
        StompSession.Subscription subscription;

        @Override
        public Type getPayloadType(StompHeaders headers) {
            return byte[].class;
        }

        @Override
        public void handleFrame(StompHeaders headers, Object payload) {
            add(new Message(headers, payload == null ? new byte[0] : (byte[]) payload));
        }

        Message next() throws InterruptedException {
            Message message = poll(LONG, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("no message");
            }
            return message;
        }
    }

    StompSession session;
    private final CompletableFuture<StompHeaders> connected = new CompletableFuture<>();
    final CompletableFuture<StompHeaders> error = new CompletableFuture<>();
    final CountDownLatch lost = new CountDownLatch(1);

    Link open(CompletableFuture<StompSession> connecting) throws Exception {
        session = connecting.get(LONG, TimeUnit.SECONDS);
        return this;
    }

    @Override
    public void afterConnected(StompSession session, StompHeaders connectedHeaders) {
        connected.complete(connectedHeaders);
    }

    @Override
    public Type getPayloadType(StompHeaders headers) {
        return byte[].class;
    }

    /** Only ERROR frames come here. */
    @Override
    public void handleFrame(StompHeaders headers, Object payload) {
        error.complete(headers);
    }

    @Override
    public void handleTransportError(StompSession session, Throwable failure) {
        if (failure instanceof ConnectionLostException) {
            lost.countDown();
        }
    }

    StompHeaders connected() throws Exception {
        return connected.get(LONG, TimeUnit.SECONDS);
    }

    static StompHeaders headers(String destination, String... more) {
        StompHeaders headers = new StompHeaders();
        headers.setDestination(destination);
        for (int n = 0; n < more.length; n += 2) {
            headers.add(more[n], more[n + 1]);
        }
        return headers;
    }

    static void received(StompSession.Receiptable asked) throws InterruptedException {
        CountDownLatch seen = new CountDownLatch(1);
        asked.addReceiptTask(seen::countDown);
        if (!seen.await(LONG, TimeUnit.SECONDS)) {
            throw new AssertionError("no receipt " + asked.getReceiptId());
        }
    }

    Inbox subscribe(StompHeaders headers) {
        Inbox inbox = new Inbox();
        inbox.subscription = session.subscribe(headers, inbox);
        return inbox;
    }

    Inbox subscribe(String destination) {
        return subscribe(headers(destination));
    }

    StompSession.Receiptable send(StompHeaders headers, String body) {
        return session.send(headers, body.getBytes(StandardCharsets.UTF_8));
    }

    void send(String destination, String body) {
        send(headers(destination), body);
    }

    void settle(Message message, boolean consumed) {
        session.acknowledge(message.headers().getAck(), consumed);
    }

    void closed() throws InterruptedException {
        if (!lost.await(LONG, TimeUnit.SECONDS)) {
            throw new AssertionError("no close");
        }
    }
}
