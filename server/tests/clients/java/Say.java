import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** The lines that the test program reads: one of JSON per feature. */
final class Say {
    interface Check {
        /** Gives a note or null. */
        String run() throws Exception;
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private Say() {}

    static String[] features() {
        return System.getenv("FEATURES").split(",");
    }

    static void lacks(String client, String feature, String reason) {
        say(client, feature, "n/a", reason);
    }

    static void result(String client, String feature, Check check) {
        try {
            String note = check.run();
            say(client, feature, "pass", note == null ? "" : note);
        } catch (Throwable failure) {
            StringWriter trace = new StringWriter();
            failure.printStackTrace(new PrintWriter(trace));
            say(client, feature, "fail", trace.toString());
        }
    }

    private static void say(String client, String feature, String result, String note) {
        Map<String, String> line = new LinkedHashMap<>();
        line.put("client", client);
        line.put("feature", feature);
        line.put("result", result);
        line.put("note", note);
        try {
            System.out.println(JSON.writeValueAsString(line));
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
