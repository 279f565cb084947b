package io.faultline.poison;

import io.faultline.artifact.ArtifactException;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.dataset.DatasetManifest;
import io.faultline.dataset.RgbImage;
import io.faultline.dataset.Shard;
import io.faultline.poison.audit.ClassLeak;
import io.faultline.poison.audit.Leak;
import io.faultline.poison.audit.LeakAudit;
import io.faultline.poison.audit.LeakAuditPlan;
import io.faultline.poison.quality.ClassExamples;
import io.faultline.poison.quality.ClassQuality;
import io.faultline.poison.quality.ComparisonGrid;
import io.faultline.poison.quality.DatasetQuality;
import io.faultline.poison.quality.EffectiveFilters;
import io.faultline.poison.quality.ImagePair;
import io.faultline.poison.quality.QualityFinding.Severity;
import io.faultline.poison.quality.QualityGate;
import io.faultline.poison.quality.QualityLimits;
import io.faultline.poison.quality.QualityVerdict;
import io.faultline.recipe.CudaRecipe;
import io.faultline.recipe.Split;
import io.faultline.report.ClassQualityReport;
import io.faultline.report.ControlReport;
import io.faultline.report.DatasetReport;
import io.faultline.report.LeakReport;
import io.faultline.report.QualityFinding;
import io.faultline.worker.ProgressPhase;
import io.faultline.worker.StageContext;
import io.faultline.worker.WorkRejectedException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Makes a job's data set, and what belongs to it, out of the parts that its shards left. */
final class DatasetGathering {
    private static final long KIBIBYTE = 1 << 10;
    private static final int MEBIBYTE_BITS = 20;
    private static final int PICTURED_CLASSES = 20;
    private static final int PICTURED_IMAGES = 3;
    private static final int SHOWN_FINDINGS = 10;
    private static final int AUDITED_CLASSES = 10;

    private final PoisonPlan plan;
    private final List<ShardReport> parts;
    private final StageContext context;
    private final ShardFiles files;

    DatasetGathering(PoisonPlan plan, List<ShardReport> parts, StageContext context) {
        this.plan = plan;
        this.parts = parts;
        this.context = context;
        this.files = new ShardFiles(context.checkpoints(), parts.size());
    }

    /**
     * @param poison null for none
     * @param keyId null unless the filters come from the master key
     * @param insecure whether they come from a seed
     * @throws WorkRejectedException if the quality gate finds the protection broken
     */
    DatasetReport gather(CudaRecipe poison, String keyId, boolean insecure) {
        if (poison == null) {
            ArtifactRef clean = store(ArtifactKind.DATASET_CLEAN, null);
            return report(clean, null, false, DatasetQuality.none(classes()), List.of(), null, List.of(), List.of());
        }
        DatasetQuality quality = DatasetQuality.of(
                classes(),
                parts.stream().flatMap(part -> part.quality().stream()).toList());
        List<QualityFinding> findings = judge(quality);
        ArtifactRef cuda = store(ArtifactKind.DATASET_CUDA, new DatasetManifest.Protection("cuda", keyId, insecure));
        return report(
                cuda,
                keyId,
                insecure,
                quality,
                findings,
                pictures(quality),
                controls(poison),
                poison.leakAudit() ? audit() : List.of());
    }

    private int classes() {
        return plan.images().classes().size();
    }

    private DatasetReport report(
            ArtifactRef dataset,
            String keyId,
            boolean insecure,
            DatasetQuality quality,
            List<QualityFinding> findings,
            ArtifactRef pictures,
            List<ControlReport> controls,
            List<LeakReport> leaks) {
        long values = quality.classes().stream().mapToLong(ClassQuality::values).sum();
        long clipped = quality.classes().stream()
                .mapToLong(ClassQuality::clippedValues)
                .sum();
        return new DatasetReport(
                dataset,
                plan.images().classes(),
                plan.images().index(Split.TRAINING).size(),
                plan.images().index(Split.TEST).size(),
                parts.stream().mapToInt(ShardReport::protectedImages).sum(),
                keyId,
                insecure,
                values == 0 ? 0 : (double) clipped / values,
                quality.classes().stream()
                        .filter(measures -> measures.images() > 0)
                        .map(this::report)
                        .toList(),
                findings,
                pictures,
                controls,
                leaks);
    }

    private ClassQualityReport report(ClassQuality measures) {
        return new ClassQualityReport(
                plan.images().classes().get(measures.label()),
                measures.images(),
                finite(measures.meanPsnr()),
                finite(measures.meanSsim()),
                measures.clippedShare(),
                measures.flatImages());
    }

    private static Double finite(double value) {
        return Double.isFinite(value) ? Double.valueOf(value) : null;
    }

    private List<QualityFinding> judge(DatasetQuality quality) {
        if (plan.protectedPlaces().isEmpty()) {
            return List.of();
        }
        QualityVerdict verdict = new QualityGate(QualityLimits.defaults())
                .judge(
                        plan.images().classes(),
                        quality,
                        EffectiveFilters.of(plan.protection().filters()));
        if (verdict.broken()) {
            throw new WorkRejectedException(
                    "the protection is broken, nothing is published: "
                            + verdict.findings().stream()
                                    .filter(finding -> finding.severity() == Severity.BROKEN)
                                    .limit(SHOWN_FINDINGS)
                                    .map(io.faultline.poison.quality.QualityFinding::text)
                                    .collect(Collectors.joining(" · ")),
                    null);
        }
        return verdict.findings().stream()
                .map(finding -> new QualityFinding(false, finding.code().name(), finding.classes(), finding.text()))
                .toList();
    }

