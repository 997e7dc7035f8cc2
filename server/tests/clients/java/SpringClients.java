import jakarta.websocket.ContainerProvider;
import jakarta.websocket.WebSocketContainer;
import java.util.HashMap;
import java.util.Map;
import org.springframework.messaging.simp.stomp.ReactorNettyTcpStompClient;
import org.springframework.messaging.simp.stomp.StompClientSupport;
import org.springframework.messaging.simp.stomp.StompHeaders;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.web.socket.WebSocketHttpHeaders;
import org.springframework.web.socket.client.standard.StandardWebSocketClient;
import org.springframework.web.socket.messaging.WebSocketStompClient;

/** Spring's own STOMP clients: `SpringClients ws|tcp`. */
final class SpringClients {
    private static final int MESSAGE = 4 * 1024 * 1024;
    private static final ThreadPoolTaskScheduler SCHEDULER = new ThreadPoolTaskScheduler();

    static {
        SCHEDULER.initialize();
    }

    private SpringClients() {}

    public static void main(String[] arguments) {
        (arguments[0].equals("ws") ? new OverWebSocket() : new OverTcp()).run();
    }

    private static void configure(StompClientSupport client, long beats) {
        client.setTaskScheduler(SCHEDULER);
        client.setDefaultHeartbeat(new long[] {beats, beats});
    }

    private static Map<String, String> lacking() {
        Map<String, String> lacks = new HashMap<>();
        lacks.put("commit", "it has no transactions");
        lacks.put("abort", "it has no transactions");
        return lacks;
    }

    static WebSocketStompClient overWebSocket(long beats) {
        WebSocketContainer container = ContainerProvider.getWebSocketContainer();
        container.setDefaultMaxTextMessageBufferSize(MESSAGE);
        container.setDefaultMaxBinaryMessageBufferSize(MESSAGE);
        WebSocketStompClient client = new WebSocketStompClient(new StandardWebSocketClient(container));
        configure(client, beats);
        client.setInboundMessageSizeLimit(MESSAGE);
        client.setOutboundMessageSizeLimit(8 * 1024);
        return client;
    }

    private static final class OverWebSocket extends Checks {
        OverWebSocket() {
            super("spring-ws");
        }

        @Override
        Map<String, String> lacks() {
            return lacking();
        }

        @Override
        Link connect(StompHeaders headers, long beats) throws Exception {
            Link link = new Link();
            String url = System.getenv("STOMP_WS");
            return link.open(
                overWebSocket(beats).connectAsync(url, new WebSocketHttpHeaders(), headers, link));
        }
    }

    private static final class OverTcp extends Checks {
        OverTcp() {
            super("spring-tcp");
        }

        @Override
        Map<String, String> lacks() {
            Map<String, String> lacks = lacking();
            lacks.put("split", "it writes whole frames");
            return lacks;
        }

        @Override
        Link connect(StompHeaders headers, long beats) throws Exception {
            String[] at = System.getenv("STOMP_TCP").split(":");
            ReactorNettyTcpStompClient client =
                new ReactorNettyTcpStompClient(at[0], Integer.parseInt(at[1]));
            configure(client, beats);
            Link link = new Link();
            return link.open(client.connectAsync(headers, link));
        }
    }
}
