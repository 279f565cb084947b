package io.faultline.vision.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.dataset.LabeledImages;
import io.faultline.recipe.InvalidRecipeException;
import io.faultline.recipe.Seed;
import io.faultline.testkit.TinyImages;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExampleSelectionTest {
    private static final Seed SEED = Seed.of(4);
    private final LabeledImages split = TinyImages.twoClasses(Seed.of(1)).train();

    @Test
    void allImagesComeOnceAndNoLongerByClass() {
        // When
        LabeledImages all = ExampleSelection.all(split, SEED);

        // Then
        assertThat(all.ids()).containsExactlyInAnyOrderElementsOf(split.ids());
        assertThat(Arrays.copyOf(all.labels(), 16)).contains(0, 1);
        assertThat(all.ids()).isEqualTo(ExampleSelection.all(split, SEED).ids());
        assertThat(all.ids())
                .isNotEqualTo(ExampleSelection.all(split, Seed.of(5)).ids());
    }

    @Test
    void aPartHasAsManyOfEachClass() {
        // When
        LabeledImages part = ExampleSelection.atMost("examples", 9, split, 2, SEED);

        // Then
        assertThat(part.size()).isEqualTo(8);
        assertThat(Arrays.stream(part.labels()).sum()).isEqualTo(4);
    }

    @Test
    void aClassOfFewerGivesAllItHas() {
        assertThat(ExampleSelection.atMost("examples", 1000, split, 2, SEED).size())
                .isEqualTo(32);
    }

    @Test
    void fewerThanOneOfEachClassIsRefused() {
        assertThatThrownBy(() -> ExampleSelection.atMost("examples", 1, split, 2, SEED))
                .isInstanceOf(InvalidRecipeException.class)
                .hasMessage("examples is 1; allowed: at least one of each of the 2 classes, or nothing" + " for all");
    }
}