    private ArtifactRef store(ArtifactKind kind, DatasetManifest.Protection protection) {
        long bytes = parts.stream().mapToLong(ShardReport::bytes).sum();
        ProgressPhase phase = context.beginPhase("storing the data set", bytes / KIBIBYTE, "KiB");
        DatasetManifest manifest = DatasetManifest.of(plan.images(), protection, entries(ShardReport::images));
        try {
            return context.artifacts().write(kind, out -> plan.writer()
                    .assemble(manifest, plan.shards(), shard -> read(files.content(shard), phase), out));
        } catch (ArtifactException e) {
            throw new ArtifactException(
                    "the data set of about " + (bytes >> MEBIBYTE_BITS)
                            + " MiB, which needs as much room again as its shards, was not stored: " + e.getMessage(),
                    e);
        }
    }

    private List<DatasetManifest.Entry> entries(Function<ShardReport, List<DatasetManifest.Entry>> of) {
        return parts.stream().flatMap(part -> of.apply(part).stream()).toList();
    }

    private List<ControlReport> controls(CudaRecipe poison) {
        List<ControlReport> reports = new ArrayList<>();
        for (int control = 0; control < poison.controls().size(); control++) {
            reports.add(new ControlReport(poison.controls().get(control), storeControl(control)));
        }
        return reports;
    }

    private ArtifactRef storeControl(int control) {
        ProgressPhase phase = context.beginPhase("storing a control set", 0, "KiB");
        List<Integer> testShards = IntStream.range(0, parts.size())
                .filter(shard -> plan.shards().get(shard).split() == Split.TEST)
                .boxed()
                .toList();
        List<Shard> shards = Stream.concat(
                        testShards.stream()
                                .map(plan.shards()::get)
                                .map(shard -> new Shard(Split.TRAINING, shard.from(), shard.to())),
                        testShards.stream().map(plan.shards()::get))
                .toList();
        List<DatasetManifest.Entry> entries = Stream.concat(
                        testShards.stream()
                                .flatMap(shard -> parts.get(shard).controls().get(control).untouched().stream()),
                        testShards.stream()
                                .flatMap(shard -> parts.get(shard).controls().get(control).changed().stream()))
                .toList();
        IntFunction<InputStream> content = place -> read(
                place < testShards.size()
                        ? files.untouched(control, testShards.get(place))
                        : files.changed(control, testShards.get(place - testShards.size())),
                phase);
        DatasetManifest manifest = DatasetManifest.of(new ControlOutline(plan.images()), null, entries);
        return context.artifacts().write(ArtifactKind.DATASET_CONTROL, out -> plan.controlWriter()
                .assemble(manifest, shards, content, out));
    }

    /** What leaked pairs of the first classes with enough images would give away. */
    private List<LeakReport> audit() {
        if (plan.protection().filters().kernelSize() > LeakAudit.LARGEST_KERNEL) {
            throw new WorkRejectedException(
                    "poison.leakAudit is true and poison.kernelSize is "
                            + plan.protection().filters().kernelSize() + "; allowed with an audit: at most "
                            + LeakAudit.LARGEST_KERNEL,
                    null);
        }
        LeakAuditPlan supposed = LeakAuditPlan.defaults();
        LeakAudit audit = new LeakAudit(supposed);
        ProgressPhase phase = context.beginPhase("auditing leaks", Math.min(AUDITED_CLASSES, classes()), "classes");
        return IntStream.range(0, classes())
                .filter(label -> protectedOf(label).count() >= supposed.pairs())
                .limit(AUDITED_CLASSES)
                .boxed()
                .flatMap(label -> {
                    String name = plan.images().classes().get(label);
                    ClassLeak leak =
                            audit.audit(name, plan.protection().filters().drawn(label), pairs(label, supposed.pairs()));
                    phase.advance(1);
                    return leak.leaks().stream().map(pairs -> report(name, pairs));
                })
                .toList();
    }

    private static LeakReport report(String className, Leak leak) {
        return new LeakReport(
                className,
                leak.pairs(),
                leak.filter().largest(),
                leak.restoration().publishedPsnr(),
                finite(leak.restoration().restoredPsnr()),
                leak.text(className));
    }

    /** A few images of each class before and after; of very many classes, the first. */
    private ArtifactRef pictures(DatasetQuality quality) {
        List<ClassExamples> rows = IntStream.range(0, classes())
                .mapToObj(label -> new ClassExamples(
                        plan.images().classes().get(label),
                        quality.classes().get(label),
                        pairs(label, PICTURED_IMAGES)))
                .filter(row -> !row.examples().isEmpty())
                .limit(PICTURED_CLASSES)
                .toList();
        if (rows.isEmpty()) {
            return null;
        }
        byte[] png = ComparisonGrid.png(rows);
        return context.artifacts().write(ArtifactKind.REPORT, out -> out.write(png));
    }

    /** Places of a class's protected images. */
    private IntStream protectedOf(int label) {
        int[] labels = plan.images().index(Split.TRAINING).labels();
        return plan.protectedPlaces().stream().filter(place -> labels[place] == label);
    }

    /** A class's first protected images, before and after. */
    private List<ImagePair> pairs(int label, int most) {
        return protectedOf(label)
                .limit(most)
                .mapToObj(place -> {
                    context.throwIfStopped();
                    List<RgbImage> clean = plan.images().read(Split.TRAINING, new int[] {place});
                    return new ImagePair(
                            clean.get(0),
                            plan.publish(Split.TRAINING, place, clean).get(0));
                })
                .toList();
    }

    private InputStream read(String name, ProgressPhase phase) {
        return new FilterInputStream(files.open(name)) {
            private long bytes;

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                context.throwIfStopped();
                int count = in.read(target, offset, length);
                long before = bytes / KIBIBYTE;
                bytes += Math.max(0, count);
                phase.advance(bytes / KIBIBYTE - before);
                return count;
            }
        };
    }
}
