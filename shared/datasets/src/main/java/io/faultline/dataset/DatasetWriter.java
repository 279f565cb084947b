package io.faultline.dataset;

import io.faultline.json.FaultlineJson;
import io.faultline.recipe.Split;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes a data set as an uncompressed tar in the form it came in, with {@code manifest.json} beside the images. What {@link
 * DatasetReader} reads back equals what was written: pixels, labels, ids, classes and their order.
 *
 * <p>The bytes are a pure function of the data set and its manifest, on every machine and JDK: no times, no owners, PNG
 * without compression. So the digest of a written data set names its content.
 */
public final class DatasetWriter {
    private static final int CIFAR10_BATCHES = 5;
    private static final int IMAGES_AT_ONCE = 1024;

    private final ImageDataset dataset;
    private final DeterministicTar tar;

    private DatasetWriter(ImageDataset dataset, DeterministicTar tar) {
        this.dataset = dataset;
        this.tar = tar;
    }

    /**
     * @param out is flushed and not closed
     * @throws UncheckedIOException if {@code out} fails
     * @throws IllegalArgumentException if the manifest is of another data set, or the images do not fit their form
     */
    public static void write(ImageDataset dataset, DatasetManifest manifest, OutputStream out) {
        refuseForeign(dataset, manifest);
        try (DeterministicTar tar = new DeterministicTar(out)) {
            new DatasetWriter(dataset, tar).write(manifest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(DatasetManifest manifest) throws IOException {
        String root =
                switch (dataset.form()) {
                    case CIFAR10_BINARY -> "cifar-10-batches-bin/";
                    case CIFAR100_BINARY -> "cifar-100-binary/";
                    case IMAGE_FOLDER, TINY_IMAGENET -> "";
                };
        tar.put(root + DatasetManifest.FILE, FaultlineJson.mapper().writeValueAsBytes(manifest));
        switch (dataset.form()) {
            case CIFAR10_BINARY -> writeCifar10(root);
            case CIFAR100_BINARY -> writeCifar100(root);
            case IMAGE_FOLDER -> writeImageFolder();
            case TINY_IMAGENET -> writeTinyImageNet();
        }
    }

    private void writeImageFolder() throws IOException {
        putImages(
                dataset.train(), i -> ImageFolder.path("train", className(dataset.train(), i), id(dataset.train(), i)));
        putImages(dataset.test(), i -> ImageFolder.path("test", className(dataset.test(), i), id(dataset.test(), i)));
    }

    private void writeTinyImageNet() throws IOException {
        putLines(TinyImageNetFolder.WNIDS, dataset.classes());
        putLines(
                TinyImageNetFolder.WORDS,
                IntStream.range(0, dataset.classes().size())
                        .mapToObj(label -> dataset.classes().get(label) + "\t"
                                + dataset.descriptions().get(label))
                        .toList());
        LabeledImages train = dataset.train();
        LabeledImages test = dataset.test();
        putImages(train, i -> TinyImageNetFolder.trainPath(className(train, i), id(train, i)));
        putLines(
                "val/" + TinyImageNetFolder.ANNOTATIONS,
                IntStream.range(0, test.size())
                        .mapToObj(i -> TinyImageNetFolder.annotation(
                                id(test, i), className(test, i), test.images().get(i)))
                        .toList());
        putImages(test, i -> TinyImageNetFolder.testPath(id(test, i)));
    }

    private void writeCifar10(String root) throws IOException {
        putLines(root + CifarImageSource.namesFile(dataset.form()), dataset.classes());
        int size = dataset.train().size();
        int batches = Math.min(CIFAR10_BATCHES, size);
        for (int i = 0; i < batches; i++) {
            int from = (int) ((long) size * i / batches);
            int to = (int) ((long) size * (i + 1) / batches);
            tar.put(root + "data_batch_" + (i + 1) + ".bin", cifarRecords(dataset.train(), from, to, new int[0]));
        }
        tar.put(
                root + "test_batch.bin",
                cifarRecords(dataset.test(), 0, dataset.test().size(), new int[0]));
    }

    private void writeCifar100(String root) throws IOException {
        List<String> coarse =
                dataset.descriptions().stream().sorted().distinct().toList();
        int[] coarseOfFine =
                dataset.descriptions().stream().mapToInt(coarse::indexOf).toArray();
        putLines(root + CifarImageSource.namesFile(dataset.form()), dataset.classes());
        putLines(root + CifarImageSource.COARSE_NAMES_FILE, coarse);
        tar.put(
                root + "train.bin",
                cifarRecords(dataset.train(), 0, dataset.train().size(), coarseOfFine));
        tar.put(
                root + "test.bin",
                cifarRecords(dataset.test(), 0, dataset.test().size(), coarseOfFine));
    }

    /** Images as CIFAR's records; a superclass goes before the label where there is one. */
    private static byte[] cifarRecords(LabeledImages images, int from, int to, int[] coarseOfFine) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int i = from; i < to; i++) {
            RgbImage image = images.images().get(i);
            if (image.height() != CifarImageSource.SIDE || image.width() != CifarImageSource.SIDE) {
                throw new IllegalArgumentException("image " + images.ids().get(i) + " is " + image.height() + "×"
                        + image.width() + "; CIFAR's form holds 32×32 only");
            }
            if (coarseOfFine.length > 0) {
                records.write(coarseOfFine[images.labels()[i]]);
            }
            records.write(images.labels()[i]);
            byte[] planes = new byte[CifarImageSource.PIXEL_BYTES];
            for (int pixel = 0; pixel < CifarImageSource.PLANE; pixel++) {
                for (int channel = 0; channel < 3; channel++) {
                    planes[channel * CifarImageSource.PLANE + pixel] = image.pixels()[3 * pixel + channel];
                }
            }
            records.writeBytes(planes);
        }
        return records.toByteArray();
    }

    private void putImages(LabeledImages images, IntFunction<String> path) throws IOException {
        for (int from = 0; from < images.size(); from += IMAGES_AT_ONCE) {
            int to = Math.min(from + IMAGES_AT_ONCE, images.size());
            List<byte[]> encoded = IntStream.range(from, to)
                    .parallel()
                    .mapToObj(i -> PngImage.encode(images.images().get(i)))
                    .toList();
            for (int i = from; i < to; i++) {
                tar.put(path.apply(i), encoded.get(i - from));
            }
        }
    }

    private void putLines(String path, List<String> lines) throws IOException {
        String text = lines.stream().collect(Collectors.joining("\n", "", "\n"));
        tar.put(path, text.getBytes(StandardCharsets.UTF_8));
    }

    private String className(LabeledImages images, int place) {
        return dataset.classes().get(images.labels()[place]);
    }

    private static String id(LabeledImages images, int place) {
        return images.ids().get(place);
    }

    private static void refuseForeign(ImageDataset dataset, DatasetManifest manifest) {
        boolean fits = manifest.form() == dataset.form()
                && manifest.classes().equals(dataset.classes())
                && manifest.images().size()
                        == dataset.train().size() + dataset.test().size()
                && lists(manifest, 0, Split.TRAINING, dataset.train())
                && lists(manifest, dataset.train().size(), Split.TEST, dataset.test());
        if (!fits) {
            throw new IllegalArgumentException(
                    "the manifest is of another data set; make it from the one that is written");
        }
    }

    private static boolean lists(DatasetManifest manifest, int offset, Split split, LabeledImages images) {
        return IntStream.range(0, images.size()).allMatch(i -> {
            DatasetManifest.Entry entry = manifest.images().get(offset + i);
            return entry.split() == split
                    && entry.id().equals(images.ids().get(i))
                    && entry.label() == images.labels()[i];
        });
    }
}
