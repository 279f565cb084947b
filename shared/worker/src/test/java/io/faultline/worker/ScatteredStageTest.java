package io.faultline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.artifact.ArtifactException;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.FileSystemArtifactStore;
import io.faultline.artifact.FileSystemCheckpointStore;
import io.faultline.artifact.FileSystemOutcomeLedger;
import io.faultline.event.DatasetReady;
import io.faultline.event.DatasetShard;
import io.faultline.event.JobEvent;
import io.faultline.event.JobFailed;
import io.faultline.event.JobId;
import io.faultline.event.JobSubmitted;
import io.faultline.event.StageName;
import io.faultline.event.Topics;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.SyntheticDatasetRecipe;
import io.faultline.report.DatasetReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scatter and gather over real stores: tasks in any order, by several pods, twice, and with crashes. */
class ScatteredStageTest {
    private static final int LIMIT = 3;
    private static final TraceContext TRACE = new TraceContext(Map.of());

    @TempDir
    Path directory;

    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor();
    private final RecordingFacts facts = new RecordingFacts();
    private final CancelledJobs ended = new CancelledJobs(10);
    private final JobSubmitted submitted = new JobSubmitted(
            new JobId(UUID.randomUUID()),
            new Recipe("r", new SyntheticDatasetRecipe(2, 1, null), null, null, null, null));
    private final LetterStage stage = new LetterStage();
    private StageRunner<JobSubmitted, DatasetReport> pod;
    private WorkRunner<DatasetShard> tasks;

    @BeforeEach
    void join() {
        pod = pod();
        tasks = pod.tasks(stage);
    }

    @AfterEach
    void endTicker() {
        ticker.shutdownNow();
    }

    @Test
    void theWorkIsToldAsTasks() {
        // When
        pod.run(submitted, TRACE, new StopSignal(), false);

        // Then
        assertThat(facts.told)
                .containsExactlyElementsOf(IntStream.range(0, stage.letters.length())
                        .mapToObj(i -> (JobEvent) shard(i))
                        .toList());
        assertThat(stage.ran).isEmpty();
    }

    @Test
    void whoeverFinishesLastPutsThePartsTogetherInTheirOrder() {
        // When
        tasks.run(shard(2), TRACE, new StopSignal(), false);
        pod().tasks(stage).run(shard(0), TRACE, new StopSignal(), false);
        assertThat(facts.told).isEmpty();
        tasks.run(shard(1), TRACE, new StopSignal(), false);

        // Then
        assertThat(result()).isEqualTo("abc");
        assertThat(facts.told).hasSize(1);
        assertThat(directory.resolve("checkpoints")).isEmptyDirectory();
    }

    @Test
    void aTaskThatComesTwiceIsRunOnce() {
        tasks.run(shard(0), TRACE, new StopSignal(), false);
        tasks.run(shard(0), TRACE, new StopSignal(), true);

        assertThat(stage.ran).containsExactly(0);
    }

    @Test
    void aTaskThatComesAfterTheEndSaysNothingUnlessItsRecordWasTheLast() {
        // Given
        runAll();

        // When, Then
        tasks.run(shard(1), TRACE, new StopSignal(), false);
        assertThat(facts.told).hasSize(1);
        tasks.run(shard(1), TRACE, new StopSignal(), true);
        assertThat(facts.told).hasSize(2).allMatch(DatasetReady.class::isInstance);
        assertThat(stage.ran).hasSize(3);
        assertThat(directory.resolve("checkpoints")).isEmptyDirectory();
    }

    @Test
    void theWholeWorkToldAgainAfterTheEndIsItsOutcome() {
        runAll();

        pod.run(submitted, TRACE, new StopSignal(), false);

        assertThat(facts.told).hasSize(2).allMatch(DatasetReady.class::isInstance);
    }

    @Test
    void aTaskThatFailsCostsItselfOnly() {
        // Given
        stage.broken = 1;
        tasks.run(shard(0), TRACE, new StopSignal(), false);
        tasks.run(shard(2), TRACE, new StopSignal(), false);

        // When, Then
        assertThatThrownBy(() -> tasks.run(shard(1), TRACE, new StopSignal(), false))
                .isInstanceOf(ArtifactException.class);
        assertThat(facts.told).isEmpty();
        stage.broken = -1;
        tasks.run(shard(1), TRACE, new StopSignal(), true);
        assertThat(result()).isEqualTo("abc");
        assertThat(stage.ran).containsExactly(0, 2, 1);
    }

    @Test
    void aPartThatDidNotSurviveIsMadeAgain() throws IOException {
        // Given
        tasks.run(shard(0), TRACE, new StopSignal(), false);
        tasks.run(shard(1), TRACE, new StopSignal(), false);
        Path part;
        try (var files = Files.walk(directory.resolve("checkpoints"))) {
            part = files.filter(file -> file.getFileName().toString().equals("part-000000-of-000003.json"))
                    .findFirst()
                    .orElseThrow();
        }
        Files.write(part, new byte[] {1, 2, 3});

        // When
        tasks.run(shard(2), TRACE, new StopSignal(), false);
        assertThat(facts.told).isEmpty();
        tasks.run(shard(0), TRACE, new StopSignal(), false);

        // Then
        assertThat(result()).isEqualTo("abc");
    }

