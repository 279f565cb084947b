package io.faultline.trainer.probe;

import io.faultline.recipe.Seed;
import io.faultline.report.Accuracy;
import io.faultline.trainer.probe.ProbeReport.Verdict;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.hipparchus.special.Beta;

/**
 * Answers "was this model trained on my protected data?" from its predictions alone. A model that was is right about
 * images through their own class's filter, and wrong through another's (Sadasivan et al., CVPR 2023, Sec. 5.2: 99.91 % and 2.53 %); to
 * a model that was not, one filter is as good as another. Two tests must agree:
 *
 * <ul>
 *   <li><b>By images</b>: the exact one-sided McNemar test. Of the b images that are right through their own filter only and
 *       the c that are so through the next class's only, P(Bin(b + c, ½) ≥ b).
 *   <li><b>By classes</b>, since images of a class share one filter: to an innocent model some filter may suit some class by
 *       chance, and then a thousand images of it are no thousand witnesses. What is random for such a model is which class
 *       got which filter.
 *       <ul>
 *         <li>With all pairs of class and filter: the permutation test. Of {@value #PERMUTATIONS} random assignments of filters to
 *             classes, the share that is right as often as the true one, which itself counts as one.
 *         <li>With fewer: the exact sign test over ⌊K/2⌋ classes, every second, that share no filter: a class counts as won if its own
 *             filter is right more often than the next class's, and not at all if as often.
 *       </ul>
 * </ul>
 *
 * <p>Either of the class tests calls an innocent model trained with at most the level's probability whatever its accuracies
 * are, as long as the classes' filters were drawn alike and independently; asking for both tests can only lower that.
 * The intervals are those for other images under the same filters.
 */
public final class TrainingProbe {
    static final int PERMUTATIONS = 9_999;
    /** Trials whose binomial coefficients times the number of trials still fit a long. */
    private static final int MOST_COUNTED = 56;

    private final double level;
    private final Seed seed;

    /**
     * @param level largest probability of calling an innocent model trained, above 0 and below 1
     * @param seed of the permutations
     */
    public TrainingProbe(double level, Seed seed) {
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("error level is " + level + "; expected more than 0 and less than 1");
        }
        this.level = level;
        this.seed = seed;
    }

    public ProbeReport examine(ProbePredictions predictions) {
        int[] labels = predictions.labels();
        Pairs permuted =
                Pairs.of(labels, predictions.own(), predictions.permuted().get(0));
        Pairs clean = Pairs.of(labels, predictions.own(), predictions.clean());
        double byImages = binomialTail(permuted.onlyFirst(), permuted.onlyFirst() + permuted.onlySecond());
        boolean complete = predictions.permuted().size() == predictions.classes() - 1;
        double byClasses = complete ? permutationTest(predictions) : signTest(predictions);
        double best = complete
                ? Math.max(1.0 / (PERMUTATIONS + 1), 1 / factorial(predictions.classes()))
                : Math.pow(0.5, predictions.classes() / 2);
        Verdict verdict = best > level
                ? Verdict.TOO_FEW_CLASSES
                : byImages <= level && byClasses <= level ? Verdict.TRAINED_ON_IT : Verdict.NO_EVIDENCE;
        return new ProbeReport(
                clean.second(),
                permuted.first(),
                permuted.second(),
                permuted.onlyFirst(),
                permuted.onlySecond(),
                byImages,
                permuted.difference(),
                clean.difference(),
                byClasses,
                best,
                level,
                verdict);
    }

    /**
     * P(Bin(trials, ½) ≥ successes), which is the regularised incomplete beta function I_½(successes, trials − successes + 1).
     * Of few trials it is counted out: 2⁻ⁿ is often the level itself, and then the last digit decides.
     */
    static double binomialTail(long successes, long trials) {
        if (successes == 0) {
            return 1;
        }
        return trials <= MOST_COUNTED
                ? countedTail(successes, trials)
                : Beta.regularizedBeta(0.5, successes, trials - successes + 1.0);
    }

    /** Σ C(trials, i) for i from {@code successes}, over 2^trials, all of them whole numbers. */
    private static double countedTail(long successes, long trials) {
        long ways = 1;
        long sum = 0;
        for (long i = trials; i >= successes; i--) {
            sum += ways;
            ways = ways * i / (trials - i + 1);
        }
        return (double) sum / (1L << trials);
    }

    private double permutationTest(ProbePredictions predictions) {
        long[][] right = rightByClassAndFilter(predictions);
        long observed = IntStream.range(0, right.length)
                .mapToLong(label -> right[label][label])
                .sum();
        SplittableRandom random = seed.derive("filter-permutations").generator();
        int[] filters = IntStream.range(0, right.length).toArray();
        int asGood = 1;
        for (int i = 0; i < PERMUTATIONS; i++) {
            shuffle(filters, random);
            long sum = 0;
            for (int label = 0; label < right.length; label++) {
                sum += right[label][filters[label]];
            }
            asGood += sum >= observed ? 1 : 0;
        }
        return asGood / (PERMUTATIONS + 1.0);
    }

    private static double signTest(ProbePredictions predictions) {
        long[][] right = rightByClassAndFilter(predictions);
        long won = 0;
        long lost = 0;
        for (int label = 0; label + 1 < right.length; label += 2) {
            int sign = Long.compare(right[label][label], right[label][label + 1]);
            won += sign > 0 ? 1 : 0;
            lost += sign < 0 ? 1 : 0;
        }
        return binomialTail(won, won + lost);
    }

    /** Images of a class that are right through a filter; zero where there are no predictions. */
    private static long[][] rightByClassAndFilter(ProbePredictions predictions) {
        int classes = predictions.classes();
        long[][] right = new long[classes][classes];
        count(predictions, predictions.own(), 0, right);
        for (int shift = 1; shift <= predictions.permuted().size(); shift++) {
            count(predictions, predictions.permuted().get(shift - 1), shift, right);
        }
        return right;
    }

    private static void count(ProbePredictions predictions, int[] answers, int shift, long[][] right) {
        for (int i = 0; i < answers.length; i++) {
            int label = predictions.labels()[i];
            if (answers[i] == label) {
                right[label][(label + shift) % right.length]++;
            }
        }
    }

    private static void shuffle(int[] values, SplittableRandom random) {
        for (int i = values.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int value = values[other];
            values[other] = values[i];
            values[i] = value;
        }
    }

    private static double factorial(int n) {
        return IntStream.rangeClosed(2, n).asDoubleStream().reduce(1, (one, other) -> one * other);
    }

    /** The same images under two conditions. */
    private record Pairs(long both, long onlyFirst, long onlySecond, long neither) {
        static Pairs of(int[] labels, int[] first, int[] second) {
            long[] counts = new long[4];
            for (int i = 0; i < labels.length; i++) {
                counts[(first[i] == labels[i] ? 0 : 2) + (second[i] == labels[i] ? 0 : 1)]++;
            }
            return new Pairs(counts[0], counts[1], counts[2], counts[3]);
        }

        Accuracy first() {
            return new Accuracy(both + onlyFirst, images());
        }

        Accuracy second() {
            return new Accuracy(both + onlySecond, images());
        }

        AccuracyDifference difference() {
            return AccuracyDifference.paired(both, onlyFirst, onlySecond, neither);
        }

        private long images() {
            return both + onlyFirst + onlySecond + neither;
        }
    }
}
