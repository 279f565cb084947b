package io.faultline.rift.finetuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.faultline.checkpoint.Safetensors;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.AugmentationRecipe;
import io.faultline.recipe.BatchNormStatistics;
import io.faultline.recipe.FineTuningRecipe;
import io.faultline.recipe.ModulePath;
import io.faultline.recipe.Ratio;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SgdRecipe;
import io.faultline.report.Accuracy;
import io.faultline.report.FineTuningEpoch;
import io.faultline.report.InterpolationPoint;
import io.faultline.rift.GoldenNetwork;
import io.faultline.rift.interpolation.InterpolationPath;
import io.faultline.rift.interpolation.WeightInterpolation;
import io.faultline.vision.evaluation.EvaluationListener;
import io.faultline.vision.evaluation.RobustAccuracy;
import io.faultline.vision.network.Checkpoint;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.NamedModule;
import io.faultline.vision.network.StateDict;
import io.faultline.vision.training.TrainingListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Fine-tuning as the authors do it, from the first step to the last place of the path: one module, several, and statistics alone.
 * Reference: PyTorch 2.13.0 in float64, seed 8, written by src/test/python/fine_tuning_golden.py.
 */
class FineTuningGoldenTest {
    // float32 and float64 are 4e-7 apart in the reference
    private static final double RELATIVE = 1e-4;
    private static final int IMAGES = 48;
    private static final FineTuningRecipe RECIPE =
            new FineTuningRecipe(4, 16, new SgdRecipe(0.1, 0.9, 5e-4, null), BatchNormStatistics.MOVING);
    private static final AttackRecipe PGD_10 = new AttackRecipe(null, Ratio.of(4, 255), Ratio.of(1, 255), 10, 1, false);

    private final LabeledImages images = GoldenNetwork.cleanImages();
    private NDManager manager;
    private Checkpoint start;

    @BeforeEach
    void load() {
        manager = NDManager.newBaseManager();
        start = GoldenNetwork.checkpoint(manager);
    }

    @AfterEach
    void free() {
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"module", "modules", "statistics"})
    void equalsPyTorchsRun(String fineTuning) {
        // Given
        JsonNode expected = GoldenNetwork.expected(fineTuning);
        List<NamedModule> modules = new ArrayList<>();
        expected.get("modules")
                .forEach(name -> modules.add(start.network().modules().get(new ModulePath(name.asText()))));

        // When
        Map<String, Safetensors.Tensor> fineTuned = fineTuned(modules, expected);

        // Then
        assertClose(fineTuned, GoldenNetwork.fineTuned(fineTuning));
        assertTheRestIsTheStarts(fineTuned);
        assertPath(fineTuned, expected.get("path"));
    }

    private Map<String, Safetensors.Tensor> fineTuned(List<NamedModule> modules, JsonNode expected) {
        var material = new ModuleFineTuning.Material(images, images, new AugmentationRecipe(0, false), Seed.of(8));
        try (ModuleFineTuning tuning = new ModuleFineTuning(start, modules, RECIPE, material, manager)) {
            for (JsonNode reference : expected.get("epochs")) {
                FineTuningEpoch epoch = tuning.runEpoch(TrainingListener.NONE, EvaluationListener.NONE);
                double loss = reference.get("loss").asDouble();
                assertThat(epoch.loss()).isCloseTo(loss, within(RELATIVE * loss));
                assertThat(epoch.clean())
                        .isEqualTo(new Accuracy(reference.get("correct").asLong(), IMAGES));
            }
            assertThat(tuning.finished()).isTrue();
            assertThat(tuning.bestEpoch()).isEqualTo(expected.get("best").asInt());
            return tuning.fineTuned();
        }
    }

    /** The largest difference of a tensor, against its largest element. */
    private static void assertClose(Map<String, Safetensors.Tensor> found, Map<String, Safetensors.Tensor> expected) {
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, tensor) -> {
            if (tensor.type() == Safetensors.ElementType.I64) {
                assertThat(found.get(name).longs()).as(name).isEqualTo(tensor.longs());
                return;
            }
            float[] reference = tensor.floats();
            float[] values = found.get(name).floats();
            double largest = 0;
            double deviation = 0;
            for (int i = 0; i < reference.length; i++) {
                largest = Math.max(largest, Math.abs(reference[i]));
                deviation = Math.max(deviation, Math.abs((double) values[i] - reference[i]));
            }
            assertThat(deviation).as(name).isLessThan(RELATIVE * largest);
        });
    }

    private void assertTheRestIsTheStarts(Map<String, Safetensors.Tensor> fineTuned) {
        var before = GoldenNetwork.bytes(start.state());
        try (StateDict end = new WeightInterpolation(start.state(), fineTuned).state(1, manager)) {
            var after = GoldenNetwork.bytes(end);
            Set<String> changed = new HashSet<>(before.keySet());
            changed.removeIf(name -> before.get(name).equals(after.get(name)));
            assertThat(changed).isEqualTo(fineTuned.keySet());
        }
    }

    private void assertPath(Map<String, Safetensors.Tensor> fineTuned, JsonNode expected) {
        InterpolationPath path =
                new InterpolationPath(start.network(), new WeightInterpolation(start.state(), fineTuned));
        RobustAccuracy origin = path.origin(manager, this::measure);
        assertThat(expected).hasSize(11);
        for (JsonNode reference : expected) {
            InterpolationPoint found = path.at(reference.get("alpha").asDouble(), origin, manager, this::measure);
            Map<String, Double> figures = new HashMap<>();
            figures.put("clean", (double) found.clean().correct());
            figures.put("robust", (double) found.robust().correct());
            figures.put("clean points", found.cleanChange().points());
            figures.put("clean error", found.cleanChange().standardError());
            figures.put("robust points", found.robustChange().points());
            figures.put("robust error", found.robustChange().standardError());
            Map<String, Double> theirs = Map.of(
                    "clean", reference.get("clean").asDouble(),
                    "robust", reference.get("robust").asDouble(),
                    "clean points", reference.get("cleanChange").get(0).asDouble(),
                    "clean error", reference.get("cleanChange").get(1).asDouble(),
                    "robust points", reference.get("robustChange").get(0).asDouble(),
                    "robust error", reference.get("robustChange").get(1).asDouble());
            figures.forEach((name, figure) -> assertThat(figure)
                    .as("%s at α = %s", name, found.alpha())
                    .isCloseTo(theirs.get(name), within(1e-9)));
        }
    }

    private RobustAccuracy measure(Classifier classifier) {
        return RobustAccuracy.measure(classifier, PGD_10, images, Seed.of(0), manager, EvaluationListener.NONE);
    }
}
