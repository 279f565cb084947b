package io.faultline.dataset;

import static org.assertj.core.api.Assertions.assertThat;

/** Equality of data sets down to the pixel; records compare their arrays by identity. */
final class DatasetAssertions {
    private DatasetAssertions() {}

    static void assertEqual(LabeledImages actual, LabeledImages expected) {
        assertThat(actual.ids()).isEqualTo(expected.ids());
        assertThat(actual.labels()).isEqualTo(expected.labels());
        for (int i = 0; i < expected.size(); i++) {
            assertEqual(actual.images().get(i), expected.images().get(i));
        }
    }

    static void assertEqual(RgbImage actual, RgbImage expected) {
        assertThat(actual.height()).isEqualTo(expected.height());
        assertThat(actual.width()).isEqualTo(expected.width());
        assertThat(actual.pixels()).isEqualTo(expected.pixels());
    }
}
