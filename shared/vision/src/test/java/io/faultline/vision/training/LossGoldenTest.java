package io.faultline.vision.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.faultline.checkpoint.Safetensors;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.Seed;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.attack.Adversary;
import io.faultline.vision.attack.L2Ball;
import io.faultline.vision.attack.LinfBall;
import io.faultline.vision.attack.PerturbationBall;
import io.faultline.vision.batch.ImageBatch;
import io.faultline.vision.network.BatchNormMode;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.FreedMemory;
import io.faultline.vision.network.Gradients;
import io.faultline.vision.network.NamedModule;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.ReferenceNumbers;
import io.faultline.vision.network.StateDict;
import io.faultline.vision.network.Tensors;
import io.faultline.vision.network.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Against losses_golden.py, PyTorch 2.13.0 in float64. */
class LossGoldenTest {
    // the reference is float64
    private static final double TOLERANCE = 1e-5;
    private static final double GRADIENT_TOLERANCE = 1e-4;
    private static final int SIDE = 16;
    private static final int CLASSES = 10;
    private static final Adversary UNUSED = (classifier, images, labels, seed) -> images;
    private static final BallAscent NO_ASCENT = new BallAscent(new LinfBall(0), 0, 0);

    private final NDManager manager = ComputeDevice.open("cpu");
    private final NormalizedNetwork network = ReferenceNumbers.network(Architecture.RESNET18, 2, CLASSES);
    private final List<String> layers =
            network.modules().modules().stream().map(NamedModule::weight).toList();

    @AfterEach
    void close() {
        manager.close();
    }

    @Nested
    class Values {
        private final Map<String, Safetensors.Tensor> expected = ReferenceNumbers.golden("losses");
        private final StateDict weights = ReferenceNumbers.weights(network, 11, manager);
        private final ImageBatch batch = ReferenceNumbers.batch(manager, 16, SIDE, CLASSES, 12);
        private final NDArray attacked = attacked(batch);

        @Test
        void smoothedLabels() {
            assertSame("smoothed", new EmpiricalRisk(), Targets.of(batch, 0.1));
        }

        @Test
        void mixedLabels() {
            // Given
            long[] others = batch.labels().toLongArray();
            Arrays.setAll(others, i -> (others[i] + 3) % CLASSES);
            NDArray shares = ReferenceNumbers.of(14).tensor(manager, new Shape(16), 0.5, 0.5);
            Targets targets = Targets.mixed(batch.labels(), Tensors.of(manager, others, new Shape(16)), shares, 0.1);
            // Then
            assertSame("mixed", new EmpiricalRisk(), targets);
        }

        @Test
        void adversarialTraining() {
            assertSame("adversarial", new AdversarialRisk(UNUSED), Targets.of(batch, 0));
        }

        @Test
        void trades() {
            assertSame("trades", new TradesRisk(NO_ASCENT, 6), Targets.of(batch, 0));
            // the network has seen the images and the attacked ones
            assertThat(error(weights.get("bn1.running_mean"), "trades.running_mean"))
                    .isLessThan(TOLERANCE);
        }

        @Test
        void mart() {
            assertSame("mart", new MartRisk(UNUSED, 5), Targets.of(batch, 0));
        }

        @Test
        void scoreInTradesForm() {
            assertSame("score-trades", new ScoreRisk(ScoreRisk.Form.TRADES, NO_ASCENT, 6, 0.7), Targets.of(batch, 0.1));
        }

        @Test
        void scoreInAdversarialForm() {
            assertSame(
                    "score-adversarial",
                    new ScoreRisk(ScoreRisk.Form.ADVERSARIAL, NO_ASCENT, 6, 0.85),
                    Targets.of(batch, 0.1));
        }

        @Test
        void orthogonality() {
            assertSame("orthogonality", w -> Orthogonality.penalty(w, layers));
        }

        private void assertSame(String name, Risk risk, Targets targets) {
            assertSame(name, w -> loss(risk, w, batch, attacked, targets));
        }

        private void assertSame(String name, Function<Weights, NDArray> loss) {
            try (Gradients gradients =
                    Gradients.of(manager, weights, network.parameters(), w -> FreedMemory.overwritten(loss.apply(w)))) {
                assertThat(error(gradients.loss(), name)).isLessThan(TOLERANCE);
                List<String> kept = expected.keySet().stream()
                        .filter(key -> key.startsWith(name + ".") && !key.endsWith("running_mean"))
                        .toList();
                assertThat(kept).hasSizeGreaterThanOrEqualTo(4);
                for (String key : kept) {
                    assertThat(error(gradients.get(key.substring(name.length() + 1)), key))
                            .as(key)
                            .isLessThan(GRADIENT_TOLERANCE);
                }
            }
        }

