package io.faultline.vision.evaluation;

import io.faultline.report.Accuracy;
import io.faultline.vision.attack.AttackFate;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * What AutoAttack did to one shard of a data set: small, of plain values, so that it can be kept as JSON and an evaluation goes on
 * from the shards that are done.
 *
 * @param shard its number, from 0
 * @param from place of its first image in the data
 * @param fates of its images, in their order
 * @param radius the attack's ε
 * @param largestDistance how far any attack moved an image, in its norm
 * @param lowestPixel that any attack left
 * @param highestPixel that any attack left
 * @param changedAnswers how many final images were answered otherwise when they were stored and scored again
 * @param notes where the network does not admit the attack as published
 */
public record ShardResult(
        int shard,
        int from,
        List<AttackFate> fates,
        double radius,
        double largestDistance,
        double lowestPixel,
        double highestPixel,
        int changedAnswers,
        List<String> notes) {
    public ShardResult {
        fates = List.copyOf(fates);
        notes = List.copyOf(notes);
    }

    /**
     * The images still labelled right after the attacks up to one.
     *
     * @param last the last attack that counts; {@code MISCLASSIFIED} for none: the clean accuracy
     */
    public Accuracy robustAfter(AttackFate last) {
        long robust = fates.stream().filter(fate -> fate.compareTo(last) > 0).count();
        return new Accuracy(robust, fates.size());
    }

    RobustAccuracy figures() {
        return new RobustAccuracy(
                robustAfter(AttackFate.MISCLASSIFIED),
                robustAfter(AttackFate.SQUARE),
                radius,
                largestDistance,
                lowestPixel,
                highestPixel,
                changedAnswers,
                places(fate -> fate != AttackFate.MISCLASSIFIED),
                places(fate -> fate == AttackFate.ROBUST));
    }

    private List<Integer> places(Predicate<AttackFate> counted) {
        return IntStream.range(0, fates.size())
                .filter(i -> counted.test(fates.get(i)))
                .mapToObj(i -> from + i)
                .toList();
    }
}
