import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.messaging.simp.stomp.StompHeaders;

/** What Spring's clients are asked to do, whatever the transport. */
abstract class Checks {
    final String name;

    Checks(String name) {
        this.name = name;
    }

    abstract Link connect(StompHeaders headers, long beats) throws Exception;

    /** Features it has not, with the reason. */
    abstract Map<String, String> lacks();

    interface Body {
        void run(Link link, Link other) throws Exception;
    }

    void session(Body body) throws Exception {
        Link one = login(name);
        Link two = login(name + "-2");
        body.run(one, two);
        one.session.disconnect();
        two.session.disconnect();
    }

    Link login(String login) throws Exception {
        return connect(credentials(login, "x"), 10_000);
    }

    static StompHeaders credentials(String login, String passcode) {
        StompHeaders headers = new StompHeaders();
        headers.setLogin(login);
        headers.setPasscode(passcode);
        return headers;
    }

    static void equal(Object got, Object expected) {
        if (!expected.equals(got)) {
            throw new AssertionError(got + ", not " + expected);
        }
    }

    /** Nothing but the message sent last may be waiting: frames of one connection are done in order. */
    static void onlyThen(Link link, Link.Inbox inbox, String to, String body) throws Exception {
        link.send(to, body);
        equal(inbox.next().text(), body);
    }

    void run() {
        for (String feature : Say.features()) {
            String lacking = lacks().get(feature);
            if (lacking != null) {
                Say.lacks(name, feature, lacking);
                continue;
            }
            String to = name + "." + feature;
            Say.result(name, feature, () -> check(feature, "/topic/" + to, "/queue/a/" + to));
        }
        System.out.flush();
        // Whatever threads there are.
        Runtime.getRuntime().halt(0);
    }

    private String check(String feature, String topic, String queue) throws Exception {
        switch (feature) {
            case "connect":
                return connects(credentials(name, "secret"), name);
            case "anonymous":
                connects(new StompHeaders(), "guest-");
                return null;
            case "passcode":
                connects(credentials(name, "p:a\\ss"), name);
                return null;
            case "error":
                error();
                return null;
            case "disconnect":
                disconnect();
                return null;
            case "heart-beats":
                heartBeats(topic);
                return null;
            case "ack":
                redelivered(queue, "client-individual", "1", "3");
                return null;
            case "ack-cumulative":
                redelivered(queue, "client", "3");
                return null;
            default:
                session((link, other) -> exchange(feature, link, other, topic, queue));
                return null;
        }
    }

    private String connects(StompHeaders headers, String expected) throws Exception {
        Link link = connect(headers, 10_000);
        String said = link.connected().getFirst("user-name");
        equal(said.startsWith(expected), true);
        link.session.disconnect();
        return link.connected().getFirst("version");
    }

    private void error() throws Exception {
        Link link = login(name);
        link.send("/nowhere", "x");
        equal(link.error.get(Link.LONG, TimeUnit.SECONDS).getFirst("code"), "bad-destination");
        link.closed();
    }

    private void disconnect() throws Exception {
        Link link = login(name);
        StompHeaders headers = new StompHeaders();
        headers.setReceipt("bye");
        link.session.disconnect(headers);
        equal(link.session.isConnected(), false);
    }

    private void heartBeats(String topic) throws Exception {
        Link link = connect(credentials(name, "x"), 1000);
        Thread.sleep(3500);
        onlyThen(link, link.subscribe(topic), topic, "still here");
        link.session.disconnect();
    }

    /** Three messages are taken and the second one acknowledged; `expected` come back. */
    private void redelivered(String queue, String mode, String... expected) throws Exception {
        session((link, other) -> {
            Link.Inbox inbox = link.subscribe(Link.headers(queue, "ack", mode));
            for (String body : List.of("1", "2", "3")) {
                link.send(queue, body);
            }
            inbox.next();
            link.settle(inbox.next(), true);
            inbox.next();
        });
        session((link, other) -> {
            Link.Inbox inbox = link.subscribe(Link.headers(queue, "ack", mode));
            for (String body : expected) {
                Link.Message message = inbox.next();
                equal(message.text(), body);
                equal(message.headers().getFirst("redelivered"), "true");
                link.settle(message, true);
            }
            onlyThen(link, inbox, queue, "then nothing");
        });
    }

