package io.faultline.worker;

import io.faultline.artifact.ArtifactException;
import io.faultline.event.FailureCode;
import io.faultline.recipe.InvalidRecipeException;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * Decides on a failed record by its failure and by how often it was handed out.
 *
 * @param deliveryLimit how often a record is handed out; the broker drops it silently after its own limit, so this is at
 *     most that one
 * @param firstPause before a record is given back the first time; it doubles with each delivery
 * @param longestPause where the doubling ends
 */
record FailurePolicy(int deliveryLimit, Duration firstPause, Duration longestPause) {
    FailurePolicy {
        if (deliveryLimit < 1) {
            throw new IllegalArgumentException("delivery limit is " + deliveryLimit + "; allowed: 1 or more");
        }
    }

    Verdict judge(Throwable failure, int deliveryCount) {
        if (failure instanceof UnreadableWorkException) {
            return new Verdict.GiveUp(FailureCode.UNREADABLE, failure.getMessage());
        }
        if (failure instanceof WorkRejectedException || failure instanceof InvalidRecipeException) {
            return new Verdict.GiveUp(FailureCode.REJECTED, failure.getMessage());
        }
        if (mayPass(failure)) {
            return deliveryCount < deliveryLimit
                    ? new Verdict.TryAgain()
                    : new Verdict.GiveUp(
                            FailureCode.EXHAUSTED,
                            "the work failed " + deliveryCount + " times, the last time with: " + sentence(failure)
                                    + "; when the cause is gone, submit the job again");
        }
        return new Verdict.GiveUp(
                FailureCode.INTERNAL,
                sentence(failure) + "; this is a bug or a broken installation: report it with the job id");
    }

    /** A failed record is handed out again at once, before newer ones: the pause keeps that from being a storm. */
    Duration pauseAfter(int deliveryCount) {
        Duration pause = firstPause;
        for (int delivery = 1; delivery < deliveryCount && pause.compareTo(longestPause) < 0; delivery++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }

    private static boolean mayPass(Throwable failure) {
        return failure instanceof ArtifactException
                || failure instanceof UncheckedIOException
                || failure instanceof FactNotToldException;
    }

    private static String sentence(Throwable failure) {
        return failure.getMessage() == null
                ? failure.getClass().getSimpleName()
                : failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }
}
