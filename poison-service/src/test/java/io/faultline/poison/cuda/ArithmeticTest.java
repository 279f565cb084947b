package io.faultline.poison.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.dataset.RgbImage;
import io.faultline.recipe.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Virtual machines with the incubating module and without. */
class ArithmeticTest {
    private static final List<String> MODULE = List.of("--add-modules", "jdk.incubator.vector");

    @Test
    void whereTheModuleIsVectorsAreTaken() {
        assertThat(Arithmetic.present()).isEqualTo(Arithmetic.VECTORS);
        assertThat(Arithmetic.VECTORS.suits(3, 32)).isEqualTo(VectorLevels.available());
        assertThat(Arithmetic.VECTORS.suits(9, 32)).isEqualTo(VectorLevels.available());
        assertThat(Arithmetic.LOOPS.suits(3, 32)).isFalse();
    }

    @Test
    void rowsTooShortOrTooLongForThemAreLeftToTheLoops() {
        assertThat(Arithmetic.VECTORS.suits(3, 3)).isFalse();
        assertThat(Arithmetic.VECTORS.suits(9, 9)).isFalse();
        assertThat(Arithmetic.VECTORS.suits(9, 30_000)).isFalse();
        assertThat(Arithmetic.VECTORS.suits(255, 4_000)).isFalse();
    }

    @Test
    void withoutTheModuleTheBytesAreTheSame(@TempDir Path folder) throws Exception {
        // When
        List<String> with = answer(MODULE, folder.resolve("with"));
        List<String> without = answer(List.of(), folder.resolve("without"));

        // Then
        assertThat(with.get(0)).isEqualTo("VECTORS");
        assertThat(without.get(0)).isEqualTo("LOOPS");
        assertThat(without.subList(1, 3)).hasSize(2).isEqualTo(with.subList(1, 3));
    }

    private static List<String> answer(List<String> options, Path file) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Convolver.class.getName()));
        Process process =
                new ProcessBuilder(command).redirectOutput(file.toFile()).start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).isZero();
        return Files.readAllLines(file);
    }

    /** Prints how it computes and what comes out of it, for both sizes of filter that have loops of their own. */
    static final class Convolver {
        public static void main(String[] arguments) {
            System.out.println(Arithmetic.present());
            byte[] pixels = new byte[32 * 40 * 3];
            Seed.of(3).generator().nextBytes(pixels);
            RgbImage image = new RgbImage(32, 40, pixels);
            for (int kernelSize : new int[] {3, 9}) {
                FilterBank filters = new NumpySeededFilters(7).generate(1, kernelSize, 0.3);
                byte[] levels = new ClassWiseConvolution(filters)
                        .apply(image, 0)
                        .image()
                        .pixels();
                System.out.println(Arrays.toString(levels));
            }
        }
    }
}