        private double error(NDArray actual, String name) {
            return ReferenceNumbers.relativeError(
                    actual.toFloatArray(), expected.get(name).floats());
        }
    }

    @Nested
    class PerturbedWeights {
        private final Map<String, Safetensors.Tensor> expected = ReferenceNumbers.golden("weight-perturbation");
        private final StateDict weights = ReferenceNumbers.weights(network, 11, manager);
        private final ImageBatch batch = ReferenceNumbers.batch(manager, 16, SIDE, CLASSES, 12);
        private final NDArray attacked = attacked(batch);

        @ParameterizedTest
        @CsvSource({"at, 0.01", "trades, 0.005"})
        void weightsLossAndGradientsAtThePerturbedPoint(String name, double radius) {
            // Given
            Risk risk = name.equals("at") ? new AdversarialRisk(UNUSED) : new TradesRisk(NO_ASCENT, 6);
            Function<Weights, NDArray> loss = w -> loss(risk, w, batch, attacked, Targets.of(batch, 0));
            Map<String, Safetensors.Tensor> before = weights.export();
            // When
            Weights perturbed = new WeightPerturbation(radius, 0)
                    .perturbed(List.of(weights), layers, network.buffers(), w -> loss.apply(w.get(0)), manager)
                    .get(0);
            // Then: the weights themselves and the running statistics are where they were
            weights.export().forEach((key, tensor) -> assertThat(tensor.bytes())
                    .as(key)
                    .isEqualTo(before.get(key).bytes()));
            try (Gradients gradients = Gradients.of(manager, perturbed, network.parameters(), loss)) {
                assertThat(error(gradients.loss(), name + ".loss")).isLessThan(TOLERANCE);
                String gradient = name + ".gradient.";
                String weight = name + ".weight.";
                expected.keySet().stream().filter(key -> key.startsWith(weight)).forEach(key -> {
                    String parameter = key.substring(weight.length());
                    assertThat(error(perturbed.get(parameter), key)).as(key).isLessThan(TOLERANCE);
                    assertThat(error(gradients.get(parameter), gradient + parameter))
                            .as(parameter)
                            .isLessThan(GRADIENT_TOLERANCE);
                });
            }
            assertThat(error(weights.get("bn1.running_mean"), name + ".running_mean"))
                    .isLessThan(TOLERANCE);
        }

        private double error(NDArray actual, String name) {
            return ReferenceNumbers.relativeError(
                    actual.toFloatArray(), expected.get(name).floats());
        }
    }

    @Nested
    class Attacks {
        private final StateDict weights = ReferenceNumbers.weights(network, 15, manager);
        private final ImageBatch all = ReferenceNumbers.batch(manager, 16, SIDE, CLASSES, 16);
        private final NDArray images = all.images().get("0:4");
        private final NDArray labels = all.labels().get("0:4");
        private final Classifier classifier = network.classifier(weights);

        @ParameterizedTest
        @CsvSource({
            "trades, linf",
            "trades, l2",
            "score-trades, linf",
            "score-trades, l2",
            "score-adversarial, linf",
            "score-adversarial, l2"
        })
        void fiveStepsFromAFixedStart(String name, String norm) {
            // Given
            Map<String, Safetensors.Tensor> expected = ReferenceNumbers.golden("ascents");
            PerturbationBall ball = norm.equals("linf") ? new LinfBall(8 / 255.0) : new L2Ball(0.5);
            BallAscent ascent = new BallAscent(ball, norm.equals("linf") ? 2 / 255.0 : 0.15, 5);
            NDArray start = images.add(ReferenceNumbers.of(17).tensor(manager, images.getShape(), 0.02, 0));
            // When
            NDArray found =
                    switch (name) {
                        case "trades" -> new TradesRisk(ascent, 6).attack(classifier, images, start);
                        case "score-trades" ->
                            new ScoreRisk(ScoreRisk.Form.TRADES, ascent, 6, 0)
                                    .attack(classifier, images, Targets.of(labels, 0), start);
                        default ->
                            new ScoreRisk(ScoreRisk.Form.ADVERSARIAL, ascent, 6, 0)
                                    .attack(classifier, images, Targets.of(labels, 0), start);
                    };
            // Then: a gradient next to zero may have another sign in float32; then that pixel steps the other way
            float[] reference = expected.get(name + "." + norm).floats();
            float[] actual = found.toFloatArray();
            int further = 0;
            for (int i = 0; i < actual.length; i++) {
                if (Math.abs(actual[i] - reference[i]) > 1e-4) {
                    further++;
                }
            }
            assertThat((double) further / actual.length).isLessThan(0.005);
            assertThat(ReferenceNumbers.relativeError(
                            divergences(name, found),
                            expected.get(name + "." + norm + ".divergence").floats()))
                    .isLessThan(1e-3);
        }

