package io.faultline.vision.evaluation;

import io.faultline.report.Accuracy;
import io.faultline.vision.attack.AttackFate;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Robust accuracy under AutoAttack.
 *
 * @param figures clean and robust, as of any attack
 * @param robustAfter after each attack in their order, from {@code MISCLASSIFIED} (none: the clean accuracy) to {@code SQUARE}
 * @param notes where the network does not admit the attack as published, each once
 */
public record AutoAttackAccuracy(RobustAccuracy figures, Map<AttackFate, Accuracy> robustAfter, Set<String> notes) {
    public AutoAttackAccuracy {
        robustAfter = Collections.unmodifiableMap(new EnumMap<>(robustAfter));
        notes = Collections.unmodifiableSet(new LinkedHashSet<>(notes));
    }

    /** @param shards all, in their order */
    static AutoAttackAccuracy of(List<ShardResult> shards) {
        Map<AttackFate, Accuracy> after = new EnumMap<>(AttackFate.class);
        Arrays.stream(AttackFate.values())
                .filter(fate -> fate != AttackFate.ROBUST)
                .forEach(fate -> after.put(
                        fate,
                        shards.stream()
                                .map(shard -> shard.robustAfter(fate))
                                .reduce(new Accuracy(0, 0), Accuracy::plus)));
        Set<String> notes = new LinkedHashSet<>();
        shards.forEach(shard -> notes.addAll(shard.notes()));
        return new AutoAttackAccuracy(
                RobustAccuracy.merged(shards.stream().map(ShardResult::figures).toList()), after, notes);
    }
}
