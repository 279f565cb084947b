package io.faultline.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.faultline.gateway.job.JobCursor;
import io.faultline.job.JobState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageQueryTest {
    @Test
    void nothingGivenMeansTheFirstFiftyOfAnyState() {
        assertThat(PageQuery.parse(null, null, null)).isEqualTo(new PageQuery(null, 50, null));
    }

    @Test
    void everythingGivenIsTaken() {
        assertThat(PageQuery.parse("FAILED", "200", new JobCursor(7).toString()))
                .isEqualTo(new PageQuery(JobState.FAILED, 200, new JobCursor(7)));
    }

    @ParameterizedTest
    @CsvSource({
        "state, failed, 'WAITING, RUNNING, COMPLETED, FAILED, CANCELLED'",
        "state, '', 'WAITING, RUNNING, COMPLETED, FAILED, CANCELLED'",
        "limit, 0, a whole number from 1 to 200",
        "limit, 201, a whole number from 1 to 200",
        "limit, ten, a whole number from 1 to 200",
        "after, 12, what a page of this list named as next"
    })
    void aRefusalNamesFieldValueAndWhatIsAllowed(String field, String value, String allowed) {
        // When
        InvalidParameterException refusal = catchThrowableOfType(
                InvalidParameterException.class,
                () -> PageQuery.parse(
                        field.equals("state") ? value : null,
                        field.equals("limit") ? value : null,
                        field.equals("after") ? value : null));

        // Then
        assertThat(refusal.field()).isEqualTo(field);
        assertThat(refusal.value()).isEqualTo(value);
        assertThat(refusal.allowed()).isEqualTo(allowed);
    }
}
