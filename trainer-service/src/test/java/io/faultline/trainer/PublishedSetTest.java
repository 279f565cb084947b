package io.faultline.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.dataset.ImageDataset;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.event.DatasetReady;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.CorruptionName;
import io.faultline.recipe.Seed;
import io.faultline.report.Accuracy;
import io.faultline.report.CorruptionReport.Cell;
import io.faultline.report.TrainingReport;
import io.faultline.testkit.TinyCorruptions;
import io.faultline.testkit.TinyImages;
import io.faultline.worker.StageStoppedException;
import io.faultline.worker.WorkRejectedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that names a published corruption set, from the store to the figures. */
class PublishedSetTest {
    private static final ImageDataset DATASET = TinyImages.twoClasses(Seed.of(1));
    private static final LabeledImages TEST = DATASET.test();
    private static final int OF_A_CLASS = 8;
    /** Each image under the other class's label. */
    private static final LabeledImages EXCHANGED = seen(place -> (place + OF_A_CLASS) % (2 * OF_A_CLASS));
    /** The first class's images under both labels. */
    private static final LabeledImages DOUBLED = seen(place -> place % OF_A_CLASS);

    private final ClassifierTraining stage = new ClassifierTraining(TinyJobs.onCpu(Duration.ofSeconds(30)));

    @TempDir
    Path directory;

    private RecordedContext context;

    @BeforeEach
    void openStore() {
        context = new RecordedContext(directory);
    }

    @Test
    void eachCorruptionAndSeverityIsMeasuredOnItsImages() {
        // Given
        ArtifactId set = stored(TinyCorruptions.arrays(Map.of(
                "fog", List.of(TEST, EXCHANGED, TEST, TEST, DOUBLED),
                "snow", List.of(EXCHANGED, TEST, TEST, TEST, TEST))));
        DatasetReady event = ready(set, "'corruptions': ['fog', 'snow'], 'severities': [1, 2, 5]");

        // When
        TrainingReport report = stage.run(event, context);

        // Then: what is right under its own label is wrong under the other, and of two labels one is right
        Accuracy clean = report.testClean();
        Accuracy exchanged = new Accuracy(clean.total() - clean.correct(), clean.total());
        assertThat(clean.correct()).isGreaterThan(12);
        assertThat(report.evaluation().corruptions().cells())
                .containsExactly(
                        new Cell(CorruptionName.FOG, 1, clean),
                        new Cell(CorruptionName.FOG, 2, exchanged),
                        new Cell(CorruptionName.FOG, 5, new Accuracy(OF_A_CLASS, 2 * OF_A_CLASS)),
                        new Cell(CorruptionName.SNOW, 1, exchanged),
                        new Cell(CorruptionName.SNOW, 2, clean),
                        new Cell(CorruptionName.SNOW, 5, clean));
        assertThat(report.notes())
                .anyMatch(note -> note.contains(set.toString()) && note.contains("16 images for each corruption"));
        assertThat(afterStops(event))
                .usingRecursiveComparison()
                .ignoringFields("epochs.seconds")
                .isEqualTo(report);
    }

    /** The same work, stopped in the training, and then among the measurements again and again. */
    private TrainingReport afterStops(DatasetReady event) {
        RecordedContext other = new RecordedContext(directory);
        int stops = 0;
        while (true) {
            other.stopAt(stops == 0 ? 32 : 4 + stops);
            try {
                TrainingReport report = stage.run(event, other);
                assertThat(stops).isGreaterThan(2);
                return report;
            } catch (StageStoppedException stopped) {
                stops++;
            }
        }
    }

    @Test
    void theSetIsPartOfTheFingerprint() {
        ArtifactId set = new ArtifactId("f".repeat(64));

        assertThat(stage.input(ready(set, "'corruptions': ['fog']")).artifacts())
                .contains(set);
    }

    @Test
    void whatTheSetDoesNotHaveIsRefusedBeforeTheTraining() {
        ArtifactId set = stored(TinyCorruptions.arrays(Map.of("fog", Collections.nCopies(5, TEST))));

        DatasetReady event = ready(set, "'corruptions': ['fog', 'snow']");

        assertThatThrownBy(() -> stage.run(event, context))
                .isInstanceOf(WorkRejectedException.class)
                .hasMessageStartingWith("corruption set " + set + ": ")
                .hasMessageContaining("no corruption 'snow'; it has fog");
        assertThat(context.phases().keySet()).noneMatch(phase -> phase.startsWith("epoch"));
    }

    private ArtifactId stored(byte[] archive) {
        return context.artifacts()
                .write(ArtifactKind.CORRUPTIONS_SOURCE, out -> out.write(archive))
                .id();
    }

    private DatasetReady ready(ArtifactId set, String corruptions) {
        String json =
                "{'dataset': {'source': 'uploaded', 'artifact': '" + "a".repeat(64) + "'}, 'training': {'width': 2,"
                        + " 'epochs': 6, 'batchSize': 4, 'validationFraction': 0.25, 'sgd': {'learningRate': 0.05},"
                        + " 'augmentation': {'cropPadding': 0, 'horizontalFlip': false},"
                        + " 'evaluation': {'corruptions': {'published': '" + set + "', " + corruptions + "}}}}";
        return TinyJobs.ready(
                context.jobId(),
                context.artifacts(),
                DATASET,
                FaultlineJson.readRecipe(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }

    /** At each place the image of another, under the place's own label. */
    private static LabeledImages seen(IntUnaryOperator from) {
        List<RgbImage> images = IntStream.range(0, TEST.size())
                .mapToObj(place -> TEST.images().get(from.applyAsInt(place)))
                .toList();
        return new LabeledImages(TEST.ids(), TEST.labels(), images);
    }
}
