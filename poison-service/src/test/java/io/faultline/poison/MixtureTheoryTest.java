package io.faultline.poison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.faultline.event.JobCompleted;
import io.faultline.event.TheorySubmitted;
import io.faultline.recipe.GaussianMixtureRecipe;
import io.faultline.recipe.MixtureDirection;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.Seed;
import io.faultline.report.TheoryReport;
import io.faultline.worker.StageStoppedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MixtureTheoryTest {
    private static final GaussianMixtureRecipe MIXTURE =
            new GaussianMixtureRecipe(5, List.of(1.0, 2.5), MixtureDirection.ALL_ONES, 4, 0.3, 2_000);

    @TempDir
    Path store;

    private final MixtureTheory stage = new MixtureTheory();

    @Test
    void theGridBecomesATableAPictureAndFiguresOfEachNorm() throws IOException {
        // Given
        RecordedContext context = new RecordedContext(store);

        // When
        TheoryReport report = stage.run(job(context), context);

        // Then
        assertThat(report.dimension()).isEqualTo(5);
        assertThat(report.suspicions()).isEmpty();
        assertThat(report.norms()).extracting(TheoryReport.NormReport::norm).containsExactly(1.0, 2.5);
        assertThat(report.norms()).allSatisfy(norm -> {
            assertThat(norm.points()).isEqualTo(16);
            assertThat(norm.lowestAccuracy()).isLessThan(norm.cleanAccuracy());
            assertThat(norm.largestDeviation()).isBetween(0.0, 6.0);
        });
        // Φ(1), from any table of the normal distribution
        assertThat(report.norms().get(0).cleanAccuracy()).isCloseTo(0.841345, within(1e-6));
        assertThat(Files.readAllLines(
                        context.artifacts().localCopy(report.table().id())))
                .hasSizeGreaterThan(32);
        assertThat(Files.readAllBytes(
                        context.artifacts().localCopy(report.picture().id())))
                .startsWith(0x89, 'P', 'N', 'G');
        assertThat(context.done()).isEqualTo(32);
        assertThat(stage.run(job(context), context)).isEqualTo(report);
        assertThat(stage.completed(job(context), report))
                .isEqualTo(new JobCompleted(context.jobId(), job(context).recipe(), null, null, null, report));
    }

    @Test
    void aStopEndsTheWork() {
        RecordedContext context = new RecordedContext(store);
        context.stop();

        assertThatThrownBy(() -> stage.run(job(context), context)).isInstanceOf(StageStoppedException.class);
    }

    private static TheorySubmitted job(RecordedContext context) {
        return new TheorySubmitted(context.jobId(), new Recipe("theory", null, null, null, null, Seed.of(1), MIXTURE));
    }
}
