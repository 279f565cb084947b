package io.faultline.poison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.dataset.DatasetForm;
import io.faultline.dataset.DatasetManifest;
import io.faultline.dataset.DatasetReader;
import io.faultline.dataset.DatasetWriter;
import io.faultline.dataset.ImageDataset;
import io.faultline.dataset.ImageEncoding;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.dataset.SyntheticShapes;
import io.faultline.event.JobSubmitted;
import io.faultline.json.FaultlineJson;
import io.faultline.poison.cuda.ClassWiseConvolution;
import io.faultline.poison.cuda.Colour;
import io.faultline.poison.cuda.ConvolutionOptions;
import io.faultline.poison.cuda.FilterBank;
import io.faultline.poison.cuda.NumpySeededFilters;
import io.faultline.poison.cuda.Rounding;
import io.faultline.poison.key.MasterKey;
import io.faultline.recipe.ColourMode;
import io.faultline.recipe.ControlSet;
import io.faultline.recipe.CudaRecipe;
import io.faultline.recipe.DatasetRecipe;
import io.faultline.recipe.FilterAssignment;
import io.faultline.recipe.ImageSelection;
import io.faultline.recipe.PixelRounding;
import io.faultline.recipe.PublishedFormat;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SyntheticDatasetRecipe;
import io.faultline.recipe.UploadedDatasetRecipe;
import io.faultline.report.ControlReport;
import io.faultline.report.DatasetReport;
import io.faultline.worker.WorkRejectedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The options of a protection, from the recipe to the published images. */
class PoisonOptionsTest {
    private static final long SEED = 42;
    private static final SyntheticDatasetRecipe SYNTHETIC = new SyntheticDatasetRecipe(4, 2, Seed.of(3));
    private static final ImageDataset CLEAN = SyntheticShapes.generate(4, 2, Seed.of(3));
    private static final FilterBank FILTERS = new NumpySeededFilters(SEED).generate(10, 3, 0.3);

    @TempDir
    Path store;

    private final DatasetPoisoning stage = new DatasetPoisoning(new KeyCustody((MasterKey) null), 17);
    private RecordedContext context;

    @BeforeEach
    void makeStore() {
        context = new RecordedContext(store);
    }

    @Test
    void greyAndTruncatedImagesAreTheKernels() {
        // When
        DatasetReport report =
                protect(options().rounding(PixelRounding.TRUNCATE).colour(ColourMode.GREY));

        // Then
        var convolution = new ClassWiseConvolution(FILTERS, new ConvolutionOptions(Rounding.TRUNCATE, Colour.GREY));
        assertImages(
                stored(report).train(),
                (image, label) -> convolution.apply(image, label).image());
    }

