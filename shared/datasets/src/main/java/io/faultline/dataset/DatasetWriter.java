package io.faultline.dataset;

import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Split;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes a data set as an uncompressed tar in the form it came in, with {@code manifest.json} beside the images, at once or
 * shard by shard. What {@link DatasetReader} reads back equals what was written: ids, labels, classes, their order, and, where the
 * encoding is lossless, the pixels.
 *
 * <p>The bytes are a pure function of the images, the manifest and the encoding, however the images are cut into shards: no
 * times, no owners. So the digest of a written data set names its content.
 */
public final class DatasetWriter {
    private static final int CIFAR10_BATCHES = 5;

    private final ImageSource outline;
    private final ImageEncoding encoding;

    /**
     * @param outline says what the images are called and which class each is of; its own pixels are not read
     * @param encoding of the images; CIFAR's forms hold bare pixels and pay no heed to it
     */
    public DatasetWriter(ImageSource outline, ImageEncoding encoding) {
        this.outline = outline;
        this.encoding = encoding;
    }

    /**
     * Writes a whole data set, losslessly.
     *
     * @param out is flushed and not closed
     * @throws UncheckedIOException if {@code out} fails
     * @throws IllegalArgumentException if the manifest is of another data set, or the images do not fit their form
     */
    public static void write(ImageDataset dataset, DatasetManifest manifest, OutputStream out) {
        ImageSource source = new ImagesInMemory(dataset);
        DatasetManifest checked = DatasetManifest.of(source, manifest.protection(), manifest.images());
        DatasetWriter writer = new DatasetWriter(source, ImageEncoding.png());
        List<Shard> shards = Shard.cut(dataset.train().size(), dataset.test().size(), Integer.MAX_VALUE);
        writer.assemble(
                checked,
                shards,
                place -> {
                    ByteArrayOutputStream content = new ByteArrayOutputStream();
                    ShardWriter shard = writer.open(shards.get(place), content);
                    source.forEachWindow(shards.get(place), (first, images) -> shard.write(images));
                    shard.finish();
                    return new ByteArrayInputStream(content.toByteArray());
                },
                out);
    }

    /** The content of one shard, which {@link #assemble} needs later. Takes the images in their order. */
    public final class ShardWriter {
        private final Shard shard;
        private final OutputStream out;
        private final DeterministicTar tar;
        private int next;

        private ShardWriter(Shard shard, OutputStream out) {
            this.shard = shard;
            this.out = out;
            this.tar = new DeterministicTar(out);
            this.next = shard.from();
        }

