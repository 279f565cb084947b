package io.faultline.gateway.rest;

import io.faultline.gateway.job.JobCursor;
import io.faultline.job.JobState;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Which jobs a caller wants listed.
 *
 * @param state null for any
 * @param after null for the first page
 */
record PageQuery(JobState state, int limit, JobCursor after) {
    static final int DEFAULT_LIMIT = 50;
    static final int LARGEST_LIMIT = 200;

    /** @throws InvalidParameterException for a value that is not allowed; null means not given */
    static PageQuery parse(String state, String limit, String after) {
        return new PageQuery(
                state == null ? null : state(state),
                limit == null ? DEFAULT_LIMIT : limit(limit),
                after == null ? null : after(after));
    }

    private static JobState state(String text) {
        return Arrays.stream(JobState.values())
                .filter(state -> state.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new InvalidParameterException(
                        "state",
                        text,
                        Arrays.stream(JobState.values()).map(JobState::name).collect(Collectors.joining(", "))));
    }

    private static int limit(String text) {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= LARGEST_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // refused below, as a number out of range is
        }
        throw new InvalidParameterException("limit", text, "a whole number from 1 to " + LARGEST_LIMIT);
    }

    private static JobCursor after(String text) {
        try {
            return JobCursor.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidParameterException("after", text, "what a page of this list named as next");
        }
    }
}
