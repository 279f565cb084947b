package io.faultline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.event.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CancelledJobsTest {
    private final CancelledJobs cancelled = new CancelledJobs(2);
    private final List<String> happened = new ArrayList<>();

    @Test
    void workOfOtherJobsIsNotTouched() {
        // Given
        cancelled.cancel(job());

        // When
        work(job(), () -> cancelled.cancel(job()));

        // Then
        assertThat(happened).containsExactly("work", "end");
    }

    @Test
    void aCancellationDuringTheWorkIsHeard() {
        // Given
        JobId job = job();

        // When
        work(job, () -> cancelled.cancel(job));

        // Then
        assertThat(happened).containsExactly("work", "cancelled", "end");
    }

    @Test
    void aCancellationBeforeTheWorkIsHeardAtItsBegin() {
        // Given
        JobId job = job();
        cancelled.cancel(job);

        // When
        work(job, () -> {});

        // Then
        assertThat(happened).containsExactly("cancelled", "work", "end");
    }

    @Test
    void aCancellationAfterTheWorkIsNotHeard() {
        // Given
        JobId job = job();
        work(job, () -> {});

        // When
        cancelled.cancel(job);

        // Then
        assertThat(happened).containsExactly("work", "end");
    }

    @Test
    void onlyTheNewestAreRemembered() {
        // Given
        JobId first = job();
        JobId second = job();
        cancelled.cancel(first);
        cancelled.cancel(second);
        cancelled.cancel(job());

        // When
        work(first, () -> {});
        work(second, () -> {});

        // Then
        assertThat(happened).containsExactly("work", "end", "cancelled", "work", "end");
    }

    private void work(JobId job, Runnable meanwhile) {
        cancelled.during(job, () -> happened.add("cancelled"), () -> {
            happened.add("work");
            meanwhile.run();
            return happened.add("end");
        });
    }

    private static JobId job() {
        return new JobId(UUID.randomUUID());
    }
}
