package io.faultline.trainer;

import ai.djl.ndarray.NDManager;
import io.faultline.recipe.Objective;
import io.faultline.recipe.Recipe;
import io.faultline.report.Accuracy;
import io.faultline.vision.batch.SplitImages;
import io.faultline.vision.evaluation.CleanAccuracy;
import io.faultline.vision.evaluation.EvaluationListener;
import io.faultline.vision.evaluation.LawCheck;
import io.faultline.vision.evaluation.RobustAccuracy;
import io.faultline.vision.network.Classifier;
import io.faultline.vision.network.NormalizedNetwork;
import io.faultline.vision.network.StateDict;
import io.faultline.worker.ProgressPhase;
import io.faultline.worker.StageContext;
import java.util.List;

/**
 * What a trained network reaches on the test split, which nothing was chosen by.
 *
 * @param robust under the recipe's evaluation attack; null unless the training was adversarial
 * @param suspicions laws that a figure broke
 */
record FinalMeasurement(Accuracy clean, Accuracy robust, List<String> suspicions) {
    static FinalMeasurement of(
            NormalizedNetwork network,
            StateDict weights,
            SplitImages data,
            Recipe recipe,
            StageContext context,
            NDManager manager) {
        ProgressPhase phase =
                context.beginPhase("measuring on the test split", data.test().size(), "images");
        EvaluationListener listener = phase::advance;
        try (NDManager scope = manager.newSubManager()) {
            Classifier folded = network.folded(weights, scope);
            Classifier classifier = images -> {
                context.throwIfStopped();
                return folded.logits(images);
            };
            if (recipe.training().objective() != Objective.ADVERSARIAL) {
                return new FinalMeasurement(
                        CleanAccuracy.measure(classifier, data.test(), manager, listener), null, List.of());
            }
            RobustAccuracy measured = RobustAccuracy.measure(
                    classifier,
                    recipe.training().evaluationAttack(),
                    data.test(),
                    recipe.seed().derive("evaluation"),
                    manager,
                    listener);
            return new FinalMeasurement(measured.clean(), measured.robust(), LawCheck.of(measured));
        }
    }
}
