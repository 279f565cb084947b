package io.faultline.recipe;

import static io.faultline.recipe.Bounds.between;
import static io.faultline.recipe.Bounds.orElse;

/**
 * How a classifier is trained and measured.
 *
 * @param architecture ResNet-18 where none is given
 * @param width channels of the first stage; 64 where none is given (the papers' networks), fewer for small machines
 * @param objective ERM where none is given
 * @param attack what adversarial training defends against; PGD-10 at 8/255 where none is given, unused by ERM
 * @param evaluationAttack what robust accuracy is measured with; the training's attack, or PGD-10, where none is given
 * @param epochs 30 where none is given
 * @param batchSize 128 where none is given
 * @param sgd PyTorch's SGD with the papers' values where none is given
 * @param schedule cosine where none is given
 * @param augmentation crop with 4 pixels of padding and flip where none is given
 * @param normalization CIFAR-10's statistics where none is given
 * @param validationFraction share of each class's training images held out to choose by; 0.1 where none is given
 */
public record TrainingRecipe(
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
    public TrainingRecipe {
        architecture = orElse(architecture, Architecture.RESNET18);
        width = between("width", orElse(width, 64), 1, 1024);
        objective = orElse(objective, Objective.ERM);
        attack = orElse(attack, AttackRecipe.PGD_10);
        evaluationAttack = orElse(evaluationAttack, objective == Objective.ADVERSARIAL ? attack : AttackRecipe.PGD_10);
        epochs = between("epochs", orElse(epochs, 30), 1, 10_000);
        batchSize = between("batchSize", orElse(batchSize, 128), 2, 65_536);
        sgd = orElse(sgd, new SgdRecipe(null, null, null, null));
        schedule = orElse(schedule, new ScheduleRecipe.Cosine());
        augmentation = orElse(augmentation, new AugmentationRecipe(null, null));
        normalization = orElse(normalization, Normalization.CIFAR10);
        validationFraction = between("validationFraction", orElse(validationFraction, 0.1), 0.01, 0.5);
    }
}
