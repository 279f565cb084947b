package io.faultline.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.dataset.RgbImage;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class WorkloadTest {
    /** Reference: make_images(12, 3, 2)[11] of cuda_peers.py, NumPy 2.4.6. */
    @Test
    void imagesAreThePeersImages() {
        // When
        RgbImage image = new Workload(3, 2, 1, 0, 12).image(11);

        // Then
        assertThat(HexFormat.of().formatHex(image.pixels())).isEqualTo("5590cb629dd85c97d26ba6e1639ed974afea");
    }

    @Test
    void classesComeInTurn() {
        assertThat(new Workload(1, 1, 1, 0, 12).makeLabels()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1);
    }
}
