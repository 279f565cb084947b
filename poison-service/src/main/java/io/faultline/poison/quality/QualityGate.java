package io.faultline.poison.quality;

import io.faultline.poison.quality.QualityFinding.Code;
import io.faultline.poison.quality.QualityFinding.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Says whether a protected data set is fit to be published, class by class and as a whole. Only classes of which images were
 * measured are judged, so an unprotected class is none of its business. Its texts tell no entry of a filter.
 */
public final class QualityGate {
    private static final String CHECK_IMAGES =
            "Look at the class's pictures and check its images and the recipe's kernelSize " + "and blur.";

    /** Similar pairs that are named one by one: a thousand classes have half a million. */
    private static final int MOST_PAIRS = 10;

    private final QualityLimits limits;

    public QualityGate(QualityLimits limits) {
        this.limits = limits;
    }

    /**
     * Judges a data set.
     *
     * @param classes names, by label
     * @param quality of the published images
     * @param filters that they were made with
     * @throws IllegalArgumentException if the three are not of as many classes
     */
    public QualityVerdict judge(List<String> classes, DatasetQuality quality, EffectiveFilters filters) {
        if (quality.classes().size() != classes.size() || filters.classes() != classes.size()) {
            throw new IllegalArgumentException(classes.size() + " class names, measures of "
                    + quality.classes().size() + " classes, " + filters.classes()
                    + " filters; expected as many of each");
        }
        int[] measured = quality.classes().stream()
                .filter(measures -> measures.images() + measures.broken() > 0)
                .mapToInt(ClassQuality::label)
                .toArray();
        List<QualityFinding> findings = new ArrayList<>();
        if (measured.length == 0) {
            findings.add(new QualityFinding(
                    Severity.WARNING,
                    Code.NOTHING_MEASURED,
                    List.of(),
                    "no protected image",
                    "one at least",
                    "Raise the recipe's fraction or choose a class that has images."));
        }
        boolean universal = judgeWhole(measured, filters, findings);
        for (int label : measured) {
            judgeImages(classes.get(label), quality.classes().get(label), findings);
            judgeFilter(classes.get(label), label, filters, findings);
        }
        if (!universal) {
            judgeNeighbours(classes, measured, filters, findings);
        }
        return new QualityVerdict(findings);
    }

    /** Whether all filters are the same. */
    private boolean judgeWhole(int[] measured, EffectiveFilters filters, List<QualityFinding> findings) {
        if (measured.length < 2) {
            return false;
        }
        double least = IntStream.of(measured)
                .mapToDouble(label -> filters.cosine(measured[0], label))
                .min()
                .orElseThrow();
        if (least <= limits.largestCosine()) {
            return false;
        }
        findings.add(new QualityFinding(
                Severity.WARNING,
                Code.UNIVERSAL_FILTER,
                List.of(),
                "all " + measured.length + " classes have the same filter (least cosine " + number(least, 4) + ")",
                "a filter of its own for each class, cosine up to " + number(limits.largestCosine(), 4),
                "One filter for all protects nothing: the paper's control trains to 90.47 % on CIFAR-10, 94.66 % without. "
                        + "Use class-wise filters unless this is meant as a control."));
        return true;
    }

    private void judgeImages(String name, ClassQuality measures, List<QualityFinding> findings) {
        if (measures.broken() > 0) {
            findings.add(broken(
                    Code.NOT_FINITE,
                    name,
                    measures.broken() + " of " + (measures.images() + measures.broken())
                            + " images came out NaN or infinite",
                    "none",
                    "This is a fault of the program, not of the images; report it with the recipe."));
        }
        if (measures.images() == 0) {
            return;
        }
        judgeFlat(name, measures, findings);
        judgeEqual(name, measures, findings);
        judgeDistance(name, measures, findings);
        if (measures.clippedShare() > limits.largestClippedShare()) {
            findings.add(warning(
                    Code.CLIPPED_VALUES,
                    name,
                    percent(measures.clippedShare()) + " of the values became 0 or 255",
                    "up to " + percent(limits.largestClippedShare()),
                    CHECK_IMAGES));
        }
    }

    private void judgeFlat(String name, ClassQuality measures, List<QualityFinding> findings) {
        // a black image is flat too
        if (measures.flatImages() == 0 && measures.blackImages() == 0) {
            return;
        }
        long flat = Math.max(measures.flatImages(), measures.blackImages());
        double share = (double) flat / measures.images();
        findings.add(finding(
                share > limits.largestFlatShare() ? Severity.BROKEN : Severity.WARNING,
                Code.FLAT_IMAGES,
                name,
                flat + " of " + measures.images() + " images became flat, " + measures.blackImages() + " of them black",
                "up to " + percent(limits.largestFlatShare()) + ", with a warning",
                CHECK_IMAGES));
    }