        private float[] divergences(String name, NDArray found) {
            NDArray natural = classifier.logits(images);
            NDArray logits = classifier.logits(found);
            NDArray divergence =
                    switch (name) {
                        case "trades" -> Divergence.kullbackLeibler(natural, logits);
                        case "score-trades" -> Divergence.squaredError(natural.softmax(1), logits);
                        default -> Divergence.squaredError(Targets.of(labels, 0).certain(CLASSES), logits);
                    };
            return divergence.toFloatArray();
        }
    }

    @ParameterizedTest
    @EnumSource(DeconvolutionRisk.Script.class)
    void threeStepsOfDeconvolutionFromFixedFilters(DeconvolutionRisk.Script script) {
        // Given
        Map<String, Safetensors.Tensor> expected = ReferenceNumbers.golden("deconvolution");
        boolean sound = script == DeconvolutionRisk.Script.SOUND;
        String name = sound ? "sound" : "authors";
        int size = sound ? 5 : 3;
        StateDict weights = ReferenceNumbers.weights(network, 19, manager);
        ImageBatch batch = ReferenceNumbers.batch(manager, 16, SIDE, CLASSES, 18);
        ReferenceNumbers numbers = ReferenceNumbers.of(20);
        float[] filters = numbers.floats(CLASSES * size * size, 1.0 / size, 0);
        float[] biases = numbers.floats(CLASSES, 1.0 / size, 0);
        StateDict moved = StateDict.of(
                manager,
                Map.of(
                        DeconvolutionRisk.FILTERS,
                        Safetensors.Tensor.of(filters, List.of((long) CLASSES, (long) size, (long) size)),
                        DeconvolutionRisk.BIASES,
                        Safetensors.Tensor.of(biases, List.of((long) CLASSES))));
        BatchNormMode mode = sound ? BatchNormMode.RUNNING_STATISTICS : BatchNormMode.BATCH_STATISTICS;
        Classifier classifier = images -> FreedMemory.overwritten(network.logits(weights, images, mode));
        // When
        new DeconvolutionRisk(size, 3, sound ? 5 : 0.5, sound ? 0.35 : 0.3, script)
                .ascend(classifier, batch.images(), batch.labels(), moved);
        NDArray changed = DeconvolutionRisk.apply(moved, batch.images(), batch.labels());
        // Then
        assertClose(moved.get(DeconvolutionRisk.FILTERS), expected.get(name + ".filters"));
        assertClose(moved.get(DeconvolutionRisk.BIASES), expected.get(name + ".biases"));
        assertClose(changed.get("0:4"), expected.get(name + ".images"));
        assertClose(weights.get("bn1.running_mean"), expected.get(name + ".running_mean"));
    }

    @Test
    void attackSeedsAreThoseOfTheStep() {
        // Given
        ImageBatch batch = ReferenceNumbers.batch(manager, 4, SIDE, CLASSES, 12);
        // When
        float[] one = GaussianStart.of(batch.images(), Seed.of(1)).toFloatArray();
        float[] again = GaussianStart.of(batch.images(), Seed.of(1)).toFloatArray();
        float[] other = GaussianStart.of(batch.images(), Seed.of(2)).toFloatArray();
        // Then
        assertThat(again).isEqualTo(one);
        assertThat(other).isNotEqualTo(one);
    }

    private NDArray loss(Risk risk, Weights weights, ImageBatch batch, NDArray attacked, Targets targets) {
        BatchLoss loss = risk.loss(
                images -> network.logits(weights, images, BatchNormMode.BATCH_STATISTICS),
                batch.images(),
                attacked,
                targets);
        new NDList(loss.logits()).close();
        return loss.value();
    }

    private NDArray attacked(ImageBatch batch) {
        NDArray noise = ReferenceNumbers.of(13).tensor(manager, batch.images().getShape(), 0.1, 0);
        return batch.images().add(noise).clip(0f, 1f);
    }

    private static void assertClose(NDArray actual, Safetensors.Tensor expected) {
        assertThat(ReferenceNumbers.relativeError(actual.toFloatArray(), expected.floats()))
                .isLessThan(GRADIENT_TOLERANCE);
    }
}
