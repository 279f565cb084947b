package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How a classifier is trained and measured.
 *
 * @param architecture ResNet-18 where none is given
 * @param width of the network, by which small machines can have a small one; the architecture's own where none is given, see
 *     {@link Architecture}
 * @param depth of a family that has more than one; the architecture's own where none is given, null for all others
 * @param start weights to start from; null for fresh ones
 * @param objective ERM where none is given
 * @param loss the objective's usual one where none is given
 * @param attack what adversarial training defends against; PGD-10 at 8/255 where none is given, unused by ERM and DAT
 * @param epochs 30 where none is given; 0, with a start, to measure it as it is
 * @param batchSize 128 where none is given
 * @param accumulation batches of which the gradients make one step; 1 where none is given
 * @param sgd PyTorch's SGD with the papers' values where neither is given; null with AdamW
 * @param adamW null with SGD
 * @param schedule cosine where none is given
 * @param averaging share of the averaged weights that each step keeps, for weights that are measured as a running mean; null for the
 *     weights themselves
 * @param augmentation crop with 4 pixels of padding and flip where none is given
 * @param normalization CIFAR-10's statistics where none is given
 * @param validationFraction share of each class's training images held out to choose by; 0.1 where none is given
 * @param selection the last epoch where none is given
 * @param evaluationAttack what robust accuracy is measured with; the training's attack, or PGD-10, where none is given
 * @param evaluation further measurements at the end; null for none
 * @param device any where none is given
 */
public record TrainingRecipe(
        Architecture architecture,
        Integer width,
        Integer depth,
        StartRecipe start,
        Objective objective,
        LossRecipe loss,
        AttackRecipe attack,
        Integer epochs,
        Integer batchSize,
        Integer accumulation,
        SgdRecipe sgd,
        AdamWRecipe adamW,
        ScheduleRecipe schedule,
        Double averaging,
        AugmentationRecipe augmentation,
        Normalization normalization,
        Double validationFraction,
        SelectionRecipe selection,
        AttackRecipe evaluationAttack,
        EvaluationRecipe evaluation,
        DevicePreference device) {
    private static final double LARGEST_AVERAGING = 0.999999;

    @JsonCreator
    public TrainingRecipe(
            @JsonProperty("architecture") Architecture architecture,
            @JsonProperty("width") Integer width,
            @JsonProperty("depth") Integer depth,
            @JsonProperty("start") StartRecipe start,
            @JsonProperty("objective") Objective objective,
            @JsonProperty("loss") LossRecipe loss,
            @JsonProperty("attack") AttackRecipe attack,
            @JsonProperty("epochs") Integer epochs,
            @JsonProperty("batchSize") Integer batchSize,
            @JsonProperty("accumulation") Integer accumulation,
            @JsonProperty("sgd") SgdRecipe sgd,
            @JsonProperty("adamW") AdamWRecipe adamW,
            @JsonProperty("schedule") ScheduleRecipe schedule,
            @JsonProperty("averaging") Double averaging,
            @JsonProperty("augmentation") AugmentationRecipe augmentation,
            @JsonProperty("normalization") Normalization normalization,
            @JsonProperty("validationFraction") Double validationFraction,
            @JsonProperty("selection") SelectionRecipe selection,
            @JsonProperty("evaluationAttack") AttackRecipe evaluationAttack,
            @JsonProperty("evaluation") EvaluationRecipe evaluation,
            @JsonProperty("device") DevicePreference device) {
        this.architecture = orElse(architecture, Architecture.RESNET18);
        this.width = this.architecture.width(width);
        this.depth = this.architecture.depth(depth);
        this.start = start;
        this.objective = orElse(objective, Objective.ERM);
        this.loss = orElse(loss, new LossRecipe(null, null, null, null, null)).of(this.objective);
        this.attack = orElse(attack, AttackRecipe.PGD_10);
        this.epochs = between("epochs", orElse(epochs, 30), start == null ? 1 : 0, 10_000);
        this.batchSize = between("batchSize", orElse(batchSize, 128), 2, 65_536);
        this.accumulation = between("accumulation", orElse(accumulation, 1), 1, 65_536);
        if (sgd != null && adamW != null) {
            throw new InvalidRecipeException("adamW", "given together with sgd", "one of the two");
        }
        this.sgd = adamW == null ? orElse(sgd, new SgdRecipe(null, null, null, null)) : null;
        this.adamW = adamW;
        this.schedule = orElse(schedule, new ScheduleRecipe.Cosine());
        if (this.schedule instanceof ScheduleRecipe.Cosine cosine
                && cosine.warmupEpochs() > 0
                && cosine.warmupEpochs() >= this.epochs) {
            throw new InvalidRecipeException(
                    "schedule.warmupEpochs",
                    cosine.warmupEpochs(),
                    "a whole number below the number of epochs, " + this.epochs);
        }
        this.averaging = averaging == null ? null : (Double) between("averaging", averaging, 0, LARGEST_AVERAGING);
        this.augmentation = orElse(augmentation, new AugmentationRecipe(null, null));
        this.normalization = orElse(normalization, Normalization.CIFAR10);
        this.validationFraction = between("validationFraction", orElse(validationFraction, 0.1), 0.01, 0.5);
        this.selection = orElse(selection, new SelectionRecipe(null, null, null));
        this.evaluationAttack = orElse(evaluationAttack, this.objective.robust() ? this.attack : AttackRecipe.PGD_10);
        this.evaluation = evaluation;
        this.device = orElse(device, DevicePreference.ANY);
    }

    /** A training from fresh weights to the last epoch's, by SGD. */
    public TrainingRecipe(
            Architecture architecture,
            Integer width,
            Objective objective,
            AttackRecipe attack,
            AttackRecipe evaluationAttack,
            Integer epochs,
            Integer batchSize,
            SgdRecipe sgd,
            ScheduleRecipe schedule,
            AugmentationRecipe augmentation,
            Normalization normalization,
            Double validationFraction) {
        this(
                architecture,
                width,
                null,
                null,
                objective,
                null,
                attack,
                epochs,
                batchSize,
                null,
                sgd,
                null,
                schedule,
                null,
                augmentation,
                normalization,
                validationFraction,
                null,
                evaluationAttack,
                null,
                null);
    }

    /** The rate that the schedule starts from. */
    public double learningRate() {
        return adamW == null ? sgd.learningRate() : adamW.learningRate();
    }

    /** The largest global norm of the gradients; null for no limit. */
    public Double clipNorm() {
        return adamW == null ? sgd.clipNorm() : adamW.clipNorm();
    }

    /** Whether robust accuracy is measured. */
    public boolean measuresRobustness() {
        return objective.robust() || selection.by().robust() || (start != null && epochs == 0);
    }
}
