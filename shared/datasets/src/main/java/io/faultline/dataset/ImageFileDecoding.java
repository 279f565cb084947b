package io.faultline.dataset;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Decodes a data set of one file per image, many files at a time on all cores. */
final class ImageFileDecoding {
    private final DataFiles files;
    private final ImageDecoder decoder;
    private final ReadProgress progress;

    ImageFileDecoding(DataFiles files, DatasetLimits limits, ReadProgress progress) {
        this.files = files;
        this.decoder = new ImageDecoder(new PixelBudget(limits));
        this.progress = progress;
    }

    ImageDataset decode(ImageFiles dataset) {
        List<ImageFile> all =
                Stream.concat(dataset.train().stream(), dataset.test().stream()).toList();
        Map<String, Integer> places = new HashMap<>();
        IntStream.range(0, all.size()).forEach(i -> places.put(all.get(i).path(), i));
        RgbImage[] images = new RgbImage[all.size()];
        long[] done = {0};
        files.read(places.keySet(), batch -> {
            decode(batch, places, images);
            done[0] += batch.size();
            progress.read(done[0], all.size());
        });
        IntStream.range(0, images.length)
                .filter(i -> images[i] == null)
                .findFirst()
                .ifPresent(missing -> {
                    throw new InvalidDatasetException(all.get(missing).path()
                            + " vanished while the data set was read. Leave the files alone and read again.");
                });
        List<RgbImage> decoded = List.of(images);
        int trainSize = dataset.train().size();
        return new ImageDataset(
                dataset.form(),
                dataset.classes(),
                dataset.descriptions(),
                split(dataset.train(), decoded.subList(0, trainSize)),
                split(dataset.test(), decoded.subList(trainSize, decoded.size())));
    }

    private void decode(List<FileContent> batch, Map<String, Integer> places, RgbImage[] images) {
        List<Optional<InvalidDatasetException>> refusals = batch.parallelStream()
                .map(file -> {
                    try {
                        images[places.get(file.name())] = decoder.decode(file);
                        return Optional.<InvalidDatasetException>empty();
                    } catch (InvalidDatasetException e) {
                        return Optional.of(e);
                    }
                })
                .toList();
        // the first by place, not by time: the same archive always gets the same answer
        refusals.stream().flatMap(Optional::stream).findFirst().ifPresent(refusal -> {
            throw refusal;
        });
    }

    private static LabeledImages split(List<ImageFile> files, List<RgbImage> images) {
        return new LabeledImages(
                files.stream().map(ImageFile::id).toList(),
                files.stream().mapToInt(ImageFile::label).toArray(),
                images.stream().map(Objects::requireNonNull).toList());
    }
}
