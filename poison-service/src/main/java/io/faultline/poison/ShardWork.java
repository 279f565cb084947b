package io.faultline.poison;

import io.faultline.dataset.DatasetManifest;
import io.faultline.dataset.DatasetWriter;
import io.faultline.dataset.ImageIndex;
import io.faultline.dataset.RgbImage;
import io.faultline.dataset.Shard;
import io.faultline.poison.quality.ClassQuality;
import io.faultline.poison.quality.ImagePair;
import io.faultline.recipe.Split;
import io.faultline.worker.Checkpoints;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** The work on one shard: its images are read, published, measured and written window by window. */
final class ShardWork {
    private final PoisonPlan plan;
    private final int number;
    private final Shard shard;
    private final BitSet similarityPlaces;
    private final Checkpoints checkpoints;
    private final ShardFiles files;
    private final IntConsumer listener;
    private final List<DatasetManifest.Entry> entries = new ArrayList<>();
    private final Map<Integer, ClassQuality> quality = new TreeMap<>();
    private long bytes;
    private int protectedImages;

    /**
     * @param similarityPlaces of the training images whose SSIM is taken
     * @param listener hears of each window's number of images; what it throws ends the work
     */
    ShardWork(PoisonPlan plan, int number, BitSet similarityPlaces, Checkpoints checkpoints, IntConsumer listener) {
        this.plan = plan;
        this.number = number;
        this.shard = plan.shards().get(number);
        this.similarityPlaces = similarityPlaces;
        this.checkpoints = checkpoints;
        this.files = new ShardFiles(checkpoints, plan.shards().size());
        this.listener = listener;
    }

    /** Leaves the shard's content, and of test images those of the controls, among the checkpoints. */
    ShardReport run() {
        List<ShardReport.ControlImages> controls = new ArrayList<>();
        int wanted = shard.split() == Split.TEST && plan.protection() != null
                ? plan.protection().controls().size()
                : 0;
        for (int control = 0; control < wanted; control++) {
            controls.add(writeControl(control));
        }
        // last, since its presence tells that the shard is done
        checkpoints.write(files.content(number), this::writeContent);
        return new ShardReport(entries, bytes, protectedImages, List.copyOf(quality.values()), controls);
    }

    private void writeContent(OutputStream out) {
        Counted counted = new Counted(out);
        DatasetWriter.ShardWriter content = plan.writer().open(shard, counted);
        plan.images().forEachWindow(shard, (first, clean) -> {
            List<RgbImage> published = plan.publish(shard.split(), first, clean);
            content.write(published);
            measure(first, clean, published);
            entries.addAll(entries(shard.split(), first, published, true));
            listener.accept(clean.size());
        });
        content.finish();
        bytes = counted.count;
    }

    private ShardReport.ControlImages writeControl(int control) {
        List<DatasetManifest.Entry> untouched = new ArrayList<>();
        List<DatasetManifest.Entry> changed = new ArrayList<>();
        DatasetWriter writer = plan.controlWriter();
        checkpoints.write(files.untouched(control, number), cleanOut -> {
            DatasetWriter.ShardWriter cleanWriter =
                    writer.open(new Shard(Split.TRAINING, shard.from(), shard.to()), cleanOut);
            checkpoints.write(files.changed(control, number), changedOut -> {
                DatasetWriter.ShardWriter changedWriter = writer.open(shard, changedOut);
                plan.images().forEachWindow(shard, (first, clean) -> {
                    List<RgbImage> images = plan.control(control, first, clean);
                    cleanWriter.write(clean);
                    changedWriter.write(images);
                    untouched.addAll(entries(Split.TRAINING, first, clean, false));
                    changed.addAll(entries(Split.TEST, first, images, false));
                    listener.accept(0);
                });
                changedWriter.finish();
            });
            cleanWriter.finish();
        });
        return new ShardReport.ControlImages(untouched, changed);
    }

    /** @param split that the images are written in */
    private List<DatasetManifest.Entry> entries(Split split, int first, List<RgbImage> images, boolean published) {
        ImageIndex index = plan.images().index(shard.split());
        return IntStream.range(0, images.size())
                .parallel()
                .mapToObj(i -> DatasetManifest.Entry.of(
                        split,
                        index.ids().get(first + i),
                        index.labels()[first + i],
                        published && plan.isProtected(split, first + i),
                        images.get(i)))
                .toList();
    }

    private void measure(int first, List<RgbImage> clean, List<RgbImage> published) {
        List<ClassQuality> measures = IntStream.range(0, clean.size())
                .parallel()
                .filter(i -> plan.isProtected(shard.split(), first + i))
                .mapToObj(i -> {
                    int label = plan.label(shard.split(), first + i);
                    ImagePair pair = new ImagePair(clean.get(i), published.get(i));
                    return similarityPlaces.get(first + i)
                            ? ClassQuality.of(label, pair)
                            : ClassQuality.ofLevels(label, pair);
                })
                .toList();
        measures.forEach(one -> quality.merge(one.label(), one, ClassQuality::plus));
        protectedImages += measures.size();
    }

    private static final class Counted extends FilterOutputStream {
        private long count;

        Counted(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
            count++;
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            out.write(source, offset, length);
            count += length;
        }
    }
}
