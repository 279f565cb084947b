package io.faultline.gateway.job;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the list of jobs. Callers treat its text as opaque.
 *
 * @param number of the last job before the place
 */
public record JobCursor(long number) {
    private static final Pattern PLAIN = Pattern.compile("j(\\d{1,18})");

    /** @throws IllegalArgumentException unless the text came from {@link #toString()} */
    public static JobCursor parse(String text) {
        Matcher plain = PLAIN.matcher(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII));
        if (!plain.matches()) {
            throw new IllegalArgumentException("cursor is '" + text + "'; expected what a page named as next");
        }
        return new JobCursor(Long.parseLong(plain.group(1)));
    }

    @Override
    public String toString() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(("j" + number).getBytes(StandardCharsets.US_ASCII));
    }
}
