package io.faultline.local.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableCellTest {
    @Test
    void meanAndSampleDeviation() {
        TableCell cell = new TableCell(List.of(2.0, 4.0, 9.0));

        assertThat(cell.mean()).isEqualTo(5.0);
        // (9 + 1 + 16) / 2 = 13
        assertThat(cell.deviation()).isCloseTo(Math.sqrt(13), within(1e-12));
        assertThat(cell).hasToString("5.00 ± 3.61");
    }

    @Test
    void oneValueHasNoDeviation() {
        assertThat(new TableCell(List.of(7.0))).hasToString("7.00");
    }

    @Test
    void noValueIsADash() {
        assertThat(new TableCell(List.of())).hasToString("–");
    }
}