    @Test
    void ofTwoThatFinishAtOnceOnePutsThePartsTogether() {
        // Given: while the last one does so, another finds all parts there too
        tasks.run(shard(0), TRACE, new StopSignal(), false);
        tasks.run(shard(1), TRACE, new StopSignal(), false);
        stage.whileGathering = () -> pod().tasks(stage).run(shard(1), TRACE, new StopSignal(), true);

        // When
        tasks.run(shard(2), TRACE, new StopSignal(), false);

        // Then
        assertThat(stage.gathered).isEqualTo(1);
        assertThat(result()).isEqualTo("abc");
        assertThat(facts.told).hasSize(1);
    }

    @Test
    void theOneThatPutsThePartsTogetherIsFollowedByWhoeverGetsItsRecord() {
        // Given
        tasks.run(shard(0), TRACE, new StopSignal(), false);
        tasks.run(shard(1), TRACE, new StopSignal(), false);
        stage.whileGathering = () -> {
            throw new ArtifactException("the pod died", null);
        };
        assertThatThrownBy(() -> tasks.run(shard(2), TRACE, new StopSignal(), false))
                .isInstanceOf(ArtifactException.class);
        stage.whileGathering = () -> {};

        // When, Then
        WorkRunner<DatasetShard> other = pod().tasks(stage);
        other.run(shard(1), TRACE, new StopSignal(), true);
        assertThat(facts.told).isEmpty();
        other.run(shard(2), TRACE, new StopSignal(), true);
        assertThat(result()).isEqualTo("abc");
        assertThat(directory.resolve("checkpoints")).isEmptyDirectory();
    }

    @Test
    void partsOfWorkThatWasCutOtherwiseAreNotMixedIn() {
        // Given
        tasks.run(shard(0), TRACE, new StopSignal(), false);
        tasks.run(shard(1), TRACE, new StopSignal(), false);
        stage.letters = "wxyz";

        // When
        tasks.run(shard(3), TRACE, new StopSignal(), false);
        assertThat(facts.told).isEmpty();
        IntStream.range(0, 3).forEach(i -> tasks.run(shard(i), TRACE, new StopSignal(), false));

        // Then
        assertThat(result()).isEqualTo("wxyz");
    }

    @Test
    void aStoppedTaskLeavesNoPart() {
        // Given
        StopSignal stop = new StopSignal();
        stop.stop(StopSignal.Reason.LOCK_LOST);

        // When, Then
        assertThatThrownBy(() -> tasks.run(shard(0), TRACE, stop, false)).isInstanceOf(StageStoppedException.class);
        assertThat(stage.ran).isEmpty();
    }

    @Test
    void whenATaskIsGivenUpNothingIsLeftOfItsJobAndThePodGoesOn() {
        // Given
        WorkHandler<DatasetShard> handler = handler();
        handler.handle(record(0, 1), new StopSignal());
        handler.handle(record(2, 1), new StopSignal());
        stage.broken = 1;

        // When
        AcknowledgeType retried = handler.handle(record(1, 1), new StopSignal());
        boolean keptForTheRetry = !isEmpty(directory.resolve("checkpoints"));
        AcknowledgeType end = handler.handle(record(1, LIMIT), new StopSignal());

        // Then
        assertThat(retried).isEqualTo(AcknowledgeType.RELEASE);
        assertThat(keptForTheRetry).isTrue();
        assertThat(end).isEqualTo(AcknowledgeType.REJECT);
        assertThat(facts.told).singleElement().isInstanceOf(JobFailed.class);
        assertThat(directory.resolve("checkpoints")).isEmptyDirectory();
        assertThat(directory.resolve("outcomes")).doesNotExist();
        stage.broken = -1;
        IntStream.range(0, 3).forEach(i -> handler.handle(record(i, 1), new StopSignal()));
        assertThat(result()).isEqualTo("abc");
    }

    @Test
    void siblingsOfAFailedTaskAreNotBegunAndWhatTheyLeftIsTakenAway() {
        // Given
        WorkHandler<DatasetShard> handler = handler();
        handler.handle(record(0, 1), new StopSignal());

        // When: another pod tells that it gave up
        ended.cancel(submitted.jobId());
        AcknowledgeType end = handler.handle(record(1, 1), new StopSignal());

        // Then
        assertThat(end).isEqualTo(AcknowledgeType.ACCEPT);
        assertThat(stage.ran).containsExactly(0);
        assertThat(facts.told).isEmpty();
        assertThat(directory.resolve("checkpoints")).isEmptyDirectory();
    }

    @Test
    void aFailedJobTakesNothingFromAnotherThatWantsTheSame() {
        // Given
        DatasetShard same = new DatasetShard(new JobId(UUID.randomUUID()), submitted.recipe(), null, 1, 0, 3);
        tasks.run(shard(0), TRACE, new StopSignal(), false);
        tasks.run(same, TRACE, new StopSignal(), false);

        // When
        tasks.abandon(same);
        tasks.run(shard(1), TRACE, new StopSignal(), false);
        tasks.run(shard(2), TRACE, new StopSignal(), false);

        // Then
        assertThat(result()).isEqualTo("abc");
        assertThat(directory.resolve("checkpoints")).isEmptyDirectory();
    }