        /**
         * @throws UncheckedIOException if the stream fails
         * @throws IllegalArgumentException for more images than the shard has, or one that does not fit the form
         */
        public void write(List<RgbImage> images) {
            if (images.size() > shard.to() - next) {
                throw new IllegalArgumentException(
                        "images up to place " + (next + images.size()) + "; the shard ends before " + shard.to());
            }
            int first = next;
            List<byte[]> encoded = IntStream.range(0, images.size())
                    .parallel()
                    .mapToObj(i -> isCifar() ? cifarRecord(first + i, images.get(i)) : encoding.encode(images.get(i)))
                    .toList();
            try {
                for (byte[] bytes : encoded) {
                    if (isCifar()) {
                        out.write(bytes);
                    } else {
                        tar.put(path(shard.split(), next), bytes);
                    }
                    next++;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /**
         * Ends the content; without it the content is not whole.
         *
         * @throws IllegalStateException if images are missing
         */
        public void finish() {
            if (next != shard.to()) {
                throw new IllegalStateException("the shard's images end at place " + next + " of " + shard.to());
            }
            try {
                tar.endSegment();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private byte[] cifarRecord(int place, RgbImage image) {
            return DatasetWriter.this.cifarRecord(shard.split(), place, image);
        }
    }

    /** @param out is flushed and not closed */
    public ShardWriter open(Shard shard, OutputStream out) {
        return new ShardWriter(shard, out);
    }

    /**
     * Puts shards together.
     *
     * @param shards all of the data set's, in order
     * @param content opens what a {@link ShardWriter} wrote of the shard at a place in that list
     * @param out is flushed and not closed
     * @throws UncheckedIOException if a stream fails
     */
    public void assemble(
            DatasetManifest manifest, List<Shard> shards, IntFunction<InputStream> content, OutputStream out) {
        try (DeterministicTar tar = new DeterministicTar(out)) {
            String root =
                    switch (outline.form()) {
                        case CIFAR10_BINARY -> "cifar-10-batches-bin/";
                        case CIFAR100_BINARY -> "cifar-100-binary/";
                        case IMAGE_FOLDER, TINY_IMAGENET -> "";
                    };
            tar.put(root + DatasetManifest.FILE, FaultlineJson.mapper().writeValueAsBytes(manifest));
            Contents contents = new Contents(tar, shards, content);
            switch (outline.form()) {
                case CIFAR10_BINARY -> assembleCifar10(root, tar, contents);
                case CIFAR100_BINARY -> assembleCifar100(root, tar, contents);
                case IMAGE_FOLDER -> {
                    contents.putSegments(Split.TRAINING);
                    contents.putSegments(Split.TEST);
                }
                case TINY_IMAGENET -> assembleTinyImageNet(manifest, tar, contents);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The shards' contents on their way into the tar. */
    private record Contents(DeterministicTar tar, List<Shard> shards, IntFunction<InputStream> content) {
        void putSegments(Split split) throws IOException {
            for (int i = 0; i < shards.size(); i++) {
                if (shards.get(i).split() == split) {
                    try (InputStream segment = content.apply(i)) {
                        tar.putSegment(segment);
                    }
                }
            }
        }

        /** Records of some images as one file; a shard may reach over its ends. */
        void putRecords(String path, Split split, int from, int to, int recordBytes) throws IOException {
            tar.begin(path, (long) (to - from) * recordBytes);
            for (int i = 0; i < shards.size(); i++) {
                Shard shard = shards.get(i);
                int first = Math.max(from, shard.from());
                int last = Math.min(to, shard.to());
                if (shard.split() == split && first < last) {
                    try (InputStream records = content.apply(i)) {
                        records.skipNBytes((long) (first - shard.from()) * recordBytes);
                        tar.append(new FirstBytes(records, (long) (last - first) * recordBytes));
                    }
                }
            }
            tar.end();
        }
    }

    private void assembleTinyImageNet(DatasetManifest manifest, DeterministicTar tar, Contents contents)
            throws IOException {
        putLines(tar, TinyImageNetFolder.WNIDS, outline.classes());
        putLines(
                tar,
                TinyImageNetFolder.WORDS,
                IntStream.range(0, outline.classes().size())
                        .mapToObj(label -> outline.classes().get(label) + "\t"
                                + outline.descriptions().get(label))
                        .toList());
        contents.putSegments(Split.TRAINING);
        putLines(
                tar,
                "val/" + TinyImageNetFolder.ANNOTATIONS,
                manifest.images().stream()
                        .filter(entry -> entry.split() == Split.TEST)
                        .map(entry -> TinyImageNetFolder.annotation(
                                entry.id(), outline.classes().get(entry.label()), entry.height(), entry.width()))
                        .toList());
        contents.putSegments(Split.TEST);
    }

    private void assembleCifar10(String root, DeterministicTar tar, Contents contents) throws IOException {
        putLines(tar, root + CifarImageSource.namesFile(outline.form()), outline.classes());
        int record = recordBytes();
        int size = outline.index(Split.TRAINING).size();
        int batches = Math.min(CIFAR10_BATCHES, size);
        for (int i = 0; i < batches; i++) {
            int from = (int) ((long) size * i / batches);
            int to = (int) ((long) size * (i + 1) / batches);
            contents.putRecords(root + "data_batch_" + (i + 1) + ".bin", Split.TRAINING, from, to, record);
        }
        contents.putRecords(
                root + "test_batch.bin",
                Split.TEST,
                0,
                outline.index(Split.TEST).size(),
                record);
    }

    private void assembleCifar100(String root, DeterministicTar tar, Contents contents) throws IOException {
        putLines(tar, root + CifarImageSource.namesFile(outline.form()), outline.classes());
        putLines(tar, root + CifarImageSource.COARSE_NAMES_FILE, coarse());
        int record = recordBytes();
        contents.putRecords(
                root + "train.bin",
                Split.TRAINING,
                0,
                outline.index(Split.TRAINING).size(),
                record);
        contents.putRecords(
                root + "test.bin", Split.TEST, 0, outline.index(Split.TEST).size(), record);
    }

    private boolean isCifar() {
        return outline.form() == DatasetForm.CIFAR10_BINARY || outline.form() == DatasetForm.CIFAR100_BINARY;
    }

    private int recordBytes() {
        return CifarImageSource.labelBytes(outline.form()) + CifarImageSource.PIXEL_BYTES;
    }

    private List<String> coarse() {
        return outline.descriptions().stream().sorted().distinct().toList();
    }

    /** An image as CIFAR's record; a superclass goes before the label where there is one. */
    private byte[] cifarRecord(Split split, int place, RgbImage image) {
        if (image.height() != CifarImageSource.SIDE || image.width() != CifarImageSource.SIDE) {
            throw new IllegalArgumentException(
                    "image " + outline.index(split).ids().get(place) + " is " + image.height() + "×" + image.width()
                            + "; CIFAR's form holds 32×32 only");
        }
        int label = outline.index(split).labels()[place];
        byte[] record = new byte[recordBytes()];
        int planes = CifarImageSource.labelBytes(outline.form());
        record[planes - 1] = (byte) label;
        if (planes > 1) {
            record[0] = (byte) coarse().indexOf(outline.descriptions().get(label));
        }
        for (int pixel = 0; pixel < CifarImageSource.PLANE; pixel++) {
            for (int channel = 0; channel < 3; channel++) {
                record[planes + channel * CifarImageSource.PLANE + pixel] = image.pixels()[3 * pixel + channel];
            }
        }
        return record;
    }

    private String path(Split split, int place) {
        String id = outline.index(split).ids().get(place);
        String className = outline.classes().get(outline.index(split).labels()[place]);
        boolean train = split == Split.TRAINING;
        if (outline.form() == DatasetForm.TINY_IMAGENET) {
            return train ? TinyImageNetFolder.trainPath(className, id) : TinyImageNetFolder.testPath(id);
        }
        return ImageFolder.path(train ? "train" : "test", className, id, encoding.extension());
    }

    private static void putLines(DeterministicTar tar, String path, List<String> lines) throws IOException {
        String text = lines.stream().collect(Collectors.joining("\n", "", "\n"));
        tar.put(path, text.getBytes(StandardCharsets.UTF_8));
    }

    private static final class FirstBytes extends FilterInputStream {
        private long left;

        FirstBytes(InputStream in, long count) {
            super(in);
            this.left = count;
        }

        @Override
        public int read() throws IOException {
            throw new UnsupportedOperationException("read by buffers only");
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = left == 0 ? -1 : in.read(bytes, offset, (int) Math.min(length, left));
            left -= Math.max(count, 0);
            return count;
        }
    }
}