    private void exchange(String feature, Link link, Link other, String topic, String queue) throws Exception {
        Link.Inbox inbox;
        switch (feature) {
            case "topic" -> {
                inbox = link.subscribe(topic);
                onlyThen(link, inbox, topic, "hello");
            }
            case "receipts" -> {
                link.session.setAutoReceipt(true);
                other.session.setAutoReceipt(true);
                inbox = link.subscribe(topic);
                Link.received(inbox.subscription);
                Link.received(other.send(Link.headers(topic), "the subscription is live"));
                equal(inbox.next().text(), "the subscription is live");
            }
            case "headers" -> {
                inbox = link.subscribe(topic);
                String[] sent = {
                    "colon", "a:b", "backslash", "c\\d", "line", "e\nf", "unicode", "값 🎈", "empty", ""
                };
                link.send(Link.headers(topic, sent), "x");
                StompHeaders got = inbox.next().headers();
                for (int n = 0; n < sent.length; n += 2) {
                    equal(got.getFirst(sent[n]), sent[n + 1]);
                }
            }
            case "unicode" -> onlyThen(link, link.subscribe(topic), topic, "안녕 🎈 e\u0301");
            case "binary" -> {
                inbox = link.subscribe(topic);
                byte[] octets = new byte[256];
                for (int n = 0; n < 256; n++) {
                    octets[n] = (byte) n;
                }
                link.session.send(Link.headers(topic, "content-type", "application/octet-stream"), octets);
                equal(Arrays.equals(inbox.next().body(), octets), true);
            }
            case "large" -> {
                inbox = link.subscribe(topic);
                String body = "0123456789abcdef".repeat(64 * 1024);
                link.send(topic, body);
                equal(inbox.next().text().equals(body), true);
            }
            case "split" -> {
                inbox = link.subscribe(topic);
                String body = "한글".repeat(10_000);
                // As text it would cut letters in two and send neither half.
                link.send(Link.headers(topic, "content-type", "application/octet-stream"), body);
                equal(inbox.next().text().equals(body), true);
            }
            case "unsubscribe" -> {
                inbox = link.subscribe(topic);
                onlyThen(link, inbox, topic, "before");
                inbox.subscription.unsubscribe();
                link.send(topic, "after");
                onlyThen(link, link.subscribe(topic), topic, "again");
                equal(inbox.isEmpty(), true);
            }
            case "room" -> {
                inbox = link.subscribe(Link.headers("/topic/room." + name, "last", "0"));
                equal(inbox.next().text().contains("\"kind\":\"sync\""), true);
                link.send("/app/room." + name, "안녕");
                equal(inbox.next().text().contains("\"text\":\"안녕\""), true);
            }
            case "app" -> equal(link.subscribe("/app/rooms").next().text().startsWith("{\"rooms\":["), true);
            case "replies" -> {
                inbox = link.subscribe("/user/queue/replies");
                link.send(Link.headers("/app/rooms", "correlation-id", "c1"), "");
                equal(inbox.next().headers().getFirst("correlation-id"), "c1");
            }
            case "queue" -> {
                for (String n : List.of("1", "2", "3")) {
                    link.send(queue, n);
                }
                inbox = link.subscribe(queue);
                for (String n : List.of("1", "2", "3")) {
                    equal(inbox.next().text(), n);
                }
                onlyThen(other, inbox, queue, "live");
            }
            case "nack" -> {
                inbox = link.subscribe(Link.headers(queue, "ack", "client-individual"));
                link.send(queue, "again");
                link.settle(inbox.next(), false);
                Link.Message message = inbox.next();
                equal(message.headers().getFirst("redelivered"), "true");
                link.settle(message, true);
            }
            case "user" -> {
                inbox = link.subscribe("/user/queue/notes");
                onlyThen(link, inbox, "/user/" + name + "/queue/notes", "to myself");
                other.send("/user/" + name + "/queue/notes", "hello");
                equal(inbox.next().headers().getDestination(), "/user/queue/notes");
            }
            default -> throw new AssertionError("not known");
        }
    }
}
