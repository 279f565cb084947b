package io.faultline.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.faultline.artifact.ArtifactException;
import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactNotFoundException;
import io.faultline.event.FailureCode;
import io.faultline.recipe.InvalidRecipeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FailurePolicyTest {
    private static final int LIMIT = 10;

    private final FailurePolicy policy = new FailurePolicy(LIMIT, Duration.ofSeconds(1), Duration.ofSeconds(30));

    static Stream<Arguments> failuresThatMayPass() {
        return Stream.of(
                arguments(new ArtifactException("the store is away"), "ArtifactException: the store is away"),
                arguments(new ArtifactNotFoundException(new ArtifactId("0".repeat(64))), "no artifact sha256:000"),
                arguments(new UncheckedIOException(new IOException("disk full")), "disk full"),
                arguments(new FactNotToldException("not confirmed", null), "not confirmed"));
    }

    @ParameterizedTest
    @MethodSource("failuresThatMayPass")
    void whatMayPassIsTriedAgainUpToTheLastDelivery(RuntimeException failure, String words) {
        assertThat(policy.judge(failure, 1)).isEqualTo(new Verdict.TryAgain());
        assertThat(policy.judge(failure, LIMIT - 1)).isEqualTo(new Verdict.TryAgain());
        assertThat(policy.judge(failure, LIMIT)).isInstanceOfSatisfying(Verdict.GiveUp.class, last -> {
            assertThat(last.code()).isEqualTo(FailureCode.EXHAUSTED);
            assertThat(last.detail()).contains("failed 10 times").contains(words);
        });
        assertThat(policy.judge(failure, LIMIT + 1)).isInstanceOf(Verdict.GiveUp.class);
    }

    static Stream<Arguments> failuresThatStay() {
        return Stream.of(
                arguments(new UnreadableWorkException("not JSON", null), FailureCode.UNREADABLE, "not JSON"),
                arguments(new WorkRejectedException("one class only", null), FailureCode.REJECTED, "one class only"),
                arguments(
                        new InvalidRecipeException("cuda.k", 4, "odd numbers"),
                        FailureCode.REJECTED,
                        "cuda.k is 4; allowed: odd numbers"),
                arguments(new IllegalStateException("oops"), FailureCode.INTERNAL, "IllegalStateException: oops"),
                arguments(new NullPointerException(), FailureCode.INTERNAL, "NullPointerException"),
                arguments(new StageStoppedException("nobody asked"), FailureCode.INTERNAL, "nobody asked"),
                arguments(new OutOfMemoryError("Java heap space"), FailureCode.INTERNAL, "Java heap space"),
                arguments(new UnsatisfiedLinkError("no torch"), FailureCode.INTERNAL, "no torch"));
    }

    @ParameterizedTest
    @MethodSource("failuresThatStay")
    void whatStaysFailsTheJobAtTheFirstDelivery(Throwable failure, FailureCode code, String words) {
        assertThat(policy.judge(failure, 1)).isInstanceOfSatisfying(Verdict.GiveUp.class, verdict -> {
            assertThat(verdict.code()).isEqualTo(code);
            assertThat(verdict.detail()).contains(words);
        });
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 4", "5, 16", "6, 30", "10, 30"})
    void thePauseDoublesUpToTheLongest(int deliveryCount, int seconds) {
        assertThat(policy.pauseAfter(deliveryCount)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void noPauseStaysNone() {
        assertThat(new FailurePolicy(LIMIT, Duration.ZERO, Duration.ZERO).pauseAfter(7))
                .isZero();
    }
}
