package io.faultline.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.event.JobId;
import io.faultline.event.JobProgressed;
import io.faultline.event.StageName;
import io.faultline.gateway.Facts;
import io.faultline.gateway.job.JobView;
import io.faultline.job.JobSnapshot;
import io.faultline.job.JobState;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JobNewsTest {
    private static final JobId JOB = new JobId(new UUID(0, 1));

    private final JobNews news = new JobNews();

    @Test
    void theFirstViewIsASnapshot() {
        JobView waiting = view(0, JobState.WAITING, StageName.POISON, null);

        assertThat(news.of(waiting)).contains(new JobNews.Item("snapshot", waiting.snapshot(), false));
    }

    @Test
    void progressWithinAStageIsProgressAndAChangeOfStateOrStageASnapshot() {
        // When
        List<String> names = List.of(
                        view(0, JobState.WAITING, StageName.POISON, null),
                        view(1, JobState.RUNNING, StageName.POISON, progress(StageName.POISON, 1)),
                        view(2, JobState.RUNNING, StageName.POISON, progress(StageName.POISON, 2)),
                        view(3, JobState.RUNNING, StageName.TRAINING, progress(StageName.TRAINING, 1)),
                        view(4, JobState.COMPLETED, null, null))
                .stream()
                .map(view -> news.of(view).orElseThrow().name())
                .toList();

        // Then
        assertThat(names).containsExactly("snapshot", "snapshot", "progress", "snapshot", "snapshot");
    }

    @Test
    void nothingFollowsAnEnd() {
        assertThat(news.of(view(5, JobState.FAILED, null, null)).orElseThrow().last())
                .isTrue();
    }

    @Test
    void aViewThatComesLateOrTwiceIsNoNews() {
        // Given
        news.of(view(5, JobState.RUNNING, StageName.POISON, progress(StageName.POISON, 5)));

        // Then
        assertThat(news.of(view(5, JobState.RUNNING, StageName.POISON, progress(StageName.POISON, 5))))
                .isEmpty();
        assertThat(news.of(view(4, JobState.WAITING, StageName.POISON, null))).isEmpty();
    }

    @Test
    void aChangeThatConcernsNoFollowerIsNoNews() {
        // Given
        JobProgressed progress = progress(StageName.POISON, 5);
        news.of(view(5, JobState.RUNNING, StageName.POISON, progress));

        // Then
        assertThat(news.of(view(6, JobState.RUNNING, StageName.POISON, progress)))
                .isEmpty();
    }

    private static JobProgressed progress(StageName stage, int second) {
        return Facts.progress(JOB, stage, Facts.NOON.plusSeconds(second), second);
    }

    private static JobView view(long version, JobState state, StageName stage, JobProgressed progress) {
        return new JobView(
                version,
                new JobSnapshot(
                        JOB,
                        "job",
                        state,
                        false,
                        List.of(StageName.POISON),
                        stage,
                        Facts.NOON,
                        Facts.NOON,
                        Facts.recipe(Facts.WHOLE_ROAD),
                        progress,
                        null,
                        null));
    }
}
