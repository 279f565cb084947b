package io.faultline.vision.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.faultline.checkpoint.InvalidCheckpointException;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.Normalization;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NetworkSpecTest {
    private static final NetworkSpec WIDE =
            new NetworkSpec(Architecture.WRN34_10, 160, 34, 64, 200, Normalization.CIFAR10);

    @Test
    void comesBackFromMetadata() {
        assertThat(NetworkSpec.fromMetadata(WIDE.metadata())).isEqualTo(WIDE);
        NetworkSpec shallow = new NetworkSpec(Architecture.RESNET50, 8, null, 224, 5, Normalization.NONE);
        assertThat(shallow.metadata()).doesNotContainKey("depth").containsEntry("imageSize", "224");
        assertThat(NetworkSpec.fromMetadata(shallow.metadata())).isEqualTo(shallow);
    }

    @Test
    void metadataWithoutDepthAndSizeAreOfTheOwnDepthForSmallImages() {
        // Given
        Map<String, String> old = new TreeMap<>(WIDE.metadata());
        old.remove("depth");
        old.remove("imageSize");
        // When
        NetworkSpec read = NetworkSpec.fromMetadata(old);
        // Then
        assertThat(read.depth()).isEqualTo(34);
        assertThat(read.imageSize()).isEqualTo(32);
    }

    @Test
    void takesTheFamilysOwnDepthWhereNoneIsGiven() {
        assertThat(new NetworkSpec(Architecture.WRN28_10, 16, 10, Normalization.NONE).depth())
                .isEqualTo(28);
        assertThat(new NetworkSpec(Architecture.RESNET18, 16, 10, Normalization.NONE).depth())
                .isNull();
    }

    @Test
    void refusesWhatNoNetworkHas() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NetworkSpec(Architecture.WRN28_10, 16, 30, 32, 10, Normalization.NONE))
                .withMessage("depth is 30; allowed: a whole number from 10 to 100 in steps of 6");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NetworkSpec(Architecture.RESNET18, 16, 18, 32, 10, Normalization.NONE))
                .withMessageContaining("depth is 18");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NetworkSpec(Architecture.DEIT_SMALL, 64, null, 32, 10, Normalization.NONE))
                .withMessage("width is 64; allowed: for deit-small a multiple of 6");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NetworkSpec(Architecture.RESNET18, 16, null, 7, 10, Normalization.NONE))
                .withMessage("imageSize is 7; allowed: 8 to 1024");
    }

    @Test
    void aDamagedNumberIsAnInvalidCheckpoint() {
        Map<String, String> damaged = new TreeMap<>(WIDE.metadata());
        damaged.put("imageSize", "large");
        assertThatExceptionOfType(InvalidCheckpointException.class).isThrownBy(() -> NetworkSpec.fromMetadata(damaged));
    }
}
