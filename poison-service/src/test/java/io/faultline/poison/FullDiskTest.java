package io.faultline.poison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.artifact.ArtifactException;
import io.faultline.artifact.ContentWriter;
import io.faultline.artifact.FileSystemCheckpointStore;
import io.faultline.event.DatasetShard;
import io.faultline.event.JobSubmitted;
import io.faultline.poison.key.MasterKey;
import io.faultline.recipe.ControlSet;
import io.faultline.recipe.CudaRecipe;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SyntheticDatasetRecipe;
import io.faultline.report.DatasetReport;
import io.faultline.worker.Checkpoints;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shards on a real store whose disk becomes full in the middle of a data set. */
class FullDiskTest {
    private static final String WORK = "ab".repeat(32);
    private static final int SHARDS = 6;

    @TempDir
    Path store;

    private final DatasetPoisoning stage = new DatasetPoisoning(
            new KeyCustody(MasterKey.fromHex("00112233445566778899aabbccddeeff".repeat(2), "t")), 10);
    private SmallDisk disk;
    private RecordedContext context;
    private List<DatasetShard> shards;

    @BeforeEach
    void cut() {
        disk = new SmallDisk(new FileSystemCheckpointStore(store));
        context = new RecordedContext(store, disk);
        CudaRecipe poison = new CudaRecipe(
                3,
                0.3,
                1.0,
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(ControlSet.OWN_FILTERS),
                null,
                null,
                null,
                null);
        Recipe recipe = new Recipe("t", new SyntheticDatasetRecipe(4, 2, Seed.of(3)), poison, null, null, Seed.of(7));
        shards = stage.scatter(new JobSubmitted(context.jobId(), recipe), context);
        assertThat(shards).hasSize(SHARDS);
    }

    @ParameterizedTest(name = "room for {0} bytes")
    @ValueSource(ints = {0, 20_000, 100_000, 155_000})
    void aShardIsThereWholeOrNotAtAllAndCanBeMadeLater(int room) throws IOException {
        // Given
        List<ShardReport> undisturbed =
                shards.stream().map(shard -> stage.runTask(shard, context)).toList();
        DatasetReport whole = stage.gather(shards.get(0), undisturbed, context);
        new FileSystemCheckpointStore(store).clear(WORK);
        disk.room = room;

        // When
        long failed = shards.stream().filter(this::fails).count();

        // Then
        assertThat(failed).isPositive();
        assertThat(contents()).hasSize((int) (SHARDS - failed)).allSatisfy(name -> assertThat(disk.open(name))
                .isPresent());
        assertThat(store.resolve(".partial")).isEmptyDirectory();
        disk.room = Integer.MAX_VALUE;
        List<ShardReport> later =
                shards.stream().map(shard -> stage.runTask(shard, context)).toList();
        assertThat(stage.gather(shards.get(0), later, context)).isEqualTo(whole);
    }

    @Test
    void aDataSetThatCannotBePutTogetherIsNamedWithItsSize() {
        // Given
        List<ShardReport> parts =
                shards.stream().map(shard -> stage.runTask(shard, context)).toList();
        disk.broken = true;

        // When, Then
        assertThatThrownBy(() -> stage.gather(shards.get(0), parts, context))
                .isInstanceOf(ArtifactException.class)
                .hasMessageMatching(
                        "the data set of about \\d+ MiB, which needs as much room again as its shards, was not stored: .*");
    }

    private boolean fails(DatasetShard shard) {
        try {
            stage.runTask(shard, context);
            return false;
        } catch (ArtifactException | UncheckedIOException e) {
            assertThat(e).hasStackTraceContaining("No space left on device");
            return true;
        }
    }

    private List<String> contents() throws IOException {
        if (!Files.exists(store.resolve("checkpoints"))) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(store.resolve("checkpoints"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("content-"))
                    .toList();
        }
    }

    /** Takes so many bytes and no more. */
    private static final class SmallDisk implements Checkpoints {
        private final FileSystemCheckpointStore files;
        private long room = Long.MAX_VALUE;
        private boolean broken;

        SmallDisk(FileSystemCheckpointStore files) {
            this.files = files;
        }

        @Override
        public Optional<InputStream> open(String name) {
            return broken ? Optional.empty() : files.open(WORK, name);
        }

        @Override
        public boolean exists(String name) {
            return files.exists(WORK, name);
        }

        @Override
        public void write(String name, ContentWriter content) {
            files.write(WORK, name, out -> content.writeTo(new Limited(out)));
        }

        private final class Limited extends FilterOutputStream {
            Limited(OutputStream out) {
                super(out);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (length > room) {
                    throw new IOException("No space left on device");
                }
                room -= length;
                out.write(bytes, offset, length);
            }

            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }
        }
    }
}
