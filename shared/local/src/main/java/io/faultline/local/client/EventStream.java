package io.faultline.local.client;

import java.util.Iterator;
import java.util.function.BiConsumer;

/** Reads server-sent events, as the HTML standard defines their text form, out of the lines of an answer. */
final class EventStream {
    private static final String DEFAULT_NAME = "message";

    private EventStream() {}

    /** @param listener hears the name and the data of each event, in order; an event cut off by the end is not heard */
    static void read(Iterator<String> lines, BiConsumer<String, String> listener) {
        String name = DEFAULT_NAME;
        StringBuilder data = null;
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.isEmpty()) {
                if (data != null) {
                    listener.accept(name, data.toString());
                }
                name = DEFAULT_NAME;
                data = null;
            } else if (line.startsWith("event:")) {
                name = value(line);
            } else if (line.startsWith("data:")) {
                data = data == null ? new StringBuilder() : data.append('\n');
                data.append(value(line));
            }
            // a comment keeps the connection alive; ids and retry times are of no use here
        }
    }

    private static String value(String line) {
        String value = line.substring(line.indexOf(':') + 1);
        return value.startsWith(" ") ? value.substring(1) : value;
    }
}
