package io.faultline.rift.interpolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.Ratio;
import io.faultline.recipe.Seed;
import io.faultline.report.Accuracy;
import io.faultline.report.InterpolationPoint;
import io.faultline.report.PairedDifference;
import io.faultline.rift.GoldenNetwork;
import io.faultline.vision.evaluation.EvaluationListener;
import io.faultline.vision.evaluation.RobustAccuracy;
import io.faultline.vision.network.Checkpoint;
import io.faultline.vision.network.Classifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InterpolationPathTest {
    private static final AttackRecipe PGD_10 = new AttackRecipe(null, Ratio.of(4, 255), Ratio.of(1, 255), 10, 1, false);

    private final LabeledImages images = GoldenNetwork.cleanImages();
    private NDManager manager;
    private Checkpoint trained;
    private InterpolationPath path;

    @BeforeEach
    void load() {
        manager = NDManager.newBaseManager();
        trained = GoldenNetwork.checkpoint(manager);
        path = new InterpolationPath(
                trained.network(), new WeightInterpolation(trained.state(), GoldenNetwork.fineTuned()));
    }

    @AfterEach
    void free() {
        manager.close();
    }

    /** Reference: PyTorch 2.13.0, seed 5, written by src/test/python/rift_golden.py. */
    @Test
    void equalsPyTorchsRunAtEveryPoint() {
        // Given
        JsonNode expected = GoldenNetwork.expected().get("path");
        RobustAccuracy origin = path.origin(manager, this::measure);
        assertThat(expected).hasSize(11);

        for (JsonNode reference : expected) {
            // When
            InterpolationPoint found = path.at(reference.get("alpha").asDouble(), origin, manager, this::measure);

            // Then
            assertThat(found.clean())
                    .isEqualTo(new Accuracy(reference.get("clean").asLong(), 48));
            assertThat(found.robust())
                    .isEqualTo(new Accuracy(reference.get("robust").asLong(), 48));
            assertThat(found.cleanChange().points())
                    .isCloseTo(found.clean().percent() - origin.clean().percent(), within(1e-9));
        }
    }

    @Test
    void theStartIsNotMeasuredAgain() {
        // Given
        RobustAccuracy origin = path.origin(manager, this::measure);

        // When
        InterpolationPoint found = path.at(0, origin, manager, classifier -> {
            throw new AssertionError("measured again");
        });

        // Then
        assertThat(found)
                .isEqualTo(new InterpolationPoint(
                        0, origin.clean(), origin.robust(), new PairedDifference(0, 0), new PairedDifference(0, 0)));
    }

    @Test
    void leavesEveryWeightAndNoMemoryBehind() {
        // Given
        var before = GoldenNetwork.bytes(trained.state());
        RobustAccuracy origin = path.origin(manager, this::measure);
        int arrays = manager.getManagedArrays().size();

        // When
        path.at(0.5, origin, manager, this::measure);

        // Then
        assertThat(GoldenNetwork.bytes(trained.state())).isEqualTo(before);
        assertThat(manager.getManagedArrays()).hasSize(arrays);
    }

    private RobustAccuracy measure(Classifier classifier) {
        return RobustAccuracy.measure(classifier, PGD_10, images, Seed.of(0), manager, EvaluationListener.NONE);
    }
}
