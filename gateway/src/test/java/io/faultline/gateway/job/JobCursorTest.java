package io.faultline.gateway.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobCursorTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 42, 999_999_999_999_999_999L})
    void whatWasWrittenReadsBackEqual(long number) {
        JobCursor cursor = new JobCursor(number);

        assertThat(JobCursor.parse(cursor.toString())).isEqualTo(cursor);
    }

    @Test
    void itsTextNeedsNoEscapingInAQuery() {
        assertThat(new JobCursor(1234567890123L).toString()).matches("[A-Za-z0-9_-]+");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "azE", "not base64!", "ai0x", "ajk5OTk5OTk5OTk5OTk5OTk5OTk5OTk"})
    void anyOtherTextIsRefused(String text) {
        assertThatThrownBy(() -> JobCursor.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