    private void judgeEqual(String name, ClassQuality measures, List<QualityFinding> findings) {
        double share = (double) measures.equalImages() / measures.images();
        if (share > limits.largestEqualShare()) {
            boolean all = measures.equalImages() == measures.images();
            findings.add(
                    finding(
                            all ? Severity.BROKEN : Severity.WARNING,
                            Code.UNCHANGED_IMAGES,
                            name,
                            measures.equalImages() + " of " + measures.images()
                                    + " published images equal their original",
                            "up to " + percent(limits.largestEqualShare()),
                            "Nothing protects them. Raise the recipe's kernelSize and blur; images of one colour stay what they are."));
        }
    }

    private void judgeDistance(String name, ClassQuality measures, List<QualityFinding> findings) {
        // comparisons with NaN, of a class without such a measure, are false
        boolean destroyed = measures.meanPsnr() < limits.lowestPsnr() || measures.meanSsim() < limits.lowestSsim();
        boolean barely = measures.meanPsnr() > limits.highestPsnr() || measures.meanSsim() > limits.highestSsim();
        if (destroyed) {
            findings.add(broken(
                    Code.DESTROYED_IMAGES,
                    name,
                    distance(measures),
                    "from " + number(limits.lowestPsnr(), 1) + " dB and SSIM from " + number(limits.lowestSsim(), 2),
                    "Nobody can use such images. Lower the recipe's kernelSize or blur."));
        } else if (barely) {
            findings.add(warning(
                    Code.BARELY_CHANGED,
                    name,
                    distance(measures),
                    "up to " + number(limits.highestPsnr(), 1) + " dB and SSIM up to "
                            + number(limits.highestSsim(), 2),
                    "Little was done to them, so little protects them. Raise the recipe's kernelSize or blur."));
        }
    }

    private static void judgeFilter(String name, int label, EffectiveFilters filters, List<QualityFinding> findings) {
        if (filters.isIdentity(label)) {
            findings.add(broken(
                    Code.IDENTITY_FILTER,
                    name,
                    "the filter leaves images what they were, but for brightness",
                    "a filter with more than one entry above zero",
                    "Nothing protects the class. Raise the recipe's kernelSize above 1 and its blur above 0."));
        } else if (filters.onlyMoves(label)) {
            findings.add(warning(
                    Code.MOVED_ONLY,
                    name,
                    "the filter only moves images, it does not blur them",
                    "a filter with more than one entry above zero",
                    "Whoever crops the border takes the protection off. Raise the recipe's blur above 0."));
        }
    }

    private void judgeNeighbours(
            List<String> classes, int[] measured, EffectiveFilters filters, List<QualityFinding> findings) {
        List<Neighbours> near = new ArrayList<>();
        for (int i = 0; i < measured.length; i++) {
            for (int j = i + 1; j < measured.length; j++) {
                double cosine = filters.cosine(measured[i], measured[j]);
                if (cosine > limits.largestCosine()) {
                    near.add(new Neighbours(classes.get(measured[i]), classes.get(measured[j]), cosine));
                }
            }
        }
        near.sort(Comparator.comparingDouble(Neighbours::cosine).reversed());
        for (Neighbours pair : near.subList(0, Math.min(MOST_PAIRS, near.size()))) {
            findings.add(similar(
                    List.of(pair.one(), pair.other()),
                    "their filters are nearly the same (cosine " + number(pair.cosine(), 4) + ")"));
        }
        if (near.size() > MOST_PAIRS) {
            findings.add(similar(
                    List.of(),
                    near.size() + " pairs of classes have nearly the same filter, the nearest " + MOST_PAIRS
                            + " are named"));
        }
    }

    private QualityFinding similar(List<String> names, String measured) {
        return new QualityFinding(
                Severity.WARNING,
                Code.SIMILAR_FILTERS,
                names,
                measured,
                "cosine up to " + number(limits.largestCosine(), 4),
                "Where filters do not tell classes apart, a model learns to by the images. Raise the recipe's blur or "
                        + "kernelSize, or protect the data set under another key.");
    }

    private record Neighbours(String one, String other, double cosine) {}

    private static String distance(ClassQuality measures) {
        // of all equal images there is no PSNR, and the SSIM may not have been taken
        String psnr = Double.isNaN(measures.meanPsnr()) ? "" : "mean PSNR " + number(measures.meanPsnr(), 1) + " dB";
        String ssim = Double.isNaN(measures.meanSsim()) ? "" : "mean SSIM " + number(measures.meanSsim(), 3);
        return psnr + (psnr.isEmpty() || ssim.isEmpty() ? "" : ", ") + ssim;
    }

    private static QualityFinding broken(Code code, String name, String measured, String allowed, String remedy) {
        return finding(Severity.BROKEN, code, name, measured, allowed, remedy);
    }

    private static QualityFinding warning(Code code, String name, String measured, String allowed, String remedy) {
        return finding(Severity.WARNING, code, name, measured, allowed, remedy);
    }

    private static QualityFinding finding(
            Severity severity, Code code, String name, String measured, String allowed, String remedy) {
        return new QualityFinding(severity, code, List.of(name), measured, allowed, remedy);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    private static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
