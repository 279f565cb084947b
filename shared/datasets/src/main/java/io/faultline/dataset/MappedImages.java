package io.faultline.dataset;

import io.faultline.recipe.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;
import java.util.stream.IntStream;

/**
 * Decoded images in a file that is mapped into memory: a data set that is larger than the heap can be drawn from in any order, as
 * fast as the operating system keeps its pages.
 *
 * @implNote the file is deleted when it is mapped, or at the process's end where the system does not allow that; its pages live as
 *     long as an image list refers to them
 */
final class MappedImages extends AbstractList<RgbImage> implements RandomAccess {
    // one mapping takes less than 2 GiB
    private static final int SEGMENT = 1 << 30;
    private static final int BUFFER = 1 << 20;

    private final List<MappedByteBuffer> segments;
    private final Places all;
    private final int[] chosen;

    private MappedImages(List<MappedByteBuffer> segments, Places all, int[] chosen) {
        this.segments = segments;
        this.all = all;
        this.chosen = chosen;
    }

    /** Where each image of a split lies, and how large it is. */
    private record Places(int[] segment, int[] offset, int[] height, int[] width) {
        Places(int images) {
            this(new int[images], new int[images], new int[images], new int[images]);
        }
    }

    /**
     * Decodes all images of a source into a file.
     *
     * @param directory of the file, which must have room for three bytes per pixel
     * @throws InvalidDatasetException naming the image that cannot be decoded
     * @throws UncheckedIOException if there is no room
     */
    static ImageDataset of(ImageSource source, Path directory, ReadProgress progress) {
        return of(source, directory, SEGMENT, progress);
    }

    /** @param segment the most bytes of one mapping that has more than one image */
    static ImageDataset of(ImageSource source, Path directory, int segment, ReadProgress progress) {
        ImageIndex train = source.index(Split.TRAINING);
        ImageIndex test = source.index(Split.TEST);
        Places trainPlaces = new Places(train.size());
        Places testPlaces = new Places(test.size());
        List<MappedByteBuffer> segments = write(source, directory, segment, trainPlaces, testPlaces, progress);
        return new ImageDataset(
                source.form(),
                source.classes(),
                source.descriptions(),
                new LabeledImages(train.ids(), train.labels(), whole(segments, trainPlaces)),
                new LabeledImages(test.ids(), test.labels(), whole(segments, testPlaces)));
    }

    private static MappedImages whole(List<MappedByteBuffer> segments, Places places) {
        return new MappedImages(
                segments, places, IntStream.range(0, places.segment().length).toArray());
    }

    private static List<MappedByteBuffer> write(
            ImageSource source, Path directory, int segment, Places train, Places test, ReadProgress progress) {
        try {
            Path file = Files.createTempFile(directory, "faultline-images", ".rgb");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                Writer writer = new Writer(channel, segment);
                source.forEach(
                        (split, place, image) -> writer.add(split == Split.TRAINING ? train : test, place, image),
                        progress);
                return writer.map();
            } finally {
                delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the decoded images cannot be kept in " + directory + ": " + e.getMessage(), e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException mapped) {
            // some systems keep a file that is mapped
            file.toFile().deleteOnExit();
        }
    }

    /** Writes image after image; none lies across two segments. */
    private static final class Writer {
        private final FileChannel channel;
        private final int segment;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        private final List<Long> starts = new ArrayList<>(List.of(0L));
        private long end;

        Writer(FileChannel channel, int segment) {
            this.channel = channel;
            this.segment = segment;
        }

        void add(Places places, int place, RgbImage image) {
            long start = starts.get(starts.size() - 1);
            if (end + image.pixels().length - start > segment && end > start) {
                start = end;
                starts.add(start);
            }
            places.segment()[place] = starts.size() - 1;
            places.offset()[place] = Math.toIntExact(end - start);
            places.height()[place] = image.height();
            places.width()[place] = image.width();
            write(image.pixels());
            end += image.pixels().length;
        }

        private void write(byte[] pixels) {
            int from = 0;
            while (from < pixels.length) {
                if (!buffer.hasRemaining()) {
                    flush();
                }
                int length = Math.min(pixels.length - from, buffer.remaining());
                buffer.put(pixels, from, length);
                from += length;
            }
        }

        private void flush() {
            buffer.flip();
            try {
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("no room for the decoded images: " + e.getMessage(), e);
            }
            buffer.clear();
        }

        List<MappedByteBuffer> map() throws IOException {
            flush();
            List<MappedByteBuffer> mapped = new ArrayList<>();
            for (int i = 0; i < starts.size(); i++) {
                long to = i + 1 < starts.size() ? starts.get(i + 1) : end;
                mapped.add(channel.map(FileChannel.MapMode.READ_ONLY, starts.get(i), to - starts.get(i)));
            }
            return mapped;
        }
    }

    /** The images at these places, in this order, of the same file. */
    MappedImages select(int[] places) {
        return new MappedImages(
                segments, all, IntStream.of(places).map(place -> chosen[place]).toArray());
    }

    /** A copy of the image's pixels. */
    @Override
    public RgbImage get(int index) {
        int place = chosen[index];
        int height = all.height()[place];
        int width = all.width()[place];
        byte[] pixels = new byte[Math.multiplyExact(3, Math.multiplyExact(height, width))];
        segments.get(all.segment()[place]).get(all.offset()[place], pixels);
        return new RgbImage(height, width, pixels);
    }

    @Override
    public int size() {
        return chosen.length;
    }
}
