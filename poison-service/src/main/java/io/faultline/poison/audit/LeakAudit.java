package io.faultline.poison.audit;

import io.faultline.poison.quality.ImagePair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Measures what leaked pairs give away: somebody who has a few originals beside their published images recovers the class's
 * filter by least squares ({@link RecoveredFilter}), takes it off the class's other images ({@link Deconvolution}), and
 * guesses their brightness from the leaked originals'. Nothing more clever is tried, so the numbers are a lower bound of the
 * danger.
 *
 * @implNote Work and memory per pair grow with k⁴ times the pixels and k⁴, hence the largest kernel.
 */
public final class LeakAudit {
    /** Above it the audit would take minutes per class. */
    public static final int LARGEST_KERNEL = 15;

    private static final double BRIGHT = 0.999;
    private static final double HIGHEST_LEVEL = 255;

    private final LeakAuditPlan plan;

    public LeakAudit(LeakAuditPlan plan) {
        this.plan = plan;
    }

    /**
     * Audits one class.
     *
     * @param className for the report
     * @param filter the true one, k² entries row by row, which the recovered ones are measured against; neither kept nor told
     * @param pairs of the class: the first ones leak, the last ones are held back; at least {@link LeakAuditPlan#pairs()}, and
     *     none of those taken black
     * @throws IllegalArgumentException if there are too few pairs, k is not odd or above {@value #LARGEST_KERNEL}, or a pair
     *     that was to leak is black
     */
    public ClassLeak audit(String className, double[] filter, List<ImagePair> pairs) {
        int kernelSize = kernelSize(filter);
        if (pairs.size() < plan.pairs()) {
            throw new IllegalArgumentException("class " + className + " has " + pairs.size()
                    + " pairs; the audit takes " + plan.pairs() + " (" + plan.mostPairs() + " to leak and "
                    + plan.heldBack() + " to restore)");
        }
        List<Planes> leaked =
                pairs.subList(0, plan.mostPairs()).stream().map(Planes::of).toList();
        List<PairEquations> equations = new ArrayList<>();
        for (Planes planes : leaked) {
            if (planes.isBlack()) {
                throw new IllegalArgumentException("pair " + equations.size() + " of class " + className
                        + " is black and tells nothing; leave it out");
            }
            equations.add(PairEquations.of(planes, kernelSize));
        }
        List<Planes> others = pairs.subList(pairs.size() - plan.heldBack(), pairs.size()).stream()
                .map(Planes::of)
                .toList();
        List<Leak> leaks = new ArrayList<>();
        for (int count : plan.pairCounts()) {
            RecoveredFilter recovered = RecoveredFilter.from(equations.subList(0, count));
            leaks.add(new Leak(
                    count,
                    FilterError.between(recovered.entries(), filter),
                    restore(recovered, leaked.subList(0, count), others)));
        }
        return new ClassLeak(className, kernelSize, leaks);
    }

    private static int kernelSize(double[] filter) {
        int kernelSize = (int) Math.round(Math.sqrt(filter.length));
        if (kernelSize * kernelSize != filter.length || kernelSize % 2 == 0 || kernelSize > LARGEST_KERNEL) {
            throw new IllegalArgumentException(
                    "filter has " + filter.length + " entries; expected k² of an odd k up to " + LARGEST_KERNEL);
        }
        return kernelSize;
    }

    private static Restoration restore(RecoveredFilter recovered, List<Planes> leaked, List<Planes> others) {
        Deconvolution deconvolution = new Deconvolution(recovered.entries(), roughness(recovered, leaked));
        double brightness = brightness(leaked);
        MeanSquare published = new MeanSquare();
        MeanSquare restored = new MeanSquare();
        MeanSquare publishedStructure = new MeanSquare();
        MeanSquare restoredStructure = new MeanSquare();
        for (Planes planes : others) {
            List<double[]> unscaled = planes.published().stream()
                    .map(plane ->
                            deconvolution.restore(shifted(plane, recovered.offset()), planes.height(), planes.width()))
                    .toList();
            published.add(planes.original(), planes.published(), 1);
            restored.add(planes.original(), unscaled, brightness / bright(unscaled));
            publishedStructure.add(
                    planes.original(), planes.published(), bestScale(planes.original(), planes.published()));
            restoredStructure.add(planes.original(), unscaled, bestScale(planes.original(), unscaled));
        }
        return new Restoration(
                others.size(),
                published.value(),
                restored.value(),
                publishedStructure.value(),
                restoredStructure.value());
    }

    /** Mean square of the differences between neighbours in the leaked originals, at the published scale. */
    private static double roughness(RecoveredFilter recovered, List<Planes> leaked) {
        double squares = 0;
        long count = 0;
        for (int pair = 0; pair < leaked.size(); pair++) {
            Planes planes = leaked.get(pair);
            double scale = recovered.scales()[pair];
            for (double[] plane : planes.original()) {
                for (int i = 1; i < plane.length; i++) {
                    if (i % planes.width() != 0) {
                        double difference = scale * (plane[i] - plane[i - 1]);
                        squares += difference * difference;
                        count++;
                    }
                }
            }
        }
        // flat originals tell no roughness; half a level is as smooth as bytes can tell
        return Math.max(0.25, squares / Math.max(1, count));
    }

    /**
     * What the originals' brightest values are supposed to be: the mean over those that leaked and one that uses the whole
     * range, as most photographs nearly do, which keeps a single dark one from misleading.
     */
    private static double brightness(List<Planes> leaked) {
        double sum =
                leaked.stream().mapToDouble(planes -> bright(planes.original())).sum();
        return (sum + HIGHEST_LEVEL) / (leaked.size() + 1);
    }

    /** The level that all but one value in a thousand stay below: near the highest, where a few outliers do not count. */
    private static double bright(List<double[]> planes) {
        double[] sorted =
                planes.stream().flatMapToDouble(DoubleStream::of).sorted().toArray();
        return sorted[(int) (BRIGHT * (sorted.length - 1))];
    }

    private static double[] shifted(double[] plane, double offset) {
        return Arrays.stream(plane).map(level -> level + offset).toArray();
    }

    /** Of least squares. */
    private static double bestScale(List<double[]> original, List<double[]> other) {
        double product = 0;
        double squares = 0;
        for (int plane = 0; plane < original.size(); plane++) {
            for (int i = 0; i < original.get(plane).length; i++) {
                product += original.get(plane)[i] * other.get(plane)[i];
                squares += other.get(plane)[i] * other.get(plane)[i];
            }
        }
        return squares == 0 ? 0 : product / squares;
    }

    /** Of the difference between originals and images made bytes. */
    private static final class MeanSquare {
        private double squares;
        private long values;

        void add(List<double[]> original, List<double[]> other, double scale) {
            for (int plane = 0; plane < original.size(); plane++) {
                for (int i = 0; i < original.get(plane).length; i++) {
                    double level = Math.rint(Math.max(0, Math.min(HIGHEST_LEVEL, scale * other.get(plane)[i])));
                    double difference = level - original.get(plane)[i];
                    squares += difference * difference;
                    values++;
                }
            }
        }

        double value() {
            return squares / values;
        }
    }
}
