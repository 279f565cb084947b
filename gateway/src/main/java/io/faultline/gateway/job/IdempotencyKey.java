package io.faultline.gateway.job;

import java.util.regex.Pattern;

/**
 * A caller's name for one submission: sent again after a lost answer, it leads to the same job.
 *
 * @param value 1 to 200 visible ASCII characters
 */
public record IdempotencyKey(String value) {
    /** What may be given, for a refusal. */
    public static final String ALLOWED = "1 to 200 visible ASCII characters";

    private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,200}");

    /** @throws IllegalArgumentException unless the value is {@value #ALLOWED} */
    public IdempotencyKey {
        if (value == null || !VISIBLE.matcher(value).matches()) {
            throw new IllegalArgumentException("idempotency key is '" + value + "'; expected " + ALLOWED);
        }
    }
}
