package io.faultline.vision.training;

import io.faultline.recipe.AugmentationRecipe;
import io.faultline.recipe.FineTuningRecipe;
import io.faultline.recipe.ScheduleRecipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.SgdRecipe;
import io.faultline.recipe.StartRecipe.Tuned;
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
 * @param steps how weights follow gradients
 * @param epochs at most, see {@link CheckpointSelection}
 * @param batchSize images that the network is run on at a time
 * @param averaging of the weights that are measured and stored
 * @param seed of data order, augmentation and attack, each by epoch
 */
public record TrainingPlan(
        NormalizedNetwork network,
        List<String> trained,
        BatchNormMode batchNorms,
        LossSettings loss,
        StepSettings steps,
        int epochs,
        int batchSize,
        WeightAveraging averaging,
        CheckpointSelection selection,
        AugmentationRecipe augmentation,
        Seed seed) {
    // RiFT's script: a tenth of the rate for the second half of the epochs
    private static final double FINE_TUNING_DROP = 0.1;

    public TrainingPlan {
        trained = List.copyOf(trained);
        boolean needsLayers =
                loss.orthogonality() > 0 || loss.weightPerturbation().radius() > 0;
        if (needsLayers && layers(network, trained).isEmpty()) {
            throw new IllegalArgumentException("of " + trained
                    + " none is a weight of a convolution or linear layer, of which orthogonality and the perturbation of"
                    + " weights need at least one; train one, or leave these out");
        }
    }

    /**
     * How weights follow gradients.
     *
     * @param clipNorm largest joint length of the gradients; infinite for no limit
     * @param schedule of the learning rate, which starts at the optimiser's, or leads up to it
     * @param accumulation batches whose gradients make one step, from 1: k batches of n make the step of one batch of kn, batch
     *     norms apart, which see n
     */
    public record StepSettings(
            Optimizer.Settings optimizer, double clipNorm, ScheduleRecipe schedule, int accumulation) {
        public StepSettings {
            if (!(clipNorm > 0)) {
                throw new IllegalArgumentException("clipNorm is " + clipNorm + "; allowed: above 0");
            }
            if (accumulation < 1) {
                throw new IllegalArgumentException("accumulation is " + accumulation + " batches; allowed: 1 or more");
            }
        }

        /** The steps of a recipe. */
        static StepSettings of(TrainingRecipe recipe) {
            return new StepSettings(
                    recipe.adamW() == null ? MomentumSgd.Settings.of(recipe.sgd()) : AdamW.Settings.of(recipe.adamW()),
                    recipe.clipNorm() == null ? Double.POSITIVE_INFINITY : recipe.clipNorm(),
                    recipe.schedule(),
                    recipe.accumulation());
        }

        /** Stochastic gradient descent, a step per batch. */
        public static StepSettings of(SgdRecipe sgd, ScheduleRecipe schedule) {
            double limit = sgd.clipNorm() == null ? Double.POSITIVE_INFINITY : sgd.clipNorm();
            return new StepSettings(MomentumSgd.Settings.of(sgd), limit, schedule, 1);
        }
    }

    /** The training of a recipe: of the whole network, or of its last layer alone. */
    public static TrainingPlan of(NormalizedNetwork network, TrainingRecipe recipe, Seed seed) {
        boolean lastLayer = recipe.start() != null && recipe.start().tuned() == Tuned.LAST;
        return new TrainingPlan(
                network,
                lastLayer ? network.head() : network.parameters(),
                lastLayer ? BatchNormMode.RUNNING_STATISTICS : BatchNormMode.BATCH_STATISTICS,
                LossSettings.of(recipe),
                StepSettings.of(recipe),
                recipe.epochs(),
                recipe.batchSize(),
                recipe.averaging() == null ? WeightAveraging.NONE : new WeightAveraging(recipe.averaging()),
                CheckpointSelection.of(recipe.selection()),
                recipe.augmentation(),
                seed);
    }

    /**
     * The training of some modules' weights on clean images (Zhu et al., ICCV 2023, Eq. 8).
     *
     * @param modules whose weights move, and not their biases; empty where only running statistics do
     */
    public static TrainingPlan fineTuning(
            NormalizedNetwork network,
            List<NamedModule> modules,
            FineTuningRecipe recipe,
            AugmentationRecipe augmentation,
            Seed seed) {
        BatchNormMode batchNorms =
                switch (recipe.batchNorm()) {
                    case FROZEN -> BatchNormMode.RUNNING_STATISTICS;
                    case MOVING -> BatchNormMode.BATCH_STATISTICS;
                };
        List<Integer> half = recipe.epochs() < 2 ? List.of() : List.of(recipe.epochs() / 2);
        return new TrainingPlan(
                network,
                modules.stream().map(NamedModule::weight).toList(),
                batchNorms,
                LossSettings.of(new EmpiricalRisk()),
                StepSettings.of(recipe.sgd(), new ScheduleRecipe.Step(half, FINE_TUNING_DROP)),
                recipe.epochs(),
                recipe.batchSize(),
                WeightAveraging.NONE,
                CheckpointSelection.LAST,
                augmentation,
                seed);
    }

    /** The same with another loss. */
    public TrainingPlan with(LossSettings other) {
        return new TrainingPlan(
                network,
                trained,
                batchNorms,
                other,
                steps,
                epochs,
                batchSize,
                averaging,
                selection,
                augmentation,
                seed);
    }

    /** The same with other steps. */
    public TrainingPlan with(StepSettings other) {
        return new TrainingPlan(
                network, trained, batchNorms, loss, other, epochs, batchSize, averaging, selection, augmentation, seed);
    }

    /** The same with another average. */
    public TrainingPlan with(WeightAveraging other) {
        return new TrainingPlan(
                network, trained, batchNorms, loss, steps, epochs, batchSize, other, selection, augmentation, seed);
    }

    /** The same with another selection. */
    public TrainingPlan with(CheckpointSelection other) {
        return new TrainingPlan(
                network, trained, batchNorms, loss, steps, epochs, batchSize, averaging, other, augmentation, seed);
    }

    /** The weights of convolutions and linear layers that are trained. */
    List<String> layers() {
        return layers(network, trained);
    }

    private static List<String> layers(NormalizedNetwork network, List<String> trained) {
        return network.modules().modules().stream()
                .map(NamedModule::weight)
                .filter(trained::contains)
                .toList();
    }
}
