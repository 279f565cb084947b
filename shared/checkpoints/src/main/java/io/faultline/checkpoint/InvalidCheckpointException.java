package io.faultline.checkpoint;

/** Bytes that are no checkpoint, or one of another network: the message says what was found and what was expected. */
public final class InvalidCheckpointException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_EXCERPT = 80;

    public InvalidCheckpointException(String message) {
        super(message);
    }

    public InvalidCheckpointException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The start of a text from a file that nobody vouches for, fit for a message: no control characters, not long. */
    public static String excerpt(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(LONGEST_EXCERPT)
                .map(c -> Character.isISOControl(c) || !Character.isDefined(c) ? '\uFFFD' : c)
                .forEach(shown::appendCodePoint);
        return text.codePointCount(0, text.length()) > LONGEST_EXCERPT ? shown + "…" : shown.toString();
    }
}