    @Test
    void aSingleTaskIsRunAtOnce() {
        // Given
        stage.letters = "z";

        // When
        pod.run(submitted, TRACE, new StopSignal(), false);

        // Then
        assertThat(result()).isEqualTo("z");
        assertThat(facts.told).hasSize(1);
    }

    private void runAll() {
        IntStream.range(0, 3).forEach(i -> tasks.run(shard(i), TRACE, new StopSignal(), false));
    }

    private WorkHandler<DatasetShard> handler() {
        return new WorkHandler<>(
                StageName.POISON,
                new WorkReader<>(DatasetShard.class, DatasetShard.TYPE),
                tasks,
                ended,
                new FailurePolicy(LIMIT, Duration.ofMillis(1), Duration.ofMillis(1)),
                facts,
                new RecordingMetrics());
    }

    private ConsumerRecord<byte[], byte[]> record(int place, int deliveryCount) {
        return WorkRecords.record(
                submitted.jobId().toString(),
                FaultlineJson.canonicalBytes(shard(place)),
                deliveryCount,
                Map.of("ce_type", DatasetShard.TYPE));
    }

    private static boolean isEmpty(Path folder) {
        try (var entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String result() {
        assertThat(facts.told).isNotEmpty();
        DatasetReady ready = (DatasetReady) facts.told.get(facts.told.size() - 1);
        try (InputStream in = new FileSystemArtifactStore(directory)
                .open(ready.dataset().dataset().id())) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DatasetShard shard(int place) {
        return new DatasetShard(submitted.jobId(), submitted.recipe(), null, 1, place, stage.letters.length());
    }

    /** A pod of its own on the same stores. */
    private StageRunner<JobSubmitted, DatasetReport> pod() {
        return new StageRunner<>(
                stage,
                new StageRunner.Stores(
                        new FileSystemArtifactStore(directory),
                        new FileSystemOutcomeLedger(directory),
                        new FileSystemCheckpointStore(directory)),
                facts,
                new RecordingMetrics(),
                new StageRunner.ProgressPace(
                        Clock.systemUTC(), Duration.ofMillis(500), Duration.ofSeconds(15), ticker));
    }

    /** What a task leaves. */
    record Letter(char letter) {}

    /** Spells its letters, one per task. */
    private static final class LetterStage
            implements ScatteredStage<JobSubmitted, DatasetShard, Letter, DatasetReport> {
        private String letters = "abc";
        private int broken = -1;
        private Runnable whileGathering = () -> {};
        private int gathered;
        private final List<Integer> ran = new ArrayList<>();

        @Override
        public StageName name() {
            return StageName.POISON;
        }

        @Override
        public Class<JobSubmitted> eventType() {
            return JobSubmitted.class;
        }

        @Override
        public Class<DatasetReport> reportType() {
            return DatasetReport.class;
        }

        @Override
        public String topic() {
            return Topics.JOB_SUBMITTED;
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public StageInput input(JobSubmitted event) {
            return new StageInput(List.of(), event.recipe());
        }

        @Override
        public JobEvent completed(JobSubmitted event, DatasetReport report) {
            return new DatasetReady(event.jobId(), event.recipe(), report);
        }

        @Override
        public Class<DatasetShard> taskType() {
            return DatasetShard.class;
        }

        @Override
        public String taskCloudEventType() {
            return DatasetShard.TYPE;
        }

        @Override
        public Class<Letter> partType() {
            return Letter.class;
        }

        @Override
        public List<DatasetShard> scatter(JobSubmitted event, StageContext context) {
            return IntStream.range(0, letters.length())
                    .mapToObj(i -> new DatasetShard(event.jobId(), event.recipe(), null, 1, i, letters.length()))
                    .toList();
        }

        @Override
        public JobSubmitted whole(DatasetShard task) {
            return new JobSubmitted(task.jobId(), task.recipe());
        }

        @Override
        public int place(DatasetShard task) {
            return task.shard();
        }

        @Override
        public int siblings(DatasetShard task) {
            return task.shards();
        }

        @Override
        public Letter runTask(DatasetShard task, StageContext context) {
            if (task.shard() == broken) {
                throw new ArtifactException("the disk is full", null);
            }
            ran.add(task.shard());
            return new Letter(letters.charAt(task.shard()));
        }

        @Override
        public DatasetReport gather(DatasetShard task, List<Letter> parts, StageContext context) {
            gathered++;
            whileGathering.run();
            StringBuilder word = new StringBuilder();
            parts.forEach(part -> word.append(part.letter()));
            return new DatasetReport(
                    context.artifacts()
                            .write(
                                    ArtifactKind.DATASET_CLEAN,
                                    out -> out.write(word.toString().getBytes(UTF_8))),
                    List.of("a"),
                    1,
                    1,
                    0,
                    null,
                    false,
                    0);
        }
    }
}
