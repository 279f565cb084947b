package io.faultline.trainer.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Seed;
import io.faultline.report.Accuracy;
import io.faultline.trainer.probe.ProbeReport.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingProbeTest {
    private static final double LEVEL = 0.05;
    private static final Seed SEED = new Seed(11);
    /** Of the incomplete beta function, relative; and of the normal quantile, absolute. */
    private static final double PRECISION = 1e-12;

    record Reference(long both, long first, long second, long neither, double pValue, double lower, double upper) {}

    static List<Reference> references() throws IOException {
        try (InputStream in = TrainingProbeTest.class.getResourceAsStream("/golden/probe.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" "))
                    .map(field -> new Reference(
                            Long.parseLong(field[0]),
                            Long.parseLong(field[1]),
                            Long.parseLong(field[2]),
                            Long.parseLong(field[3]),
                            Double.parseDouble(field[4]),
                            Double.parseDouble(field[5]),
                            Double.parseDouble(field[6])))
                    .toList();
        }
    }

    /** Reference: SciPy 1.17.1, written by src/test/python/probe_golden.py. */
    @ParameterizedTest
    @MethodSource("references")
    void pValueAndIntervalEqualTheReference(Reference table) {
        // When
        double pValue = TrainingProbe.binomialTail(table.first(), table.first() + table.second());
        AccuracyDifference difference =
                AccuracyDifference.paired(table.both(), table.first(), table.second(), table.neither());

        // Then
        assertThat(pValue).isCloseTo(table.pValue(), within(PRECISION * Math.max(1e-300, table.pValue())));
        assertThat(difference.lower()).isCloseTo(table.lower(), within(PRECISION));
        assertThat(difference.upper()).isCloseTo(table.upper(), within(PRECISION));
    }

    @ParameterizedTest(name = "{0} of {1}: {2} / {3}")
    @CsvSource({
        "0, 0, 1, 1",
        "0, 5, 1, 1",
        "5, 5, 1, 32",
        "10, 12, 79, 4096",
        "1, 3, 7, 8",
        "55, 56, 57, 72057594037927936"
    })
    void theTailOfTheBinomialIsThatComputedByHand(long successes, long trials, double numerator, double denominator) {
        assertThat(TrainingProbe.binomialTail(successes, trials)).isCloseTo(numerator / denominator, within(PRECISION));
    }

    @Nested
    class OneShift {
        /** Four classes of two images, right through its own filter but for one image; wrong through the next class's. */
        private final ProbePredictions predictions = new ProbePredictions(
                4,
                new int[] {0, 0, 1, 1, 2, 2, 3, 3},
                new int[] {0, 1, 1, 0, 2, 0, 3, 0},
                new int[] {0, 0, 1, 1, 2, 2, 3, 0},
                List.of(new int[] {1, 1, 2, 2, 3, 3, 3, 0}));

        @Test
        void allNumbersAreThoseCountedByHand() {
            // When
            ProbeReport report = new TrainingProbe(LEVEL, SEED).examine(predictions);

            // Then
            assertThat(report.clean()).isEqualTo(new Accuracy(4, 8));
            assertThat(report.own()).isEqualTo(new Accuracy(7, 8));
            assertThat(report.permuted()).isEqualTo(new Accuracy(1, 8));
            assertThat(report.onlyOwn()).isEqualTo(6);
            assertThat(report.onlyPermuted()).isZero();
            assertThat(report.imagePValue()).isCloseTo(1 / 64.0, within(PRECISION));
            assertThat(report.ownMinusPermuted().estimate()).isEqualTo(0.75);
            assertThat(report.ownMinusClean().estimate()).isEqualTo(0.375);
            // classes 0 and 2, both won
            assertThat(report.classPValue()).isCloseTo(0.25, within(PRECISION));
            assertThat(report.smallestClassPValue()).isEqualTo(0.25);
            assertThat(report.verdict()).isEqualTo(Verdict.TOO_FEW_CLASSES);
        }

        @Test
        void aLargerErrorLevelMakesFourClassesEnough() {
            // When
            ProbeReport report = new TrainingProbe(0.25, SEED).examine(predictions);

            // Then
            assertThat(report.verdict()).isEqualTo(Verdict.TRAINED_ON_IT);
            assertThat(report.text())
                    .isEqualTo(
                            "87.50 % right through the classes' own filters, 12.50 % through permuted ones, 50.00 % without"
                                    + " (difference own to permuted 75.00 points, 95 % interval 26.08 to 89.51; p = 0.016 by"
                                    + " images, 0.25 by classes): trained on the protected data, at an error level of 0.25.");
        }

        @Test
        void aProbabilityTooSmallForADoubleIsNotCalledNought() {
            // Given: 2^-2000
            int[] labels = IntStream.range(0, 2000).map(i -> i % 10).toArray();
            int[] wrong = IntStream.of(labels).map(label -> (label + 1) % 10).toArray();

            // When
            ProbeReport report = new TrainingProbe(LEVEL, SEED)
                    .examine(new ProbePredictions(10, labels, wrong, labels, List.of(wrong)));

            // Then
            assertThat(report.imagePValue()).isZero();
            assertThat(report.text()).contains("; p < 1e-300 by images, 0.031 by classes)");
        }

        @Test
        void tenClassesOfWhichEverySecondIsWonAreEnough() {
            // Given: class by class one image, always right through its own filter
            int[] labels = IntStream.range(0, 10).toArray();
            int[] wrong = IntStream.range(0, 10).map(label -> (label + 1) % 10).toArray();

            // When
            ProbeReport report = new TrainingProbe(LEVEL, SEED)
                    .examine(new ProbePredictions(10, labels, wrong, labels, List.of(wrong)));

            // Then
            assertThat(report.classPValue()).isCloseTo(1 / 32.0, within(PRECISION));
            assertThat(report.verdict()).isEqualTo(Verdict.TRAINED_ON_IT);
        }

        @Test
        void aModelThatIsRightOfTenAboutAllAlikeIsNoEvidence() {
            // Given
            int[] labels = IntStream.range(0, 10).toArray();

            // When
            ProbeReport report = new TrainingProbe(LEVEL, SEED)
                    .examine(new ProbePredictions(10, labels, labels, labels, List.of(labels)));

            // Then
            assertThat(report.imagePValue()).isEqualTo(1);
            assertThat(report.classPValue()).isEqualTo(1);
            assertThat(report.verdict()).isEqualTo(Verdict.NO_EVIDENCE);
        }
    }

    @Nested
    class AllShifts {
        @Test
        void theClassTestIsTheShareOfAssignmentsAsGood() {
            // Given: three classes of one image, right through its own filter only; of 6 assignments one is as good
            int[] labels = {0, 1, 2};
            int[] wrong = {1, 2, 0};

            // When
            ProbeReport report = new TrainingProbe(0.2, SEED)
                    .examine(new ProbePredictions(3, labels, wrong, labels, List.of(wrong, wrong)));

            // Then: five standard deviations of 9,999 draws
            assertThat(report.classPValue()).isCloseTo(1 / 6.0, within(0.019));
            assertThat(report.smallestClassPValue()).isEqualTo(1 / 6.0);
        }

        @Test
        void theSameSeedGivesTheSameReport() {
            // Given
            ProbePredictions predictions = model(new SplittableRandom(3), 6, 20, INTERACTING);

            // Then
            assertThat(new TrainingProbe(LEVEL, SEED).examine(predictions))
                    .isEqualTo(new TrainingProbe(LEVEL, SEED).examine(predictions));
        }
    }

    /** Models without knowledge of the filters, and how often each is called trained. */
    @Nested
    class Innocent {
        private static final int MODELS = 300;
        /** Three standard deviations above 5 % of 300. */
        private static final int MOST_ACCUSED = 26;

        @ParameterizedTest(name = "{0}")
        @CsvSource({"every filter alike", "filters differ", "filters suit classes by chance"})
        void isSeldomCalledTrainedWithAllShifts(String kind) {
            assertThat(accused(kind, ALL_SHIFTS)).isLessThanOrEqualTo(MOST_ACCUSED);
        }

        @ParameterizedTest(name = "{0}")
        @CsvSource({"every filter alike", "filters differ", "filters suit classes by chance", "neighbours disagree"})
        void isSeldomCalledTrainedWithOneShift(String kind) {
            assertThat(accused(kind, ONE_SHIFT)).isLessThanOrEqualTo(MOST_ACCUSED);
        }

        /** Why the test by images is not enough. */
        @Test
        void wouldOftenBeAccusedByTheImagesAlone() {
            // When
            long accused = IntStream.range(0, MODELS)
                    .filter(i -> examine(i, "filters suit classes by chance", ONE_SHIFT)
                                    .imagePValue()
                            <= LEVEL)
                    .count();

            // Then
            assertThat(accused).isGreaterThan(MODELS / 4);
        }

        /** Where images are all the chance there is, the test by images keeps its level. */
        @Test
        void isSeldomAccusedByTheImagesIfEveryFilterIsAlike() {
            // When
            long accused = IntStream.range(0, MODELS)
                    .filter(i -> examine(i, "every filter alike", ONE_SHIFT).imagePValue() <= LEVEL)
                    .count();

            // Then
            assertThat(accused).isLessThanOrEqualTo(MOST_ACCUSED);
        }

        private long accused(String kind, IntFunction<Integer> shifts) {
            return IntStream.range(0, MODELS)
                    .filter(i -> examine(i, kind, shifts).verdict() == Verdict.TRAINED_ON_IT)
                    .count();
        }

        private ProbeReport examine(int model, String kind, IntFunction<Integer> shifts) {
            SplittableRandom random = SEED.derive(kind).derive(model).generator();
            Suitability suitability =
                    switch (kind) {
                        case "every filter alike" -> (classes, source) -> new double[classes][classes];
                        case "filters differ" -> DIFFERING;
                        case "filters suit classes by chance" -> INTERACTING;
                        case "neighbours disagree" -> DISAGREEING;
                        default -> throw new IllegalArgumentException(kind);
                    };
            ProbePredictions all = model(random, 10, 40, suitability);
            return new TrainingProbe(LEVEL, SEED)
                    .examine(new ProbePredictions(
                            10,
                            all.labels(),
                            all.clean(),
                            all.own(),
                            all.permuted().subList(0, shifts.apply(10))));
        }
    }

    @Nested
    class Trained {
        /** Own filters make it right twenty points more often, far less than the paper's 97. */
        private static final Suitability TRAINED = (classes, random) -> {
            double[][] suits = INTERACTING.draw(classes, random);
            for (int label = 0; label < classes; label++) {
                for (int filter = 0; filter < classes; filter++) {
                    suits[label][filter] = suits[label][filter] / 4 + (label == filter ? 0.2 : 0);
                }
            }
            return suits;
        };

        @Test
        void isFoundOutWithAllShifts() {
            for (int model = 0; model < 50; model++) {
                // Given
                ProbePredictions predictions =
                        model(SEED.derive("trained").derive(model).generator(), 10, 40, TRAINED);

                // When
                ProbeReport report = new TrainingProbe(0.01, SEED).examine(predictions);

                // Then
                assertThat(report.verdict()).as("model %d", model).isEqualTo(Verdict.TRAINED_ON_IT);
                assertThat(report.ownMinusPermuted().lower()).isPositive();
            }
        }
    }

    @Test
    void jsonGivesBackAnEqualReport() {
        // Given
        ProbeReport report = new TrainingProbe(LEVEL, SEED).examine(model(new SplittableRandom(3), 6, 20, INTERACTING));

        // Then
        assertThat(FaultlineJson.read(FaultlineJson.canonicalBytes(report), ProbeReport.class))
                .isEqualTo(report);
    }

    @Test
    void inputThatDoesNotFitIsRefused() {
        int[] two = {0, 1};
        assertThatThrownBy(() -> new ProbePredictions(2, two, two, new int[] {0}, List.of(two)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("1 predictions on images through their own filter for 2 labels; expected as many");
        assertThatThrownBy(() -> new ProbePredictions(2, two, two, two, List.of(two, two)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "2 lists of predictions through permuted filters; expected 1 to 1, one per shift of the filters");
        assertThatThrownBy(() -> new ProbePredictions(2, new int[] {0, 2}, two, two, List.of(two)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("label 2; expected 0 to 1");
        assertThatThrownBy(() -> new TrainingProbe(0, SEED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("error level is 0.0; expected more than 0 and less than 1");
    }

    /** How much a filter adds to the probability 0.5 of being right about a class. */
    private interface Suitability {
        double[][] draw(int classes, SplittableRandom random);
    }

    private static final IntFunction<Integer> ONE_SHIFT = classes -> 1;
    private static final IntFunction<Integer> ALL_SHIFTS = classes -> classes - 1;

    /** Some filters harm all classes alike. */
    private static final Suitability DIFFERING = (classes, random) -> {
        double[] filters = random.doubles(classes, -0.4, 0.4).toArray();
        return IntStream.range(0, classes).mapToObj(label -> filters.clone()).toArray(double[][]::new);
    };

    /** Each filter suits each class more or less. */
    private static final Suitability INTERACTING = (classes, random) -> IntStream.range(0, classes)
            .mapToObj(label -> random.doubles(classes, -0.4, 0.4).toArray())
            .toArray(double[][]::new);

    /** What suits a class harms the next. */
    private static final Suitability DISAGREEING = (classes, random) -> {
        double[] filters = random.doubles(classes, -0.4, 0.4).toArray();
        return IntStream.range(0, classes)
                .mapToObj(label -> IntStream.range(0, classes)
                        .mapToDouble(filter -> label % 2 == 0 ? filters[filter] : -filters[filter])
                        .toArray())
                .toArray(double[][]::new);
    };

    private static ProbePredictions model(
            SplittableRandom random, int classes, int imagesPerClass, Suitability suitability) {
        double[][] suits = suitability.draw(classes, random);
        int[] labels = IntStream.range(0, classes * imagesPerClass)
                .map(i -> i % classes)
                .toArray();
        List<int[]> answers = IntStream.range(0, classes)
                .mapToObj(shift -> IntStream.of(labels)
                        .map(label -> {
                            double right = 0.5 + suits[label][(label + shift) % classes];
                            return random.nextDouble() < right ? label : (label + 1) % classes;
                        })
                        .toArray())
                .toList();
        return new ProbePredictions(classes, labels, answers.get(0), answers.get(0), answers.subList(1, classes));
    }
}
