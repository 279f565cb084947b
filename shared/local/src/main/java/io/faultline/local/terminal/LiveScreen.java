package io.faultline.local.terminal;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** Redraws the activities' lines in place, on a terminal that understands ANSI control sequences. */
final class LiveScreen implements Screen {
    private static final long REDRAW_NANOS = 100_000_000;
    private static final String CLEAR_LINE = "\033[2K";
    private static final String UP = "\033[1A";

    private final PrintStream output;
    private final int columns;
    private final Map<String, String> lines = new LinkedHashMap<>();
    private int drawn;
    private long drawnAt = System.nanoTime() - REDRAW_NANOS;

    LiveScreen(PrintStream output, int columns) {
        this.output = output;
        this.columns = columns;
    }

    @Override
    public synchronized void update(String activity, String text) {
        boolean known = lines.put(activity, text) != null;
        if (!known || System.nanoTime() - drawnAt >= REDRAW_NANOS) {
            redraw("");
        }
    }

    @Override
    public synchronized void finish(String activity, String text) {
        lines.remove(activity);
        redraw(text + "\n");
    }

    @Override
    public synchronized void note(String text) {
        redraw(text + "\n");
    }

    @Override
    public synchronized void close() {
        redraw("");
        lines.clear();
        drawn = 0;
    }

    private void redraw(String lasting) {
        StringBuilder picture = new StringBuilder();
        picture.append((UP + CLEAR_LINE).repeat(drawn)).append('\r');
        picture.append(lasting);
        // a line that the terminal breaks would be counted wrongly
        lines.values().forEach(line -> picture.append(line, 0, Math.min(line.length(), columns - 1))
                .append('\n'));
        output.print(picture);
        output.flush();
        drawn = lines.size();
        drawnAt = System.nanoTime();
    }
}
