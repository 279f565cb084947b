package io.faultline.dataset;

import io.faultline.recipe.Split;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A data set of one file per image. */
final class FileImageSource implements ImageSource {
    private record Place(Split split, int index) {}

    private final DataFiles files;
    private final ImageFiles images;
    private final ImageDecoder decoder;
    private final Map<Split, ImageIndex> indexes;

    FileImageSource(DataFiles files, ImageFiles images, ImageDecoder decoder) {
        this.files = files;
        this.images = images;
        this.decoder = decoder;
        this.indexes = Map.of(Split.TRAINING, index(images.train()), Split.TEST, index(images.test()));
    }

    @Override
    public DatasetForm form() {
        return images.form();
    }

    @Override
    public List<String> classes() {
        return images.classes();
    }

    @Override
    public List<String> descriptions() {
        return images.descriptions();
    }

    @Override
    public ImageIndex index(Split split) {
        return indexes.get(split);
    }

    @Override
    public void forEach(Visitor visitor, ReadProgress progress) {
        Map<String, Place> places = new HashMap<>();
        putPlaces(Split.TRAINING, places);
        putPlaces(Split.TEST, places);
        int total = places.size();
        DecodingWindow window = new DecodingWindow();
        files.read(List.copyOf(places.keySet()), batch -> {
            for (int from = 0; from < batch.size(); ) {
                List<FileContent> next = batch.subList(from, Math.min(batch.size(), from + window.images()));
                List<RgbImage> decoded = decode(next.stream(), decoder);
                for (int i = 0; i < next.size(); i++) {
                    Place place = places.remove(next.get(i).name());
                    visitor.visit(place.split(), place.index(), decoded.get(i));
                }
                from += next.size();
                window.decoded(decoded);
            }
            progress.read(total - places.size(), total);
        });
        if (!places.isEmpty()) {
            throw new InvalidDatasetException(
                    places.keySet().stream().sorted().findFirst().orElseThrow()
                            + " vanished while the data set was read. Leave the files alone and read again.");
        }
    }

    @Override
    public boolean hasRandomAccess() {
        return files.hasRandomAccess();
    }

    @Override
    public List<RgbImage> read(Split split, int[] places) {
        List<ImageFile> all = files(split);
        Stream<FileContent> contents = IntStream.of(places).mapToObj(place -> {
            String path = all.get(place).path();
            return new FileContent(path, files.bytes(path));
        });
        return decode(contents, decoder);
    }

    @Override
    public void close() {
        files.close();
    }

    private record Decoded(RgbImage image, InvalidDatasetException refusal) {}

    /**
     * Decodes on all cores.
     *
     * @throws InvalidDatasetException naming the first image, in the order of the stream, that cannot be decoded
     */
    static List<RgbImage> decode(Stream<FileContent> contents, ImageDecoder decoder) {
        List<Decoded> decoded = contents.parallel()
                .map(file -> {
                    try {
                        return new Decoded(decoder.decode(file), null);
                    } catch (InvalidDatasetException e) {
                        return new Decoded(null, e);
                    }
                })
                .toList();
        // the first by place, not by time: the same archive always gets the same answer
        decoded.stream()
                .flatMap(one -> Optional.ofNullable(one.refusal()).stream())
                .findFirst()
                .ifPresent(refusal -> {
                    throw refusal;
                });
        return decoded.stream().map(Decoded::image).toList();
    }

    private List<ImageFile> files(Split split) {
        return split == Split.TRAINING ? images.train() : images.test();
    }

    private void putPlaces(Split split, Map<String, Place> places) {
        List<ImageFile> all = files(split);
        IntStream.range(0, all.size()).forEach(i -> places.put(all.get(i).path(), new Place(split, i)));
    }

    private static ImageIndex index(List<ImageFile> files) {
        return new ImageIndex(
                files.stream().map(ImageFile::id).toList(),
                files.stream().mapToInt(ImageFile::label).toArray());
    }
}
