package io.faultline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.artifact.FileSystemOutcomeLedger;
import io.faultline.report.Accuracy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RememberedValuesTest {
    private static final StageInput INPUT = new StageInput(List.of(), new Accuracy(1, 2));

    @TempDir
    Path directory;

    @Test
    void whatOneHasWorkedOutEveryOtherFinds() {
        // Given
        remembered().value("count, 1", INPUT, Accuracy.class, () -> new Accuracy(3, 4));

        // When, Then
        assertThat(remembered().value("count, 1", INPUT, Accuracy.class, () -> {
                    throw new AssertionError("worked out twice");
                }))
                .isEqualTo(new Accuracy(3, 4));
    }

    @Test
    void anotherKindVersionOrInputIsAnotherValue() {
        // Given
        remembered().value("count, 1", INPUT, Accuracy.class, () -> new Accuracy(3, 4));

        // When, Then
        assertThat(remembered().value("count, 2", INPUT, Accuracy.class, () -> new Accuracy(5, 6)))
                .isEqualTo(new Accuracy(5, 6));
        StageInput other = new StageInput(List.of(), new Accuracy(2, 2));
        assertThat(remembered().value("count, 1", other, Accuracy.class, () -> new Accuracy(7, 8)))
                .isEqualTo(new Accuracy(7, 8));
    }

    @Test
    void ofTwoAtOnceBothGetTheFirsts() {
        // When: the second is done while the first still works
        Accuracy slower = remembered().value("count, 1", INPUT, Accuracy.class, () -> {
            remembered().value("count, 1", INPUT, Accuracy.class, () -> new Accuracy(3, 4));
            return new Accuracy(9, 9);
        });

        // Then
        assertThat(slower).isEqualTo(new Accuracy(3, 4));
    }

    private RememberedValues remembered() {
        return new RememberedValues(new FileSystemOutcomeLedger(directory));
    }
}
