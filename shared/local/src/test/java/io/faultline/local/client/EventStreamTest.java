package io.faultline.local.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventStreamTest {
    private static List<String> read(String text) {
        List<String> heard = new ArrayList<>();
        EventStream.read(text.lines().iterator(), (name, data) -> heard.add(name + "=" + data));
        return heard;
    }

    @Test
    void eachEventComesWithItsNameAndData() {
        assertThat(read("event: snapshot\ndata: {\"a\":1}\nid: 7\n\nevent:progress\ndata:{}\n\n"))
                .containsExactly("snapshot={\"a\":1}", "progress={}");
    }

    @Test
    void severalDataLinesAreOneTextOfSeveralLines() {
        assertThat(read("data: one\ndata:  two\ndata:\n\n")).containsExactly("message=one\n two\n");
    }

    @Test
    void commentsAndEventsWithoutDataAreNotHeard() {
        assertThat(read(": keep-alive\n\nevent: empty\n\ndata: x\n\n")).containsExactly("message=x");
    }

    @Test
    void anEventThatTheEndCutsOffIsNotHeard() {
        assertThat(read("event: snapshot\ndata: {\"half\":")).isEmpty();
    }
}
