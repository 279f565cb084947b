package io.faultline.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseAbsenceTest {
    @ParameterizedTest
    @CsvSource({
        "08006, true", // connection failure
        "40001, true", // serialization failure
        "53300, true", // too many connections
        "57P01, true", // the operator stopped the server
        "22001, false", // text too long
        "23505, false", // unique constraint
        "42P01, false" // no such table
    })
    void isToldByTheDatabasesState(String state, boolean passing) {
        Exception fault = new IllegalStateException(new RuntimeException(new SQLException("no", state)));

        assertThat(DatabaseAbsence.causes(fault)).isEqualTo(passing);
    }

    @Test
    void aPoolWithoutAConnectionIsOne() {
        assertThat(DatabaseAbsence.causes(new RuntimeException(new SQLException("Acquisition timeout"))))
                .isTrue();
    }

    @Test
    void aFaultThatIsNotTheDatabasesIsNone() {
        assertThat(DatabaseAbsence.causes(new IllegalStateException("no"))).isFalse();
    }
}
