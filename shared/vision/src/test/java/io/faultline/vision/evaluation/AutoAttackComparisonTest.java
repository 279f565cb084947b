package io.faultline.vision.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDManager;
import io.faultline.checkpoint.Safetensors;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.Normalization;
import io.faultline.recipe.Seed;
import io.faultline.vision.ComputeDevice;
import io.faultline.vision.attack.AttackFate;
import io.faultline.vision.attack.AutoAttack;
import io.faultline.vision.attack.L2Ball;
import io.faultline.vision.attack.LinfBall;
import io.faultline.vision.attack.PerturbationBall;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.NetworkSpec;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.StateDict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Beside the authors' package, on a network and images that autoattack_comparison.py left: see there for how to run it. */
@Tag("slow")
@EnabledIfSystemProperty(named = "autoattack.comparison", matches = ".+")
class AutoAttackComparisonTest {
    private static final double POINTS = 0.2;

    @ParameterizedTest
    @CsvSource({"L2", "Linf"})
    void robustAccuracyIsWithinTwoTenthsOfAPointOfTheReferences(String norm) throws IOException {
        // Given
        Path file = Path.of(System.getProperty("autoattack.comparison"), "comparison.safetensors");
        Safetensors given;
        try (InputStream in = Files.newInputStream(file)) {
            given = Safetensors.read(in);
        }
        Safetensors.Tensor reference = given.tensors().get("robust." + norm);
        assumeTrue(reference != null, "the reference was not run in " + norm);
        PerturbationBall ball = norm.equals("L2") ? new L2Ball(0.5) : new LinfBall(8 / 255.0);
        AutoAttack attack = new AutoAttack(
                ball, number(given, "apgdSteps"), 9, number(given, "fabSteps"), number(given, "squareQueries"));
        LabeledImages data = images(given);
        AutoAttackEvaluation evaluation = new AutoAttackEvaluation(attack, Seed.of(0), 125);
        try (NDManager manager = ComputeDevice.open("cpu");
                StateDict weights = weights(given, manager)) {
            Classifier classifier = network(given).folded(weights, manager);
            // When
            List<ShardResult> results = new ArrayList<>();
            for (int shard = 0; shard < evaluation.shards(data.size()); shard++) {
                results.add(evaluation.shard(shard, classifier, data, manager));
            }
            AutoAttackAccuracy ours = evaluation.merge(results, data.size());
            // Then
            long[] theirs = reference.longs();
            long robust = IntStream.range(0, theirs.length)
                    .filter(i -> theirs[i] == 1)
                    .count();
            long differing = IntStream.range(0, theirs.length)
                    .filter(i ->
                            (theirs[i] == 1) != ours.figures().robustPlaces().contains(i))
                    .count();
            String found = "robust after each attack " + ours.robustAfter() + "; the reference's " + robust + " of "
                    + theirs.length + "; " + differing + " images differ; " + ours.figures() + System.lineSeparator();
            Files.writeString(file.resolveSibling("ours-" + norm + ".txt"), found);
            assertThat(ours.robustAfter().get(AttackFate.MISCLASSIFIED).total()).isEqualTo(theirs.length);
            assertThat(LawCheck.of(ours.figures())).isEmpty();
            assertThat(Math.abs(ours.figures().robust().percent() - 100.0 * robust / theirs.length))
                    .isLessThanOrEqualTo(POINTS);
        }
    }

    private static int number(Safetensors given, String name) {
        return Integer.parseInt(given.metadata().get(name));
    }

    private static NormalizedNetwork network(Safetensors given) {
        return NormalizedNetwork.of(
                new NetworkSpec(Architecture.RESNET18, number(given, "width"), 10, Normalization.CIFAR10));
    }

    private static StateDict weights(Safetensors given, NDManager manager) {
        Map<String, Safetensors.Tensor> weights = new LinkedHashMap<>();
        given.tensors().forEach((name, tensor) -> {
            if (name.startsWith("weights.")) {
                weights.put(name.substring("weights.".length()), tensor);
            }
        });
        return network(given).load(weights, manager);
    }

    /** The images are bytes over 255, channel by channel. */
    private static LabeledImages images(Safetensors given) {
        List<Long> shape = given.tensors().get("images").shape();
        int height = shape.get(2).intValue();
        int width = shape.get(3).intValue();
        float[] values = given.tensors().get("images").floats();
        long[] labels = given.tensors().get("labels").longs();
        List<RgbImage> images = new ArrayList<>();
        for (int image = 0; image < labels.length; image++) {
            byte[] pixels = new byte[height * width * 3];
            for (int i = 0; i < pixels.length; i++) {
                int place = image * pixels.length + (i % 3) * height * width + i / 3;
                pixels[i] = (byte) Math.round(values[place] * 255);
            }
            images.add(new RgbImage(height, width, pixels));
        }
        return new LabeledImages(
                IntStream.range(0, labels.length).mapToObj(Integer::toString).toList(),
                IntStream.range(0, labels.length).map(i -> (int) labels[i]).toArray(),
                images);
    }
}
