package io.faultline.poison;

import io.faultline.dataset.DatasetManifest;
import io.faultline.dataset.DatasetWriter;
import io.faultline.dataset.ImageEncoding;
import io.faultline.dataset.ImageIndex;
import io.faultline.dataset.RgbImage;
import io.faultline.dataset.Shard;
import io.faultline.poison.cuda.ConvolvedImage;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** The work on one shard: its images are read, published and written window by window. */
final class ShardWork {
    private final PoisonPlan plan;
    private final Shard shard;
    private final List<DatasetManifest.Entry> entries = new ArrayList<>();
    private long bytes;
    private int protectedImages;
    private long clippedValues;
    private long protectedValues;

    ShardWork(PoisonPlan plan, Shard shard) {
        this.plan = plan;
        this.shard = shard;
    }

    /**
     * Writes the shard's content.
     *
     * @param listener hears of each window's number of images; what it throws ends the work
     */
    void write(OutputStream out, IntConsumer listener) {
        DatasetWriter writer = new DatasetWriter(plan.images(), ImageEncoding.png());
        Counted counted = new Counted(out);
        DatasetWriter.ShardWriter shardWriter = writer.open(shard, counted);
        plan.images().forEachWindow(shard, (first, clean) -> {
            List<ConvolvedImage> published = plan.publish(shard.split(), first, clean);
            shardWriter.write(published.stream().map(ConvolvedImage::image).toList());
            count(first, published);
            listener.accept(clean.size());
        });
        shardWriter.finish();
        bytes = counted.count;
    }

    ShardReport report() {
        return new ShardReport(entries, bytes, protectedImages, clippedValues, protectedValues);
    }

    private void count(int first, List<ConvolvedImage> published) {
        ImageIndex index = plan.images().index(shard.split());
        entries.addAll(IntStream.range(0, published.size())
                .parallel()
                .mapToObj(i -> DatasetManifest.Entry.of(
                        shard.split(),
                        index.ids().get(first + i),
                        index.labels()[first + i],
                        plan.isProtected(shard.split(), first + i),
                        published.get(i).image()))
                .toList());
        for (int i = 0; i < published.size(); i++) {
            if (plan.isProtected(shard.split(), first + i)) {
                RgbImage image = published.get(i).image();
                protectedImages++;
                clippedValues += published.get(i).clipped();
                protectedValues += image.pixels().length;
            }
        }
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
