package io.faultline.vision.training;

import io.faultline.recipe.AugmentationRecipe;
import io.faultline.recipe.FineTuningRecipe;
import io.faultline.recipe.ScheduleRecipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SgdRecipe;
import io.faultline.recipe.TrainingRecipe;
import io.faultline.vision.network.BatchNormMode;
import io.faultline.vision.network.NamedModule;
import io.faultline.vision.network.NormalizedNetwork;
import java.util.List;

/**
 * Everything a training is determined by, but for the data and the weights it starts from.
 *
 * @param trained names of the tensors that move; all others stay as they are, running statistics excepted
 * @param batchNorms whether batches are normalised by, and move, their own statistics
 * @param schedule of the learning rate, which starts at the optimiser's
 * @param seed of data order, augmentation and attack, each by epoch
 */
public record TrainingPlan(
        NormalizedNetwork network,
        List<String> trained,
        BatchNormMode batchNorms,
        Risk risk,
        SgdRecipe sgd,
        ScheduleRecipe schedule,
        int epochs,
        int batchSize,
        AugmentationRecipe augmentation,
        Seed seed) {
    // RiFT's script: a tenth of the rate for the second half of the epochs
    private static final double FINE_TUNING_DROP = 0.1;

    public TrainingPlan {
        trained = List.copyOf(trained);
    }

    /** The training of a whole network. */
    public static TrainingPlan of(NormalizedNetwork network, TrainingRecipe recipe, Seed seed) {
        return new TrainingPlan(
                network,
                network.parameters(),
                BatchNormMode.BATCH_STATISTICS,
                Risk.of(recipe),
                recipe.sgd(),
                recipe.schedule(),
                recipe.epochs(),
                recipe.batchSize(),
                recipe.augmentation(),
                seed);
    }

    /** The training of one module's weight on clean images (Zhu et al., ICCV 2023, Eq. 8). */
    public static TrainingPlan fineTuning(
            NormalizedNetwork network,
            NamedModule module,
            BatchNormMode batchNorms,
            FineTuningRecipe recipe,
            AugmentationRecipe augmentation,
            Seed seed) {
        List<Integer> half = recipe.epochs() < 2 ? List.of() : List.of(recipe.epochs() / 2);
        return new TrainingPlan(
                network,
                List.of(module.weight()),
                batchNorms,
                new EmpiricalRisk(),
                recipe.sgd(),
                new ScheduleRecipe.Step(half, FINE_TUNING_DROP),
                recipe.epochs(),
                recipe.batchSize(),
                augmentation,
                seed);
    }
}
