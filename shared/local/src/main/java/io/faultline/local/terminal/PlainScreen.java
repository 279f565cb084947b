package io.faultline.local.terminal;

import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Prints an activity's text every few seconds, for a file or a build's log. */
final class PlainScreen implements Screen {
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final PrintStream output;
    private final LongSupplier nanoClock;
    private final Map<String, Long> printedAt = new HashMap<>();

    PlainScreen(PrintStream output) {
        this(output, System::nanoTime);
    }

    PlainScreen(PrintStream output, LongSupplier nanoClock) {
        this.output = output;
        this.nanoClock = nanoClock;
    }

    @Override
    public synchronized void update(String activity, String text) {
        long now = nanoClock.getAsLong();
        Long last = printedAt.get(activity);
        if (last == null || now - last >= EVERY.toNanos()) {
            printedAt.put(activity, now);
            output.println(text);
        }
    }

    @Override
    public synchronized void finish(String activity, String text) {
        printedAt.remove(activity);
        output.println(text);
    }

    @Override
    public synchronized void note(String text) {
        output.println(text);
    }

    @Override
    public void close() {
        output.flush();
    }
}