    @Test
    void aUniversalFilterIsReportedAsUseless() {
        // When
        DatasetReport report = protect(options().filters(FilterAssignment.UNIVERSAL));

        // Then
        var convolution = new ClassWiseConvolution(FILTERS.universal());
        assertImages(
                stored(report).train(),
                (image, label) -> convolution.apply(image, label).image());
        assertThat(report.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.broken()).isFalse();
            assertThat(finding.code()).isEqualTo("UNIVERSAL_FILTER");
            assertThat(finding.detail()).contains("90.47 %");
        });
    }

    @Test
    void aProtectionThatChangesNothingFailsTheJob() {
        assertThatThrownBy(() -> protect(options().kernelSize(1)))
                .isInstanceOf(WorkRejectedException.class)
                .hasMessageStartingWith("the protection is broken, nothing is published: BROKEN ")
                .hasMessageContaining("class bar");
        assertThat(store.resolve("artifacts")).doesNotExist();
    }

    @Test
    void onlyTheNamedClassesAreProtected() {
        // When
        DatasetReport report = protect(options().classes("disc", "bar"));

        // Then
        assertThat(report.protectedImages()).isEqualTo(8);
        assertThat(report.quality()).extracting(quality -> quality.name()).containsExactlyInAnyOrder("disc", "bar");
        DatasetManifest manifest = manifest(report);
        assertThat(manifest.images()).allSatisfy(image -> assertThat(image.isProtected())
                .isEqualTo(image.split() == io.faultline.recipe.Split.TRAINING
                        && List.of("disc", "bar").contains(CLEAN.classes().get(image.label()))));
        assertThat(manifest.protection()).isEqualTo(new DatasetManifest.Protection("cuda", null, true));
    }

    @Test
    void aClassThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> protect(options().classes("zebra")))
                .isInstanceOf(WorkRejectedException.class)
                .hasMessageStartingWith("poison.classes names 'zebra', which the data set does not have; allowed: ")
                .hasMessageContaining("bar");
    }

    @Test
    void coinsOfASeedAreTheScripts() {
        // When
        DatasetReport report = protect(options().fraction(0.5).selection(ImageSelection.COIN));

        // Then
        BitSet places = new NumpySeededFilters(SEED).toss(10, 3, 0.3, 40, 0.5);
        assertThat(manifest(report).images().subList(0, 40))
                .extracting(DatasetManifest.Entry::isProtected)
                .containsExactlyElementsOf(
                        IntStream.range(0, 40).mapToObj(places::get).toList());
    }

    @Test
    void controlSetsHoldTheTestImagesUntouchedAndChanged() {
        // When
        DatasetReport report = protect(options().controls(ControlSet.OWN_FILTERS, ControlSet.PERMUTED_FILTERS));

        // Then
        assertThat(report.controls())
                .extracting(ControlReport::control)
                .containsExactly(ControlSet.OWN_FILTERS, ControlSet.PERMUTED_FILTERS);
        var own = new ClassWiseConvolution(FILTERS);
        var permuted = new ClassWiseConvolution(FILTERS.permuted());
        assertControl(report.controls().get(0), (image, label) -> own.apply(image, label)
                .image());
        assertControl(report.controls().get(1), (image, label) -> permuted.apply(image, label)
                .image());
        assertThat(stored(report).test().images())
                .usingRecursiveComparison()
                .isEqualTo(CLEAN.test().images());
    }

    @Test
    void imagesCanBePublishedAsJpeg() throws IOException {
        // When
        DatasetReport report = protect(options().jpeg(90));

        // Then
        var convolution = new ClassWiseConvolution(FILTERS);
        byte[] expected = ImageEncoding.jpeg(90)
                .encode(convolution.apply(CLEAN.train().images().get(0), 0).image());
        try (var tar = new org.apache.commons.compress.archivers.tar.TarArchiveInputStream(
                context.artifacts().open(report.dataset().id()))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.getName().equals("train/bar/00000.jpg")) {
                    assertThat(tar.readAllBytes()).isEqualTo(expected);
                    return;
                }
            }
        }
        throw new AssertionError("train/bar/00000.jpg is missing");
    }

    @Test
    void bareCifarPixelsCannotBeJpeg() {
        // Given
        ImageDataset cifar = new ImageDataset(DatasetForm.CIFAR10_BINARY, CLEAN.classes(), CLEAN.train(), CLEAN.test());
        ArtifactRef upload = context.artifacts()
                .write(ArtifactKind.DATASET_SOURCE, out -> DatasetWriter.write(cifar, DatasetManifest.of(cifar), out));

        // When, Then
        assertThatThrownBy(() -> protect(
                        new UploadedDatasetRecipe(upload.id(), null), options().jpeg(90)))
                .isInstanceOf(WorkRejectedException.class)
                .hasMessageContaining("CIFAR's binary form");
    }

    @Test
    void qualityAndPicturesAreInTheReport() {
        // When
        DatasetReport report = protect(options());

        // Then
        assertThat(report.quality()).hasSize(10).allSatisfy(quality -> {
            assertThat(quality.images()).isEqualTo(4);
            assertThat(quality.psnr()).isBetween(5.0, 40.0);
            assertThat(quality.ssim()).isBetween(0.1, 1.0);
        });
        assertThat(report.findings()).isEmpty();
        assertThat(report.pictures().kind()).isEqualTo(ArtifactKind.REPORT);
        try {
            byte[] png = Files.readAllBytes(
                    context.artifacts().localCopy(report.pictures().id()));
            assertThat(new String(png, 1, 3, java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo("PNG");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theAuditTellsWhatLeakedPairsGiveAway() {
        // Given
        SyntheticDatasetRecipe larger = new SyntheticDatasetRecipe(20, 1, Seed.of(3));

        // When
        DatasetReport report = protect(larger, options().classes("disc", "bar").leakAudit());

        // Then
        assertThat(report.leaks()).hasSize(8).allSatisfy(leak -> {
            assertThat(leak.className()).isIn("disc", "bar");
            assertThat(leak.filterError()).isBetween(0.0, 0.2);
            assertThat(leak.text()).contains("class " + leak.className());
        });
        assertThat(report.leaks()).extracting(leak -> leak.pairs()).containsExactly(1, 2, 5, 10, 1, 2, 5, 10);
    }

    private void assertControl(ControlReport control, BiFunction<RgbImage, Integer, RgbImage> changed) {
        ImageDataset set = DatasetReader.read(
                context.artifacts().localCopy(control.dataset().id()));
        assertThat(set.train().images())
                .usingRecursiveComparison()
                .isEqualTo(CLEAN.test().images());
        assertThat(set.test().labels()).isEqualTo(CLEAN.test().labels());
        for (int i = 0; i < set.test().size(); i++) {
            assertThat(set.test().images().get(i).pixels())
                    .isEqualTo(changed.apply(
                                    CLEAN.test().images().get(i), CLEAN.test().labels()[i])
                            .pixels());
        }
    }

    private static void assertImages(LabeledImages found, BiFunction<RgbImage, Integer, RgbImage> expected) {
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.images().get(i).pixels())
                    .isEqualTo(expected.apply(
                                    CLEAN.train().images().get(i), CLEAN.train().labels()[i])
                            .pixels());
        }
    }

    private DatasetManifest manifest(DatasetReport report) {
        try (var tar = new org.apache.commons.compress.archivers.tar.TarArchiveInputStream(
                context.artifacts().open(report.dataset().id()))) {
            tar.getNextEntry();
            return FaultlineJson.read(tar.readAllBytes(), DatasetManifest.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DatasetReport protect(Options options) {
        return protect(SYNTHETIC, options);
    }

    private DatasetReport protect(DatasetRecipe dataset, Options options) {
        return stage.run(
                new JobSubmitted(
                        context.jobId(), new Recipe("test", dataset, options.recipe(), null, null, Seed.of(7))),
                context);
    }

    private ImageDataset stored(DatasetReport report) {
        return DatasetReader.read(context.artifacts().localCopy(report.dataset().id()));
    }

    private static Options options() {
        return new Options();
    }

    /** A recipe's options, one by one. */
    private static final class Options {
        private int kernelSize = 3;
        private double fraction = 1;
        private ImageSelection selection;
        private List<String> classes;
        private FilterAssignment filters;
        private PixelRounding rounding;
        private ColourMode colour;
        private List<ControlSet> controls;
        private Integer jpegQuality;
        private boolean leakAudit;

        Options kernelSize(int value) {
            kernelSize = value;
            return this;
        }

        Options fraction(double value) {
            fraction = value;
            return this;
        }

        Options selection(ImageSelection value) {
            selection = value;
            return this;
        }

        Options classes(String... values) {
            classes = List.of(values);
            return this;
        }

        Options filters(FilterAssignment value) {
            filters = value;
            return this;
        }

        Options rounding(PixelRounding value) {
            rounding = value;
            return this;
        }

        Options colour(ColourMode value) {
            colour = value;
            return this;
        }

        Options controls(ControlSet... values) {
            controls = List.of(values);
            return this;
        }

        Options jpeg(int quality) {
            jpegQuality = quality;
            return this;
        }

        Options leakAudit() {
            leakAudit = true;
            return this;
        }

        CudaRecipe recipe() {
            return new CudaRecipe(
                    kernelSize,
                    0.3,
                    fraction,
                    SEED,
                    selection,
                    classes,
                    filters,
                    rounding,
                    colour,
                    controls,
                    jpegQuality == null ? null : PublishedFormat.JPEG,
                    jpegQuality,
                    null,
                    leakAudit);
        }
    }
}
