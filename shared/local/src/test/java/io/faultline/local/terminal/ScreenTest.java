package io.faultline.local.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private static final long SECOND = 1_000_000_000L;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream output = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void withoutATerminalALineComesEveryFiveSecondsForEachActivity() {
        // Given
        AtomicLong clock = new AtomicLong();
        Screen screen = new PlainScreen(output, clock::get);

        // When
        screen.update("a", "a 1");
        screen.update("b", "b 1");
        clock.set(4 * SECOND);
        screen.update("a", "a 2");
        clock.set(5 * SECOND);
        screen.update("a", "a 3");
        screen.finish("a", "a done");
        screen.note("note");

        // Then
        assertThat(text().lines()).containsExactly("a 1", "b 1", "a 3", "a done", "note");
    }

    @Test
    void onATerminalTheActivitiesStayBelowWhatLasts() {
        // Given
        Screen screen = new LiveScreen(output, 10);

        // When
        screen.update("a", "a long text that the terminal would break");
        screen.update("b", "b");
        screen.note("note");
        screen.finish("a", "done");

        // Then: what a terminal shows of it
        assertThat(shown(text())).isEqualTo("note\ndone\nb\n");
    }

    @Test
    void aLineNeverReachesTheTerminalsEdge() {
        new LiveScreen(output, 10).update("a", "0123456789abc");

        assertThat(text()).endsWith("012345678\n");
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Plays the control sequences that the screen uses. */
    private static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith("\033[1A\033[2K", i)) {
                int lineBefore = shown.lastIndexOf("\n", shown.length() - 2) + 1;
                shown.setLength(lineBefore);
                i += "\033[1A\033[2K".length() - 1;
            } else if (text.charAt(i) != '\r') {
                shown.append(text.charAt(i));
            }
        }
        return shown.toString();
    }
}
