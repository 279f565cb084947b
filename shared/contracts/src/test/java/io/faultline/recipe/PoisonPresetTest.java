package io.faultline.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoisonPresetTest {
    @ParameterizedTest(name = "{0}: k = {1}, p_b = {2}")
    @CsvSource({"cifar-10, 3, 0.3,", "cifar-100, 3, 0.3,", "imagenet-100, 9, 0.06, 100"})
    void whereThePaperGivesNumbersTheyAreThePapers(String name, int kernelSize, double blur, Integer firstClasses) {
        // When
        PoisonPreset preset = PoisonPreset.named(name);

        // Then
        assertThat(preset.kernelSize()).isEqualTo(kernelSize);
        assertThat(preset.blur()).isEqualTo(blur);
        assertThat(preset.firstClasses()).isEqualTo(firstClasses);
        assertThat(preset.source()).contains("CUDA", "Sec. 5.1");
    }

    @Test
    void whereItGivesNoneTheReasonIsTold() {
        // When
        PoisonPreset preset = PoisonPreset.named("tiny-imagenet");

        // Then
        assertThat(preset.source()).startsWith("Faultline's default, because ");
        assertThat(weightBesideTheOne(preset))
                .isBetween(
                        weightBesideTheOne(PoisonPreset.named("cifar-10")),
                        weightBesideTheOne(PoisonPreset.named("imagenet-100")));
    }

    @Test
    void everyPresetIsARecipe() {
        assertThat(PoisonPreset.all())
                .allSatisfy(preset -> assertThat(new CudaRecipe(preset.kernelSize(), preset.blur(), null, null).blur())
                        .isEqualTo(preset.blur()));
    }

    @Test
    void anUnknownOneIsRefusedWithTheKnown() {
        assertThatThrownBy(() -> PoisonPreset.named("mnist"))
                .hasMessage("preset is 'mnist'; allowed: cifar-10, cifar-100, imagenet-100, tiny-imagenet");
    }

    private static double weightBesideTheOne(PoisonPreset preset) {
        return (preset.kernelSize() * preset.kernelSize() - 1) * preset.blur() / 2;
    }
}
