package io.faultline.poison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.dataset.DatasetManifest;
import io.faultline.dataset.DatasetReader;
import io.faultline.dataset.DatasetWriter;
import io.faultline.dataset.ImageDataset;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.dataset.SyntheticShapes;
import io.faultline.event.DatasetReady;
import io.faultline.event.DatasetShard;
import io.faultline.event.JobCompleted;
import io.faultline.event.JobSubmitted;
import io.faultline.json.FaultlineJson;
import io.faultline.poison.cuda.ClassWiseConvolution;
import io.faultline.poison.cuda.NumpySeededFilters;
import io.faultline.poison.cuda.StratifiedFraction;
import io.faultline.poison.key.MasterKey;
import io.faultline.recipe.CudaRecipe;
import io.faultline.recipe.DatasetRecipe;
import io.faultline.recipe.InvalidRecipeException;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SubsetRecipe;
import io.faultline.recipe.SyntheticDatasetRecipe;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.recipe.UploadedDatasetRecipe;
import io.faultline.report.DatasetReport;
import io.faultline.worker.StageStoppedException;
import io.faultline.worker.WorkRejectedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetPoisoningTest {
    private static final String KEY = "00112233445566778899aabbccddeeff".repeat(2);
    private static final SyntheticDatasetRecipe SYNTHETIC = new SyntheticDatasetRecipe(4, 2, Seed.of(3));
    private static final ImageDataset CLEAN = SyntheticShapes.generate(4, 2, Seed.of(3));
    private static final CudaRecipe KEYED = new CudaRecipe(3, 0.3, 1.0, null);
    private static final CudaRecipe SEEDED = new CudaRecipe(3, 0.3, 0.5, 42L);

    @TempDir
    Path store;

    private final DatasetPoisoning withKey = new DatasetPoisoning(new KeyCustody(MasterKey.fromHex(KEY, "test")), 1000);
    private final DatasetPoisoning withoutKey = new DatasetPoisoning(new KeyCustody((MasterKey) null), 1000);
    private RecordedContext context;

    @BeforeEach
    void makeStore() {
        context = new RecordedContext(store);
    }

    @Nested
    class WithoutPoison {
        @Test
        void theCleanDataSetGoesOn() {
            // When
            DatasetReport report = withoutKey.run(job(SYNTHETIC, null), context);

            // Then
            assertThat(report.dataset().kind()).isEqualTo(ArtifactKind.DATASET_CLEAN);
            assertThat(report)
                    .isEqualTo(
                            new DatasetReport(report.dataset(), SyntheticShapes.classes(), 40, 20, 0, null, false, 0));
            assertSame(stored(report).train(), CLEAN.train());
            assertSame(stored(report).test(), CLEAN.test());
        }
    }

    @Nested
    class WithAKey {
        @Test
        void everyTrainingImageIsProtectedAndNoTestImage() {
            // When
            DatasetReport report = withKey.run(job(SYNTHETIC, KEYED), context);

            // Then
            assertThat(report.dataset().kind()).isEqualTo(ArtifactKind.DATASET_CUDA);
            assertThat(report.classes()).isEqualTo(SyntheticShapes.classes());
            assertThat(report.trainImages()).isEqualTo(40);
            assertThat(report.testImages()).isEqualTo(20);
            assertThat(report.protectedImages()).isEqualTo(40);
            assertThat(report.keyId()).isEqualTo(MasterKey.fromHex(KEY, "test").id());
            assertThat(report.insecureSeed()).isFalse();
            assertThat(changed(stored(report))).isEqualTo(40);
            assertSame(stored(report).test(), CLEAN.test());
        }

        @Test
        void aSecondRunGivesTheVerySameDataSetAndAnotherKeyAnother() {
            // Given
            DatasetReport report = withKey.run(job(SYNTHETIC, KEYED), context);
            var otherKey = new DatasetPoisoning(new KeyCustody(MasterKey.fromHex("ab".repeat(32), "test")), 1000);

            // When, Then
            assertThat(withKey.run(job(SYNTHETIC, KEYED), context)).isEqualTo(report);
            assertThat(otherKey.run(job(SYNTHETIC, KEYED), context).dataset().id())
                    .isNotEqualTo(report.dataset().id());
        }

        @Test
        void aKeyThatThisServiceDoesNotHoldIsRefusedWithThoseItHolds() {
            // Given
            CudaRecipe other = new CudaRecipe(
                    3, 0.3, 1.0, null, null, null, null, null, null, null, null, null, "0123456789abcdef", null);

            // When, Then
            assertThatThrownBy(() -> withKey.run(job(SYNTHETIC, other), context))
                    .isInstanceOf(WorkRejectedException.class)
                    .hasMessageStartingWith("poison.keyId is 0123456789abcdef, a key that this service does not hold")
                    .hasMessageContaining(MasterKey.fromHex(KEY, "test").id());
        }

        @Test
        void noKeyMaterialIsInTheReport() {
            // When
            DatasetReport report = withKey.run(job(SYNTHETIC, KEYED), context);

            // Then
            assertThat(new String(FaultlineJson.canonicalBytes(report), StandardCharsets.UTF_8))
                    .contains(report.keyId())
                    .doesNotContain(KEY.substring(0, 16));
        }

        @Test
        void aStopEndsTheWork() {
            // Given
            context.stop();

            // When, Then
            assertThatThrownBy(() -> withKey.run(job(SYNTHETIC, KEYED), context))
                    .isInstanceOf(StageStoppedException.class);
        }
    }

    @Nested
    class WithoutAKey {
        @Test
        void aSeedNeedsNoneAndIsNamedInsecure() {
            // When
            DatasetReport report = withoutKey.run(job(SYNTHETIC, SEEDED), context);

            // Then
            assertThat(report.insecureSeed()).isTrue();
            assertThat(report.keyId()).isNull();
            assertThat(report.protectedImages()).isEqualTo(20);
            assertThat(changed(stored(report))).isEqualTo(20);
        }

        @Test
        void keyedPoisonIsRefused() {
            assertThatThrownBy(() -> withoutKey.run(job(SYNTHETIC, KEYED), context))
                    .isInstanceOf(WorkRejectedException.class)
                    .hasMessage("poison asks for filters from the master key, and this service has none; give it one"
                            + " (faultline.poison.master-key-file), or a numpySeed, which is insecure");
        }
    }

    @Nested
    class OfAnUpload {
        @Test
        void theWholeIsProtectedInItsForm() {
            // Given
            ArtifactRef upload = upload(CLEAN);

            // When
            DatasetReport report = withKey.run(job(new UploadedDatasetRecipe(upload.id(), null), KEYED), context);

            // Then
            assertThat(report.trainImages()).isEqualTo(40);
            assertThat(changed(stored(report))).isEqualTo(40);
            assertThat(stored(report).form()).isEqualTo(CLEAN.form());
        }

        @Test
        void aSubsetHasAsManyImagesOfEachClass() {
            // Given
            ArtifactRef upload = upload(CLEAN);
            SubsetRecipe subset = new SubsetRecipe(3, 1, Seed.of(1));

            // When
            DatasetReport report = withKey.run(job(new UploadedDatasetRecipe(upload.id(), subset), null), context);

            // Then
            assertThat(report.trainImages()).isEqualTo(30);
            assertThat(report.testImages()).isEqualTo(10);
        }

        @Test
        void aSubsetLargerThanAClassIsRefused() {
            // Given
            ArtifactRef upload = upload(CLEAN);
            SubsetRecipe subset = new SubsetRecipe(5, 1, Seed.of(1));

            // When, Then
            assertThatThrownBy(() -> withKey.run(job(new UploadedDatasetRecipe(upload.id(), subset), null), context))
                    .isInstanceOf(WorkRejectedException.class)
                    .hasMessageStartingWith("dataset " + upload.id() + ": ");
        }

        @Test
        void listedClassesAreKeptInTheirOrderAndTheirImagesComeUnderTheNewLabels() {
            // Given
            ArtifactRef upload = upload(CLEAN);
            List<String> kept = List.of("ring", "bar", "disc");

            // When
            DatasetReport report = withKey.run(
                    job(new UploadedDatasetRecipe(upload.id(), null, kept, null), new CudaRecipe(3, 0.3, 0.0, null)),
                    context);

            // Then
            ImageDataset published = stored(report);
            int[] places = IntStream.range(0, CLEAN.train().size())
                    .filter(place -> kept.contains(className(place)))
                    .toArray();
            assertThat(report.classes()).isEqualTo(kept);
            assertThat(published.classes()).isEqualTo(kept);
            assertThat(published.train().ids())
                    .isEqualTo(CLEAN.train().select(places).ids());
            assertThat(published.train().labels())
                    .containsExactly(IntStream.of(places)
                            .map(place -> kept.indexOf(className(place)))
                            .toArray());
            assertThat(published.train().images())
                    .usingRecursiveComparison()
                    .isEqualTo(CLEAN.train().select(places).images());
            assertThat(published.test().size()).isEqualTo(6);
        }

        @Test
        void aSubsetIsDrawnFromTheClassesThatAreKept() {
            // Given
            ArtifactRef upload = upload(CLEAN);
            UploadedDatasetRecipe recipe =
                    new UploadedDatasetRecipe(upload.id(), new SubsetRecipe(3, 1, Seed.of(1)), null, 4);

            // When
            DatasetReport report = withKey.run(job(recipe, null), context);

            // Then
            assertThat(report.classes()).isEqualTo(CLEAN.classes().subList(0, 4));
            assertThat(report.trainImages()).isEqualTo(12);
            assertThat(report.testImages()).isEqualTo(4);
        }

        @Test
        void eachChoiceOfClassesHasFiltersOfItsOwn() {
            // Given
            ArtifactRef upload = upload(CLEAN);
            String first = CLEAN.classes().get(0);
            String second = CLEAN.classes().get(1);
            String third = CLEAN.classes().get(2);

            // When: the first class has the label 0 in both
            List<DatasetReport> reports = Stream.of(List.of(first, second), List.of(first, third))
                    .map(kept ->
                            withKey.run(job(new UploadedDatasetRecipe(upload.id(), null, kept, null), KEYED), context))
                    .toList();

            // Then
            assertThat(stored(reports.get(0)).train().ids().get(0))
                    .isEqualTo(stored(reports.get(1)).train().ids().get(0));
            assertThat(stored(reports.get(0)).train().images().get(0).pixels())
                    .isNotEqualTo(stored(reports.get(1)).train().images().get(0).pixels());
        }

        @Test
        void aClassThatItDoesNotHaveIsRefusedWithTheNearest() {
            // Given
            ArtifactRef upload = upload(CLEAN);

            // When, Then
            assertThatThrownBy(() -> withKey.run(
                            job(new UploadedDatasetRecipe(upload.id(), null, List.of("disc", "rings"), null), null),
                            context))
                    .isInstanceOf(InvalidRecipeException.class)
                    .hasMessageStartingWith(
                            "dataset.classes[1] is 'rings'; allowed: the names of the data set's 10 classes,"
                                    + " of which 'ring', ");
        }

        private String className(int place) {
            return CLEAN.classes().get(CLEAN.train().labels()[place]);
        }

        @Test
        void oneThatWasNeverThereIsRefused() {
            // Given
            ArtifactId unknown = new ArtifactId("0".repeat(64));

            // When, Then
            assertThatThrownBy(() -> withKey.run(job(new UploadedDatasetRecipe(unknown, null), null), context))
                    .isInstanceOf(WorkRejectedException.class)
                    .hasMessageStartingWith("dataset.artifact is sha256:0000")
                    .hasMessageContaining("never uploaded here");
        }

        @Test
        void oneThatIsNoDataSetIsRefused() {
            // Given
            ArtifactRef upload = context.artifacts()
                    .write(ArtifactKind.DATASET_SOURCE, out -> out.write("hello".getBytes(StandardCharsets.UTF_8)));

            // When, Then
            assertThatThrownBy(() -> withKey.run(job(new UploadedDatasetRecipe(upload.id(), null), null), context))
                    .isInstanceOf(WorkRejectedException.class)
                    .hasMessageStartingWith("dataset " + upload.id() + ": ");
        }

        @Test
        void oneThatIsCompressedIsUnpackedOnceAndPublishedAlike() {
            // Given
            ArtifactRef plain = upload(CLEAN);
            ArtifactRef packed = context.artifacts().write(ArtifactKind.DATASET_SOURCE, out -> {
                try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                    Files.copy(context.artifacts().localCopy(plain.id()), gzip);
                }
            });
            JobSubmitted job = job(new UploadedDatasetRecipe(packed.id(), null), SEEDED);

            // When
            List<DatasetShard> shards = withoutKey.scatter(job, context);
            DatasetReport report = withoutKey.run(job, context);

            // Then
            assertThat(shards)
                    .allSatisfy(shard -> assertThat(context.artifacts().contains(shard.source()))
                            .isTrue());
            assertThat(report.dataset())
                    .isEqualTo(withoutKey
                            .run(job(new UploadedDatasetRecipe(plain.id(), null), SEEDED), context)
                            .dataset());
        }

        private ArtifactRef upload(ImageDataset dataset) {
            return context.artifacts()
                    .write(
                            ArtifactKind.DATASET_SOURCE,
                            out -> DatasetWriter.write(dataset, DatasetManifest.of(dataset), out));
        }
    }

    @ParameterizedTest(name = "at most {0} images in a shard")
    @ValueSource(ints = {1, 7, 39, 1000})
    void theDataSetIsTheSameHoweverItIsCut(int shardImages) {
        // Given
        DatasetReport whole = withKey.run(job(SYNTHETIC, KEYED), context);
        var cut = new DatasetPoisoning(new KeyCustody(MasterKey.fromHex(KEY, "test")), shardImages);

        // When
        DatasetReport report = cut.run(job(SYNTHETIC, KEYED), context);

        // Then
        assertThat(report).isEqualTo(whole);
    }

    @Test
    void podsThatShareTheWorkAgreeThoughTheyWouldCutOtherwise() {
        // Given
        DatasetReport whole = withKey.run(job(SYNTHETIC, SEEDED), context);
        var one = new DatasetPoisoning(new KeyCustody((MasterKey) null), 9);
        var other = new DatasetPoisoning(new KeyCustody((MasterKey) null), 50);
        RecordedContext shared = new RecordedContext(store);
        List<DatasetShard> shards = one.scatter(job(SYNTHETIC, SEEDED), shared);
        ShardReport[] parts = new ShardReport[shards.size()];

        // When: the other takes every second shard, from the end
        for (int i = shards.size() - 1; i >= 0; i--) {
            parts[i] = (i % 2 == 0 ? one : other).runTask(shards.get(i), shared);
        }

        // Then
        assertThat(shards).hasSize(8);
        assertThat(one.gather(shards.get(0), List.of(parts), shared)).isEqualTo(whole);
        // and a pod that has just started can gather what others left
        var fresh = new DatasetPoisoning(new KeyCustody((MasterKey) null), 3);
        assertThat(fresh.gather(shards.get(5), List.of(parts), shared)).isEqualTo(whole);
    }

    @Test
    void onlyTheChosenImagesChangeAndThoseByTheirClassesFilter() {
        // When
        DatasetReport report = withoutKey.run(job(SYNTHETIC, SEEDED), context);

        // Then
        ImageDataset published = stored(report);
        BitSet places = StratifiedFraction.draw(
                CLEAN.train().labels(), 10, 0.5, Seed.of(7).derive("protected-images"));
        var convolution = new ClassWiseConvolution(new NumpySeededFilters(42).generate(10, 3, 0.3));
        for (int i = 0; i < CLEAN.train().size(); i++) {
            RgbImage clean = CLEAN.train().images().get(i);
            RgbImage expected = places.get(i)
                    ? convolution.apply(clean, CLEAN.train().labels()[i]).image()
                    : clean;
            assertThat(published.train().images().get(i).pixels()).isEqualTo(expected.pixels());
        }
        assertSame(published.test(), CLEAN.test());
        assertThat(places.cardinality()).isEqualTo(20);
    }

    @Test
    void aKernelLargerThanTheImagesIsRefused() {
        assertThatThrownBy(() -> withKey.run(job(SYNTHETIC, new CudaRecipe(33, 0.3, 1.0, null)), context))
                .isInstanceOf(WorkRejectedException.class)
                .hasMessage("poison.kernelSize is 33 and image bar/00000 of the data set is 32×32; allowed: a kernel no"
                        + " larger than the images");
    }

    @Test
    void theLastStageCompletesTheJobAndAnotherHandsItOn() {
        // Given
        TrainingRecipe training =
                new TrainingRecipe(null, null, null, null, null, null, null, null, null, null, null, null);
        JobSubmitted last = job(SYNTHETIC, null);
        JobSubmitted first =
                new JobSubmitted(context.jobId(), new Recipe("test", SYNTHETIC, null, training, null, Seed.of(7)));
        DatasetReport report = withKey.run(last, context);

        // When, Then
        assertThat(withKey.completed(last, report))
                .isEqualTo(new JobCompleted(last.jobId(), last.recipe(), report, null, null));
        assertThat(withKey.completed(first, report)).isEqualTo(new DatasetReady(first.jobId(), first.recipe(), report));
    }

    @Test
    void theFingerprintReadsWhatTheReportDependsOnAndNoMore() {
        // Given
        CudaRecipe half = new CudaRecipe(3, 0.3, 0.5, null);

        // When, Then: the job's seed counts only where it chooses images, the key only where it is used
        assertThat(input(withKey, KEYED, 7)).isEqualTo(input(withKey, KEYED, 8));
        assertThat(input(withKey, half, 7)).isNotEqualTo(input(withKey, half, 8));
        assertThat(input(withKey, KEYED, 7)).isNotEqualTo(input(withoutKey, KEYED, 7));
        assertThat(input(withKey, SEEDED, 7)).isEqualTo(input(withoutKey, SEEDED, 7));
        assertThat(input(withKey, null, 7)).isEqualTo(input(withoutKey, null, 8));
    }

    private Object input(DatasetPoisoning stage, CudaRecipe poison, long seed) {
        return stage.input(new JobSubmitted(
                        context.jobId(), new Recipe("test", SYNTHETIC, poison, null, null, Seed.of(seed))))
                .settings();
    }

    private JobSubmitted job(DatasetRecipe dataset, CudaRecipe poison) {
        return new JobSubmitted(context.jobId(), new Recipe("test", dataset, poison, null, null, Seed.of(7)));
    }

    private ImageDataset stored(DatasetReport report) {
        return DatasetReader.read(context.artifacts().localCopy(report.dataset().id()));
    }

    private static void assertSame(LabeledImages found, LabeledImages expected) {
        assertThat(found.ids()).isEqualTo(expected.ids());
        assertThat(found.labels()).isEqualTo(expected.labels());
        assertThat(found.images()).usingRecursiveComparison().isEqualTo(expected.images());
    }

    /** How many training images differ from the clean ones of the same id. */
    private static long changed(ImageDataset found) {
        assertThat(found.train().ids()).isEqualTo(CLEAN.train().ids());
        long changed = 0;
        for (int i = 0; i < found.train().size(); i++) {
            RgbImage image = found.train().images().get(i);
            changed += java.util.Arrays.equals(
                            image.pixels(), CLEAN.train().images().get(i).pixels())
                    ? 0
                    : 1;
        }
        return changed;
    }
}
