package io.faultline.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassChoiceTest {
    private static final List<String> SYNSETS =
            List.of("n01440764", "n01443537", "n01484850", "n01491361", "n01494475", "n01496331");

    @Test
    void listedClassesComeInTheOrderOfTheList() {
        assertThat(new ClassChoice(List.of("n01491361", "n01440764"), null).of(SYNSETS))
                .containsExactly(3, 0);
    }

    @Test
    void firstClassesAreTheFirstByLabel() {
        assertThat(new ClassChoice(null, 3).of(SYNSETS)).containsExactly(0, 1, 2);
    }

    @Test
    void withoutAChoiceAllStayWhereTheyAre() {
        assertThat(new ClassChoice(null, null).of(SYNSETS))
                .containsExactly(IntStream.range(0, 6).toArray());
    }

    @Test
    void anUnknownNameIsRefusedWithTheNearestOnes() {
        // Given
        ClassChoice choice = new ClassChoice(List.of("n01440764", "N0149136", "zebra"), null);

        // When
        InvalidRecipeException refusal = catchThrowableOfType(InvalidRecipeException.class, () -> choice.of(SYNSETS));

        // Then
        assertThat(refusal.field()).isEqualTo("dataset.classes[1]");
        assertThat(refusal.value()).isEqualTo("'N0149136', one of 2 unknown names");
        assertThat(refusal.allowed())
                .isEqualTo("the names of the data set's 6 classes, of which 'n01491361', 'n01496331', 'n01440764' are"
                        + " nearest to it");
    }

    @Test
    void moreThanThereAreIsRefusedWithTheirNumber() {
        assertThat(catchThrowableOfType(InvalidRecipeException.class, () -> new ClassChoice(null, 7).of(SYNSETS)))
                .hasMessage("dataset.firstClasses is 7; allowed: 2 to 6, as many classes as the data set has");
    }
}
