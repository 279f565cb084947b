package io.faultline.poison.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.dataset.SyntheticShapes;
import io.faultline.json.FaultlineJson;
import io.faultline.poison.cuda.ClassWiseConvolution;
import io.faultline.poison.cuda.NumpySeededFilters;
import io.faultline.poison.quality.GoldenFilters;
import io.faultline.poison.quality.ImagePair;
import io.faultline.recipe.Seed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeakAuditTest {
    private static final int LABEL = 3;
    private static final long NUMPY_SEED = 42;

    private final LeakAudit audit = new LeakAudit(LeakAuditPlan.defaults());

    /** What the README states of the synthetic set: one pair gives the filter away, and the images with it. */
    @ParameterizedTest(name = "k = {0}, p_b = {1}")
    @CsvSource({"3, 0.3, 0.002, 12", "9, 0.06, 0.004, 9"})
    void onePairGivesTheFilterAndTheImagesAway(int kernelSize, double blur, double largestError, double gain) {
        // Given
        List<ImagePair> pairs = pairs(kernelSize, blur, 20);

        // When
        ClassLeak leak = audit.audit("disc", filter(kernelSize), pairs);

        // Then
        assertThat(leak.leaks()).extracting(Leak::pairs).containsExactly(1, 2, 5, 10);
        assertThat(leak.leaks()).allSatisfy(one -> {
            assertThat(one.filter().largest()).isBetween(1e-6, largestError);
            assertThat(one.filter().rms()).isLessThan(one.filter().largest());
            Restoration restoration = one.restoration();
            assertThat(restoration.images()).isEqualTo(10);
            assertThat(restoration.restoredPsnr()).isGreaterThan(restoration.publishedPsnr() + 5);
            assertThat(restoration.restoredStructurePsnr()).isGreaterThan(restoration.publishedStructurePsnr() + gain);
            assertThat(restoration.restoredStructure()).isLessThanOrEqualTo(restoration.restored() + 1);
        });
        assertThat(leak.leaks().get(3).filter().rms())
                .isLessThan(leak.leaks().get(0).filter().rms());
    }

    @Test
    void greyPublicationsTellAsMuch() {
        // Given: made grey after the convolution, as an option of the protection does
        List<ImagePair> grey = pairs(3, 0.3, 20).stream()
                .map(pair -> new ImagePair(pair.original(), grey(pair.published())))
                .toList();

        // When
        Leak leak = audit.audit("disc", filter(3), grey).leaks().get(3);

        // Then
        assertThat(leak.filter().largest()).isLessThan(0.01);
        assertThat(leak.restoration().restoredStructurePsnr())
                .isGreaterThan(leak.restoration().publishedStructurePsnr() + 8);
    }

    @Test
    void flatOriginalsTellLessButTheNumbersStayFinite() {
        // Given
        ClassWiseConvolution convolution =
                new ClassWiseConvolution(new NumpySeededFilters(NUMPY_SEED).generate(10, 3, 0.3));
        List<ImagePair> pairs = IntStream.range(0, 2)
                .mapToObj(i -> flat(100 + i))
                .map(image ->
                        new ImagePair(image, convolution.apply(image, LABEL).image()))
                .toList();

        // When
        Leak leak = new LeakAudit(new LeakAuditPlan(List.of(1), 1))
                .audit("disc", filter(3), pairs)
                .leaks()
                .get(0);

        // Then
        assertThat(leak.filter().largest()).isFinite();
        assertThat(leak.restoration().restored()).isFinite();
    }

    @Test
    void aFilterThatChangesNothingIsRestoredWithoutError() {
        // Given
        List<ImagePair> pairs =
                originals(2).stream().map(image -> new ImagePair(image, image)).toList();

        // When
        Leak leak = new LeakAudit(new LeakAuditPlan(List.of(1), 1))
                .audit("disc", new double[] {1}, pairs)
                .leaks()
                .get(0);

        // Then
        assertThat(leak.filter()).isEqualTo(new FilterError(0, 0));
        assertThat(leak.restoration().published()).isZero();
        assertThat(leak.restoration().publishedPsnr()).isInfinite();
        assertThat(leak.restoration().restoredStructure()).isLessThan(1);
    }

    @Test
    void neitherTextNorJsonHoldsAnEntryOfTheFilter() {
        // Given
        ClassLeak leak = audit.audit("disc", filter(3), pairs(3, 0.3, 20));
        String told = leak
                + String.join("\n", leak.sentences())
                + new String(FaultlineJson.canonicalBytes(leak), StandardCharsets.UTF_8);

        // Then
        for (double entry : filter(3)) {
            if (entry != 1) {
                assertThat(told)
                        .doesNotContain(
                                String.format(Locale.ROOT, "%.4f", entry).substring(1));
            }
        }
    }

    @Test
    void theSentenceSaysTheNumbers() {
        // Given
        Leak leak = new Leak(1, new FilterError(0.00123, 0.00045), new Restoration(10, 1000, 10, 900, 5));

        // Then: 10 log₁₀(65,025 / 1,000) = 18.13, / 10 = 38.13, / 900 = 18.59, / 5 = 41.14
        assertThat(leak.text("cat"))
                .isEqualTo(
                        "With 1 pair the filter of class cat is known to within 0.0012 of its largest entry (0.00045 root"
                                + " mean square); 10 other images of the class, published at 18.1 dB from the original,"
                                + " restored to 38.1 dB (up to brightness: from 18.6 dB to 41.1 dB).");
    }

    @Test
    void jsonGivesBackAnEqualReport() {
        // Given
        ClassLeak leak = new ClassLeak(
                "cat", 3, List.of(new Leak(1, new FilterError(0.1, 0.05), new Restoration(10, 1000, 10, 900, 5))));

        // Then
        assertThat(FaultlineJson.read(FaultlineJson.canonicalBytes(leak), ClassLeak.class))
                .isEqualTo(leak);
    }

    @Test
    void whatCannotBeAuditedIsRefused() {
        assertThatThrownBy(() -> audit.audit("disc", filter(3), pairs(3, 0.3, 19)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("class disc has 19 pairs; the audit takes 20 (10 to leak and 10 to restore)");
        assertThatThrownBy(() -> audit.audit("disc", new double[17 * 17], List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("filter has 289 entries; expected k² of an odd k up to 15");
        List<ImagePair> black = new ArrayList<>(pairs(3, 0.3, 20));
        black.set(1, new ImagePair(flat(0), flat(0)));
        assertThatThrownBy(() -> audit.audit("disc", filter(3), black))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("pair 1 of class disc is black and tells nothing; leave it out");
        assertThatThrownBy(() -> new LeakAuditPlan(List.of(2, 2), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("numbers of pairs are [2, 2]; expected them to grow from 1 or more");
    }

    private static double[] filter(int kernelSize) {
        return GoldenFilters.read(kernelSize, NUMPY_SEED).get(LABEL);
    }

    private static List<ImagePair> pairs(int kernelSize, double blur, int count) {
        ClassWiseConvolution convolution =
                new ClassWiseConvolution(new NumpySeededFilters(NUMPY_SEED).generate(10, kernelSize, blur));
        return originals(count).stream()
                .map(image ->
                        new ImagePair(image, convolution.apply(image, LABEL).image()))
                .toList();
    }

    private static List<RgbImage> originals(int count) {
        LabeledImages images = SyntheticShapes.generate(count, 1, new Seed(7)).train();
        return IntStream.range(0, images.size())
                .filter(i -> images.labels()[i] == LABEL)
                .mapToObj(images.images()::get)
                .toList();
    }

    private static RgbImage flat(int level) {
        byte[] pixels = new byte[3 * 32 * 32];
        Arrays.fill(pixels, (byte) level);
        return new RgbImage(32, 32, pixels);
    }

    private static RgbImage grey(RgbImage image) {
        byte[] pixels = new byte[image.pixels().length];
        for (int i = 0; i < pixels.length; i += 3) {
            double luma = 0.299 * (image.pixels()[i] & 0xff)
                    + 0.587 * (image.pixels()[i + 1] & 0xff)
                    + 0.114 * (image.pixels()[i + 2] & 0xff);
            Arrays.fill(pixels, i, i + 3, (byte) Math.rint(luma));
        }
        return new RgbImage(image.height(), image.width(), pixels);
    }
}
