package io.faultline.poison.quality;

import static io.faultline.poison.quality.TestImages.flat;
import static io.faultline.poison.quality.TestImages.grey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.dataset.ImageDataset;
import io.faultline.dataset.RgbImage;
import io.faultline.dataset.SyntheticShapes;
import io.faultline.json.FaultlineJson;
import io.faultline.poison.cuda.ClassWiseConvolution;
import io.faultline.poison.cuda.FilterBank;
import io.faultline.poison.cuda.NumpySeededFilters;
import io.faultline.poison.quality.QualityFinding.Code;
import io.faultline.poison.quality.QualityFinding.Severity;
import io.faultline.recipe.Seed;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QualityGateTest {
    private static final List<String> NAMES = List.of("cat", "dog");
    private static final EffectiveFilters UNLIKE =
            new EffectiveFilters(3, List.of(filter(0, 255, 60, 40), filter(8, 255, 30, 70)));
    private static final ClassQuality GOOD = ClassQuality.of(0, new ImagePair(steps(0), steps(40)));

    private final QualityGate gate = new QualityGate(QualityLimits.defaults());

    /** A set protected with the paper's settings passes without a word. */
    @ParameterizedTest(name = "k = {0}, p_b = {1}, seed {2}")
    @CsvSource({"3, 0.3, 0", "3, 0.3, 1", "3, 0.3, 2", "9, 0.06, 0"})
    void theRealProtectionIsFoundSound(int kernelSize, double blur, long seed) {
        // Given
        ImageDataset clean = SyntheticShapes.generate(6, 1, new Seed(3));
        FilterBank bank = new NumpySeededFilters(seed).generate(10, kernelSize, blur);

        // When
        QualityVerdict verdict = judge(clean, bank);

        // Then
        assertThat(verdict.findings()).isEmpty();
        assertThat(verdict.broken()).isFalse();
    }

    /** A useless poison is called so: a kernel of one pixel. */
    @Test
    void anIdentityFilterIsBrokenAndUniversal() {
        // Given
        ImageDataset clean = SyntheticShapes.generate(3, 1, new Seed(3));
        FilterBank bank = new NumpySeededFilters(0).generate(10, 1, 0.3);

        // When
        QualityVerdict verdict = judge(clean, bank);

        // Then
        assertThat(verdict.broken()).isTrue();
        assertThat(verdict.findings())
                .extracting(QualityFinding::code)
                .contains(Code.UNIVERSAL_FILTER, Code.IDENTITY_FILTER)
                .doesNotContain(Code.SIMILAR_FILTERS);
        assertThat(verdict.findings().stream().filter(finding -> finding.code() == Code.IDENTITY_FILTER))
                .hasSize(10);
    }

    @Test
    void oneFilterForAllIsAWarning() {
        // Given
        EffectiveFilters same = new EffectiveFilters(3, List.of(filter(0, 255, 60, 40), filter(0, 255, 61, 40)));

        // When
        QualityVerdict verdict = judge(same, GOOD, relabelled(GOOD, 1));

        // Then
        assertThat(verdict.broken()).isFalse();
        assertThat(verdict.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.code()).isEqualTo(Code.UNIVERSAL_FILTER);
            assertThat(finding.classes()).isEmpty();
            assertThat(finding.text())
                    .isEqualTo(
                            "WARNING UNIVERSAL_FILTER, the data set: all 2 classes have the same filter (least cosine "
                                    + "1.0000); allowed: a filter of its own for each class, cosine up to 0.9990. One filter for all"
                                    + " protects nothing: the paper's control trains to 90.47 % on CIFAR-10, 94.66 % without. Use"
                                    + " class-wise filters unless this is meant as a control.");
        });
    }

    @Test
    void aPairOfSimilarFiltersAmongOthersIsNamed() {
        // Given
        EffectiveFilters filters = new EffectiveFilters(
                3, List.of(filter(0, 255, 60, 40), filter(8, 255, 30, 70), filter(0, 255, 61, 40)));

        // When
        QualityVerdict verdict = gate.judge(
                List.of("cat", "dog", "ship"),
                new DatasetQuality(List.of(GOOD, relabelled(GOOD, 1), relabelled(GOOD, 2))),
                filters);

        // Then
        assertThat(verdict.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo(Code.SIMILAR_FILTERS);
            assertThat(finding.classes()).containsExactly("cat", "ship");
        });
    }

    @Test
    void ofVeryManySimilarPairsOnlyTheNearestAreNamed() {
        // Given: 9 of one kind and 1 of another, 36 pairs
        List<int[]> filters = IntStream.range(0, 10)
                .mapToObj(label -> label == 0 ? filter(8, 255, 30, 70) : filter(0, 255, 60, 40))
                .toList();
        List<ClassQuality> measures = IntStream.range(0, 10)
                .mapToObj(label -> relabelled(GOOD, label))
                .toList();

        // When
        QualityVerdict verdict =
                gate.judge(SyntheticShapes.classes(), new DatasetQuality(measures), new EffectiveFilters(3, filters));

        // Then
        assertThat(verdict.findings()).hasSize(11);
        assertThat(verdict.findings().get(10).classes()).isEmpty();
        assertThat(verdict.findings().get(10).measured())
                .isEqualTo("36 pairs of classes have nearly the same filter, the nearest 10 are named");
    }

    @Test
    void aFilterThatOnlyMovesIsAWarning() {
        // Given
        EffectiveFilters filters = new EffectiveFilters(3, List.of(filter(0, 255, 0, 0), filter(8, 255, 30, 70)));

        // Then
        assertThat(judge(filters, GOOD, relabelled(GOOD, 1)).findings())
                .singleElement()
                .extracting(QualityFinding::severity, QualityFinding::code, QualityFinding::classes)
                .containsExactly(Severity.WARNING, Code.MOVED_ONLY, List.of("cat"));
    }

    /** One fault each: class measures, what is found. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            all equal     | BROKEN  | UNCHANGED_IMAGES
            some equal    | WARNING | UNCHANGED_IMAGES
            all black     | BROKEN  | FLAT_IMAGES
            one flat      | WARNING | FLAT_IMAGES
            not finite    | BROKEN  | NOT_FINITE
            too far       | BROKEN  | DESTROYED_IMAGES
            no structure  | BROKEN  | DESTROYED_IMAGES
            too near      | WARNING | BARELY_CHANGED
            same structure| WARNING | BARELY_CHANGED
            clipped       | WARNING | CLIPPED_VALUES
            """)
    void aFaultOfAClassIsFoundAndNamed(String fault, Severity severity, Code code) {
        // Given
        ClassQuality faulty =
                switch (fault) {
                    case "all equal" -> measures(1000, 0, 1000, 0, 0, 0, 0, 0, 0);
                    case "some equal" -> measures(1000, 0, 11, 989 * 20_000_000L, 1000, 800_000_000, 0, 0, 0);
                    case "all black" -> measures(1000, 0, 0, 20_000_000_000L, 1000, 800_000_000, 0, 1000, 1000);
                    case "one flat" -> measures(1000, 0, 0, 20_000_000_000L, 1000, 800_000_000, 0, 1, 0);
                    case "not finite" -> measures(999, 1, 0, 19_980_000_000L, 999, 800_000_000, 0, 0, 0);
                    case "too far" -> measures(1000, 0, 0, 7_900_000_000L, 0, 0, 0, 0, 0);
                    case "no structure" -> measures(1000, 0, 0, 20_000_000_000L, 1000, 49_000_000, 0, 0, 0);
                    case "too near" -> measures(1000, 0, 0, 40_100_000_000L, 0, 0, 0, 0, 0);
                    case "same structure" -> measures(1000, 0, 0, 20_000_000_000L, 1000, 981_000_000, 0, 0, 0);
                    case "clipped" -> measures(1000, 0, 0, 20_000_000_000L, 1000, 800_000_000, 160_000, 0, 0);
                    default -> throw new IllegalArgumentException(fault);
                };

        // When
        QualityVerdict verdict = judge(UNLIKE, GOOD, faulty);

        // Then
        assertThat(verdict.findings())
                .singleElement()
                .extracting(QualityFinding::severity, QualityFinding::code, QualityFinding::classes)
                .containsExactly(severity, code, List.of("dog"));
        assertThat(verdict.broken()).isEqualTo(severity == Severity.BROKEN);
    }

    @Test
    void aBlackImageIsFoundFromItsPixels() {
        // Given
        RgbImage original = steps(0);
        ClassQuality black = ClassQuality.of(1, new ImagePair(original, flat(12, 12, 0)));

        // Then
        assertThat(judge(UNLIKE, GOOD, black).findings())
                .extracting(QualityFinding::code)
                .contains(Code.FLAT_IMAGES);
    }

    @Test
    void anUnprotectedClassIsNotJudged() {
        // Given: the second class has an identity for a filter, and no protected image
        EffectiveFilters filters = new EffectiveFilters(3, List.of(filter(0, 255, 60, 40), filter(4, 255, 0, 0)));

        // Then
        assertThat(judge(filters, GOOD, ClassQuality.none(1)).findings()).isEmpty();
    }

    @Test
    void nothingMeasuredIsAWarning() {
        assertThat(judge(UNLIKE, ClassQuality.none(0), ClassQuality.none(1)).findings())
                .singleElement()
                .extracting(QualityFinding::severity, QualityFinding::code)
                .containsExactly(Severity.WARNING, Code.NOTHING_MEASURED);
    }

    @Test
    void classesMustAgreeInNumber() {
        assertThatThrownBy(() -> gate.judge(List.of("cat"), DatasetQuality.none(2), UNLIKE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("1 class names, measures of 2 classes, 2 filters; expected as many of each");
    }

    @Test
    void jsonGivesBackAnEqualVerdict() {
        // Given
        QualityVerdict verdict = judge(UNLIKE, GOOD, measures(10, 0, 10, 0, 0, 0, 0, 0, 0));

        // When
        byte[] json = FaultlineJson.canonicalBytes(verdict);

        // Then
        assertThat(FaultlineJson.read(json, QualityVerdict.class)).isEqualTo(verdict);
        assertThat(verdict.findings()).isNotEmpty();
    }

    @Test
    void limitsThatContradictThemselvesAreRefused() {
        assertThatThrownBy(() -> new QualityLimits(40, 8, 0, 1, 0, 0, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("PSNR from 40.0 to 8.0; expected the lowest below the highest");
        assertThatThrownBy(() -> new QualityLimits(8, 40, 0, 1, 0, Double.NaN, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("largest flat share is NaN; expected 0 to 1");
    }

    private QualityVerdict judge(ImageDataset clean, FilterBank bank) {
        ClassWiseConvolution convolution = new ClassWiseConvolution(bank);
        int[] labels = clean.train().labels();
        DatasetQuality quality = DatasetQuality.of(
                10,
                IntStream.range(0, labels.length)
                        .mapToObj(i -> {
                            RgbImage original = clean.train().images().get(i);
                            RgbImage published =
                                    convolution.apply(original, labels[i]).image();
                            return ClassQuality.of(labels[i], new ImagePair(original, published));
                        })
                        .toList());
        return gate.judge(clean.classes(), quality, EffectiveFilters.of(bank));
    }

    private QualityVerdict judge(EffectiveFilters filters, ClassQuality... classes) {
        return gate.judge(NAMES, new DatasetQuality(Arrays.asList(classes)), filters);
    }

    private static ClassQuality measures(
            long images,
            long broken,
            long equal,
            long psnr,
            long ssimImages,
            long ssim,
            long clipped,
            long flat,
            long black) {
        return new ClassQuality(1, images, broken, equal, psnr, ssimImages, ssim, images * 3072, clipped, flat, black);
    }

    private static ClassQuality relabelled(ClassQuality quality, int label) {
        return new ClassQuality(
                label,
                quality.images(),
                quality.broken(),
                quality.equalImages(),
                quality.psnrMicrodecibels(),
                quality.ssimImages(),
                quality.ssimMillionths(),
                quality.values(),
                quality.clippedValues(),
                quality.flatImages(),
                quality.blackImages());
    }

    /** Levels of a 3×3 filter: the 1 at a place, and two more before or after it. */
    private static int[] filter(int place, int one, int next, int afterNext) {
        int[] levels = new int[9];
        levels[place] = one;
        levels[(place + 1) % 9] = next;
        levels[(place + 2) % 9] = afterNext;
        return levels;
    }

    private static RgbImage steps(int offset) {
        return grey(12, 12, IntStream.range(0, 144).map(i -> 40 + i + offset).toArray());
    }
}
