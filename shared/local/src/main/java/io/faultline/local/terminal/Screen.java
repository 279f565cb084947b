package io.faultline.local.terminal;

import java.io.PrintStream;

/** Lines that change in place, and lines that stay. Safe for use by several threads. */
public interface Screen extends AutoCloseable {
    /** Shows the newest text of one activity in place of its last. */
    void update(String activity, String text);

    /** Shows the last text of one activity, which stays. */
    void finish(String activity, String text);

    /** Shows a line that stays. */
    void note(String text);

    @Override
    void close();

    /**
     * The screen for this process: bars if the launcher script found a terminal, else plain lines.
     *
     * @param output where it is drawn
     */
    static Screen of(PrintStream output) {
        return Boolean.getBoolean("faultline.terminal")
                ? new LiveScreen(output, Integer.getInteger("faultline.columns", 100))
                : new PlainScreen(output);
    }
}
