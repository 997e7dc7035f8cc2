import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.simp.SimpMessagingTemplate;
import org.springframework.messaging.simp.broker.BrokerAvailabilityEvent;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.messaging.simp.stomp.StompHeaders;
import org.springframework.stereotype.Controller;
import org.springframework.web.socket.WebSocketHttpHeaders;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;

/**
 * A Spring Boot application whose broker is our server, behind the relay of Spring, and WebSocket clients
 * of the application that chat through it.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(Relay.Application.class)
@EnableWebSocketMessageBroker
public class Relay implements WebSocketMessageBrokerConfigurer {
    private static final String NAME = "spring-relay";
    private static final CountDownLatch AVAILABLE = new CountDownLatch(1);

    private static String url;
    private static SimpMessagingTemplate template;

    @Override
    public void registerStompEndpoints(StompEndpointRegistry registry) {
        registry.addEndpoint("/relayed");
    }

    @Override
    public void configureMessageBroker(MessageBrokerRegistry registry) {
        String[] at = System.getenv("STOMP_TCP").split(":");
        registry
            .enableStompBrokerRelay("/topic", "/queue")
            .setRelayHost(at[0])
            .setRelayPort(Integer.parseInt(at[1]))
            .setClientLogin("relay")
            .setClientPasscode("p:a\\ss")
            .setSystemLogin("relay-system")
            .setSystemPasscode("p:a\\ss")
            .setSystemHeartbeatSendInterval(1000)
            .setSystemHeartbeatReceiveInterval(1000);
        registry.setApplicationDestinationPrefixes("/app");
        registry.setUserDestinationPrefix("/user");
    }

    @EventListener
    public void availability(BrokerAvailabilityEvent event) {
        if (event.isBrokerAvailable()) {
            AVAILABLE.countDown();
        }
    }

    /** What the application itself says goes over its own connection to the broker. */
    @Controller
    static class Application {
        @MessageMapping("shout")
        void shout(String text) {
            template.convertAndSend("/topic/relayed.app", text.toUpperCase());
        }
    }

    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(Relay.class);
        Map<String, Object> properties = new HashMap<>();
        properties.put("server.port", "0");
        properties.put("server.address", "127.0.0.1");
        properties.put("logging.threshold.console", "OFF");
        properties.put("spring.main.banner-mode", "off");
        application.setDefaultProperties(properties);
        var context = (ServletWebServerApplicationContext) application.run();
        url = "ws://127.0.0.1:" + context.getWebServer().getPort() + "/relayed";
        template = context.getBean(SimpMessagingTemplate.class);
        for (String feature : Say.features()) {
            Say.result(NAME, feature, () -> {
                check(feature);
                return null;
            });
        }
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private static Link client() throws Exception {
        Link link = new Link();
        var client = SpringClients.overWebSocket(1000);
        return link.open(client.connectAsync(url, new WebSocketHttpHeaders(), new StompHeaders(), link));
    }

    private static void check(String feature) throws Exception {
        if (!AVAILABLE.await(Link.LONG, TimeUnit.SECONDS)) {
            throw new AssertionError("the broker is not available");
        }
        if (feature.equals("available")) {
            return;
        }
        Link one = client();
        Link two = client();
        switch (feature) {
            case "chat" -> chat(one, two, "/topic/relayed.chat");
            case "idle" -> {
                Thread.sleep(3500);
                chat(one, two, "/topic/relayed.idle");
            }
            case "room" -> {
                Link.Inbox first = joined(one);
                Link.Inbox second = joined(two);
                one.send("/topic/room.relayed", "안녕");
                for (Link.Inbox inbox : List.of(first, second)) {
                    String text = inbox.next().text();
                    Checks.equal(text.contains("\"text\":\"안녕\""), true);
                    Checks.equal(text.contains("\"sender\":\"relay\""), true);
                }
            }
            case "application" -> {
                Link.Inbox inbox = receipted(one, "/topic/relayed.app");
                two.send("/app/shout", "hello");
                Checks.equal(inbox.next().text(), "HELLO");
            }
            case "error" -> {
                one.send("/queue/", "no name");
                one.error.get(Link.LONG, TimeUnit.SECONDS);
                one.closed();
                chat(two, client(), "/topic/relayed.after");
                return;
            }
            case "queue" -> {
                one.send("/queue/relayed", "kept");
                Checks.equal(two.subscribe("/queue/relayed").next().text(), "kept");
            }
            default -> throw new AssertionError("not known");
        }
        one.session.disconnect();
        two.session.disconnect();
    }

    /** The receipt says that the subscription is live at the broker. */
    private static Link.Inbox receipted(Link link, String destination) throws Exception {
        link.session.setAutoReceipt(true);
        Link.Inbox inbox = link.subscribe(destination);
        Link.received(inbox.subscription);
        return inbox;
    }

    private static Link.Inbox joined(Link link) throws Exception {
        Link.Inbox inbox = link.subscribe(Link.headers("/topic/room.relayed", "last", "0"));
        Checks.equal(inbox.next().text().contains("\"kind\":\"sync\""), true);
        return inbox;
    }

    private static void chat(Link one, Link two, String destination) throws Exception {
        Link.Inbox first = receipted(one, destination);
        Link.Inbox second = receipted(two, destination);
        for (String text : List.of("hello", "안녕 🎈")) {
            one.send(destination, text);
            Checks.equal(first.next().text(), text);
            Checks.equal(second.next().text(), text);
        }
        two.send(destination, "and back");
        Checks.equal(first.next().text(), "and back");
    }
}
