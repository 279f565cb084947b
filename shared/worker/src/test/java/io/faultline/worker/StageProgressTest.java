package io.faultline.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.faultline.event.JobId;
import io.faultline.event.JobProgressed;
import io.faultline.event.StageName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class StageProgressTest {
    private final JobId job = new JobId(UUID.randomUUID());
    private final HandClock clock = new HandClock();
    private final List<JobProgressed> told = new ArrayList<>();
    private CompletionStage<Void> answer = CompletableFuture.completedFuture(null);

    private final StageProgress progress =
            new StageProgress(job, StageName.TRAINING, clock, Duration.ofMillis(500), Duration.ofSeconds(15), event -> {
                told.add(event);
                return answer;
            });

    @Test
    void nothingIsToldBeforeThereIsAPhase() {
        // When
        progress.tick();

        // Then
        assertThat(told).isEmpty();
    }

    @Test
    void theFirstPhaseIsToldAtOnce() {
        // Given
        progress.begin("starting", 0, "steps");

        // When
        progress.tick();

        // Then
        assertThat(told)
                .containsExactly(new JobProgressed(
                        job, StageName.TRAINING, clock.instant(), "starting", 0, 0, "steps", 0, null, Map.of()));
    }

    @Test
    void changesAreToldAtMostOncePerInterval() {
        // Given
        ProgressPhase phase = progress.begin("epoch 1", 100, "images");

        // When: 3 s of ticks every 50 ms, with a change before each
        for (int tick = 0; tick <= 60; tick++) {
            phase.advance(1);
            progress.tick();
            clock.pass(Duration.ofMillis(50));
        }

        // Then
        assertThat(told).extracting(JobProgressed::done).containsExactly(1L, 11L, 21L, 31L, 41L, 51L, 61L);
    }

    @Test
    void rateAndTimeLeftAreThoseOfThePhase() {
        // Given
        progress.begin("loading", 0, "images").advance(1_000_000);
        clock.pass(Duration.ofSeconds(100));
        ProgressPhase phase = progress.begin("epoch 1", 100, "images");
        phase.measured("loss", 2.5);
        clock.pass(Duration.ofSeconds(4));
        phase.advance(20);

        // When
        progress.tick();

        // Then
        assertThat(told)
                .containsExactly(new JobProgressed(
                        job,
                        StageName.TRAINING,
                        clock.instant(),
                        "epoch 1",
                        20,
                        100,
                        "images",
                        5.0,
                        16.0,
                        Map.of("loss", 2.5)));
    }

    @Test
    void aSilentStageIsHeardOfEveryHeartbeat() {
        // Given
        progress.begin("waiting", 10, "images").advance(5);

        // When: a minute without a change
        for (int tick = 0; tick <= 240; tick++) {
            progress.tick();
            clock.pass(Duration.ofMillis(250));
        }

        // Then: at 0, 15, 30, 45, 60 s, each an event of its own, with an honest rate
        assertThat(told).hasSize(5).extracting(JobProgressed::done).containsOnly(5L);
        assertThat(told).extracting(JobProgressed::eventId).doesNotHaveDuplicates();
        assertThat(told.get(4).ratePerSecond()).isEqualTo(5.0 / 60);
    }

    @Test
    void whileAnEventIsOnItsWayNoOtherFollows() {
        // Given
        CompletableFuture<Void> slow = new CompletableFuture<>();
        answer = slow;
        ProgressPhase phase = progress.begin("epoch 1", 100, "images");
        progress.tick();

        // When
        phase.advance(7);
        clock.pass(Duration.ofMinutes(1));
        progress.tick();
        assertThat(told).hasSize(1);
        slow.complete(null);
        progress.tick();

        // Then: the newest figures
        assertThat(told).extracting(JobProgressed::done).containsExactly(0L, 7L);
    }

    @Test
    void aFailedEventDoesNotEndTheTelling() {
        // Given
        answer = CompletableFuture.failedFuture(new IllegalStateException("no broker"));
        ProgressPhase phase = progress.begin("epoch 1", 100, "images");
        progress.tick();

        // When
        phase.advance(1);
        clock.pass(Duration.ofSeconds(1));
        progress.tick();

        // Then
        assertThat(told).hasSize(2);
    }

    @Test
    void aTellingThatThrowsDoesNotEndTheTelling() {
        // Given
        StageProgress thrown =
                new StageProgress(job, StageName.RIFT, clock, Duration.ofMillis(500), Duration.ofSeconds(15), event -> {
                    told.add(event);
                    throw new IllegalStateException("the channel is full");
                });
        thrown.begin("modules", 10, "modules");
        thrown.tick();

        // When
        clock.pass(Duration.ofSeconds(15));
        thrown.tick();

        // Then
        assertThat(told).hasSize(2);
    }

    @Test
    void nonsenseIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> progress.begin("x", -1, "images"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> progress.begin("x", 1, "images").advance(-1));
    }

    /** A clock that a test moves. */
    private static final class HandClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
