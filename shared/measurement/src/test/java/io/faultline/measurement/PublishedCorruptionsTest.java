package io.faultline.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.faultline.artifact.ArtifactId;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactStore;
import io.faultline.artifact.FileSystemArtifactStore;
import io.faultline.dataset.ImageDataset;
import io.faultline.dataset.LabeledImages;
import io.faultline.dataset.RgbImage;
import io.faultline.recipe.CorruptionName;
import io.faultline.recipe.CorruptionRecipe;
import io.faultline.recipe.InvalidRecipeException;
import io.faultline.recipe.Seed;
import io.faultline.testkit.TinyCorruptions;
import io.faultline.testkit.TinyImages;
import io.faultline.vision.batch.Grey;
import io.faultline.worker.WorkRejectedException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishedCorruptionsTest {
    private static final ImageDataset DATASET = TinyImages.twoClasses(Seed.of(1));
    private static final LabeledImages TEST = DATASET.test();
    private static final String FOG = "fog";

    @TempDir
    Path directory;

    private ArtifactStore store;

    @BeforeEach
    void openStore() {
        store = new FileSystemArtifactStore(directory);
    }

    @Test
    void imagesArePreparedAsTheTestImagesWere() {
        // Given
        CorruptionRecipe asked = asked(stored(fog(TEST)), null, CorruptionName.FOG);

        try (PublishedCorruptions set = PublishedCorruptions.open(asked, plan(Grey::of), store)) {
            // When
            LabeledImages read = set.read(FOG, 3, 0, set.size(FOG, 3));

            // Then
            assertThat(read.labels()).isEqualTo(TEST.labels());
            assertThat(pixels(read)).isDeepEqualTo(pixels(Grey.of(TEST)));
        }
    }

    @Test
    void aPartIsTheSameStratifiedImagesInEachCell() {
        // Given
        LabeledImages other = TinyImages.twoClasses(Seed.of(2)).test();
        CorruptionRecipe asked = asked(
                stored(TinyCorruptions.arrays(
                        Map.of(FOG, Collections.nCopies(5, TEST), "snow", Collections.nCopies(5, other)))),
                9,
                CorruptionName.FOG,
                CorruptionName.SNOW);

        try (PublishedCorruptions set = PublishedCorruptions.open(asked, plan(UnaryOperator.identity()), store)) {
            // When
            LabeledImages ofFog = set.read(FOG, 1, 0, 8);
            LabeledImages ofSnow = set.read("snow", 5, 0, 8);

            // Then
            assertThat(set.size(FOG, 1)).isEqualTo(8);
            assertThat(ofFog.labels()).containsExactly(0, 0, 0, 0, 1, 1, 1, 1).isEqualTo(set.labels(FOG, 1));
            int[] places = ofFog.ids().stream()
                    .mapToInt(id -> Integer.parseInt(id.substring("fog/1/".length())))
                    .toArray();
            assertThat(pixels(ofFog)).isDeepEqualTo(pixels(TEST.select(places)));
            assertThat(pixels(ofSnow)).isDeepEqualTo(pixels(other.select(places)));
        }
    }

    @Test
    void aPartSmallerThanTheClassesIsRefused() {
        CorruptionRecipe asked = asked(stored(fog(TEST)), 1, CorruptionName.FOG);

        assertThatExceptionOfType(InvalidRecipeException.class)
                .isThrownBy(() -> PublishedCorruptions.open(asked, plan(UnaryOperator.identity()), store))
                .withMessageStartingWith("evaluation.corruptions.images is 1");
    }

    @Test
    void whatTheSetDoesNotHaveIsRefused() {
        assertRefused(fog(TEST), "no corruption 'snow'; it has fog", CorruptionName.FOG, CorruptionName.SNOW);
    }

    @Test
    void imagesOfAnotherSizeAreRefused() {
        assertRefused(fog(TinyImages.twoClasses(Seed.of(1), 1, 8, 10).test()), "fog/1/0 is 10×10 pixels; expected 8×8");
    }

    @Test
    void labelsOfOtherClassesAreRefused() {
        assertRefused(fog(relabelled(label -> 0)), "no image of class 1, 'right'; expected images of all 2 classes");
        assertRefused(fog(relabelled(label -> label + 1)), "the label 2; allowed: 0 to 1");
    }

    @Test
    void severitiesOfDifferentImagesAreRefused() {
        LabeledImages turned = relabelled(label -> 1 - label);

        assertRefused(
                TinyCorruptions.arrays(Map.of(FOG, List.of(TEST, TEST, turned, TEST, TEST))),
                "fog, severity 3, has 16 images, of other classes");
    }

    @Test
    void anArtifactThatIsNoSetIsRefused() {
        assertRefused("hello".getBytes(StandardCharsets.US_ASCII), "the file is of an unknown kind");
    }

    private static byte[][] pixels(LabeledImages images) {
        return images.images().stream().map(RgbImage::pixels).toArray(byte[][]::new);
    }

    private void assertRefused(byte[] archive, String reason, CorruptionName... corruptions) {
        ArtifactId set = stored(archive);
        CorruptionName[] names = corruptions.length == 0 ? new CorruptionName[] {CorruptionName.FOG} : corruptions;
        assertThatExceptionOfType(WorkRejectedException.class)
                .isThrownBy(
                        () -> PublishedCorruptions.open(asked(set, null, names), plan(UnaryOperator.identity()), store))
                .withMessageStartingWith("corruption set " + set + ": ")
                .withMessageContaining(reason);
    }

    private ArtifactId stored(byte[] archive) {
        return store.write(ArtifactKind.CORRUPTIONS_SOURCE, out -> out.write(archive))
                .id();
    }

    private static CorruptionRecipe asked(ArtifactId set, Integer images, CorruptionName... corruptions) {
        return new CorruptionRecipe(List.of(corruptions), null, images, set);
    }

    private static TestPlan plan(UnaryOperator<LabeledImages> preparation) {
        return new TestPlan(TEST, DATASET.classes(), preparation, null, TestPlan.NOTHING_ELSE, Seed.of(1));
    }

    private static byte[] fog(LabeledImages images) {
        return TinyCorruptions.arrays(Map.of(FOG, Collections.nCopies(5, images)));
    }

    private static LabeledImages relabelled(IntUnaryOperator label) {
        return new LabeledImages(
                TEST.ids(), Arrays.stream(TEST.labels()).map(label).toArray(), TEST.images());
    }
}
