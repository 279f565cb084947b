package io.faultline.poison.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.recipe.Seed;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ContourGridTest {
    private static final ContourPlan PLAN = new ContourPlan(
            4,
            new MeanDirection.AllOnes(),
            List.of(1.0, 5.0),
            List.of(0.0, 0.2, 0.45),
            List.of(0.0, 0.45),
            500,
            Seed.of(8));

    @Test
    void everyPointStandsAtItsPlace() {
        // Given, When
        ContourGrid grid = ContourGrid.compute(PLAN, (done, total) -> {});

        // Then
        assertThat(grid.points()).hasSize(12);
        for (int norm = 0; norm < 2; norm++) {
            for (int minus = 0; minus < 3; minus++) {
                for (int plus = 0; plus < 2; plus++) {
                    ContourPoint point = grid.at(norm, minus, plus);
                    CudaMixture expected = GaussianMixture.of(4, PLAN.norms().get(norm), PLAN.direction())
                            .filtered(PLAN.aMinus().get(minus), PLAN.aPlus().get(plus));
                    assertThat(point.exact()).isEqualTo(expected.exactAccuracy(CudaMixture.DEFAULT_TOLERANCE));
                    assertThat(point.bound()).isEqualTo(expected.bound());
                    assertThat(point.boundAsPrinted()).isEqualTo(expected.boundAsPrinted());
                    assertThat(point.sampled().draws()).isEqualTo(500);
                }
            }
        }
        assertThat(grid.at(0, 0, 0).printedBoundHolds()).isFalse();
        assertThat(grid.at(0, 2, 0).printedBoundHolds()).isTrue();
    }

    @Test
    void progressIsToldRowByRow() {
        // Given
        List<String> told = new ArrayList<>();

        // When
        ContourGrid.compute(PLAN, (done, total) -> told.add(done + "/" + total));

        // Then
        assertThat(told).containsExactly("2/12", "4/12", "6/12", "8/12", "10/12", "12/12");
    }

    @Test
    void whatProgressThrowsEndsTheWork() {
        // Given
        List<Integer> told = new ArrayList<>();

        // When, Then
        assertThatThrownBy(() -> ContourGrid.compute(PLAN, (done, total) -> {
                    told.add(done);
                    if (done == 4) {
                        throw new CancellationException("enough");
                    }
                }))
                .isInstanceOf(CancellationException.class)
                .hasMessage("enough");
        assertThat(told).containsExactly(2, 4);
    }

    @Nested
    class Plan {
        @Test
        void thePapersPlanHasItsNormsOnAFullGrid() {
            // Given, When
            ContourPlan plan = ContourPlan.ofPaper(10, new MeanDirection.AllOnes(), Seed.of(1));

            // Then
            assertThat(plan.points()).isEqualTo(3 * 25 * 25);
            assertThat(plan.norms()).containsExactly(1.0, 2.5, 5.0);
            assertThat(plan.aPlus()).startsWith(0.0, 0.02).endsWith(0.46, 0.48);
        }

        @Test
        void nonsenseIsRefusedWithItsValue() {
            assertRefused(0, List.of(1.0), List.of(0.0, 0.1), 10, "dimension is 0");
            assertRefused(4, List.of(), List.of(0.0, 0.1), 10, "norms of the mean are []");
            assertRefused(4, List.of(1.0, -1.0), List.of(0.0, 0.1), 10, "norms of the mean are [1.0, -1.0]");
            assertRefused(4, List.of(1.0), List.of(0.1), 10, "values of a₋₁ are [0.1]");
            assertRefused(4, List.of(1.0), List.of(0.1, 0.1), 10, "values of a₋₁ are [0.1, 0.1]");
            assertRefused(4, List.of(1.0), List.of(0.1, 0.5), 10, "values of a₋₁ are [0.1, 0.5]");
            assertRefused(4, List.of(1.0), List.of(0.1, Double.NaN), 10, "values of a₋₁ are [0.1, NaN]");
            assertRefused(4, List.of(1.0), List.of(0.0, 0.1), 0, "draws are 0");
        }

        private static void assertRefused(
                int dimension, List<Double> norms, List<Double> aMinus, long draws, String message) {
            assertThatThrownBy(() -> new ContourPlan(
                            dimension,
                            new MeanDirection.AllOnes(),
                            norms,
                            aMinus,
                            List.of(0.0, 0.1),
                            draws,
                            Seed.of(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(message)
                    .hasMessageContaining("allowed");
        }
    }

    @Nested
    class Table {
        @Test
        void oneLineAPointUnderAHeader() throws IOException {
            // Given
            ContourGrid grid = ContourGrid.compute(PLAN, (done, total) -> {});
            ByteArrayOutputStream out = new ByteArrayOutputStream();

            // When
            ContourTable.write(grid, out);

            // Then
            List<String> lines = out.toString(StandardCharsets.US_ASCII).lines().toList();
            assertThat(lines).hasSize(13);
            assertThat(lines.get(0))
                    .isEqualTo(
                            "dimension,direction,norm,a_minus,a_plus,clean_accuracy,exact_accuracy,exact_error,"
                                    + "sampled_accuracy,sampled_standard_error,draws,bound,bound_as_printed,bound_as_printed_holds");
            assertThat(lines.get(1)).startsWith("4,all-ones,1.0,0.000000,0.000000,0.8413447461,0.8413447461,");
            assertThat(lines.get(1)).endsWith(",500,1.0000000000,0.0000000000,false");
            assertThat(lines.get(12)).startsWith("4,all-ones,5.0,0.450000,0.450000,0.9999997133,");
            assertThat(lines).allSatisfy(line -> assertThat(line.split(",")).hasSize(14));
        }

        @Test
        void theSamePlanGivesTheSameBytes() throws IOException {
            assertThat(table()).isEqualTo(table());
        }

        private static byte[] table() throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ContourTable.write(ContourGrid.compute(PLAN, (done, total) -> {}), out);
            return out.toByteArray();
        }
    }

    @Nested
    class Picture {
        private static final int LEFT = 70;
        private static final int TOP = 70;
        private static final int PANEL = 250;
        private static final int STEP = 320;

        private final ContourGrid grid = ContourGrid.compute(PLAN, (done, total) -> {});

        @Test
        void eachPanelShowsItsValuesInTheColoursOfTheBar() throws IOException {
            // Given, When
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(
                    picture(List.of(ContourQuantity.EXACT_ACCURACY, ContourQuantity.BOUND_AS_PRINTED))));

            // Then
            assertThat(image.getWidth()).isEqualTo(LEFT + 2 * PANEL + 70 + 110);
            assertThat(image.getHeight()).isEqualTo(TOP + 2 * PANEL + 70 + 60);
            int bottom = TOP + PANEL - 1;
            // equal filters, ‖μ‖ = 5: 0.9999997
            assertThat(image.getRGB(LEFT + STEP, bottom)).isEqualTo(barAt(image, 0.99));
            // equal filters, ‖μ‖ = 1: 0.841
            assertThat(image.getRGB(LEFT, bottom)).isEqualTo(barAt(image, 0.84));
            // what is printed there: 0
            assertThat(image.getRGB(LEFT, bottom + STEP)).isEqualTo(barAt(image, 0.01));
            // a = (0, 0.45), upper left: the first axis runs to the right
            assertThat(image.getRGB(LEFT, TOP))
                    .isEqualTo(barAt(image, grid.at(0, 0, 1).exact().value()));
            assertThat(image.getRGB(LEFT + PANEL - 1, bottom + STEP))
                    .isEqualTo(barAt(image, grid.at(0, 2, 0).boundAsPrinted()));
        }

        @Test
        void theSameGridGivesTheSameBytes() throws IOException {
            List<ContourQuantity> rows = List.of(ContourQuantity.SAMPLED_ACCURACY, ContourQuantity.BOUND);
            assertThat(picture(rows)).isEqualTo(picture(rows));
        }

        @Test
        void everyTitleHasItsLetters() throws IOException {
            ContourGrid random = ContourGrid.compute(
                    new ContourPlan(
                            2,
                            new MeanDirection.Random(Seed.of(-12)),
                            List.of(0.375),
                            List.of(0.1, 0.2),
                            List.of(0.0, 0.4),
                            10,
                            Seed.of(1)),
                    (done, total) -> {});
            ByteArrayOutputStream out = new ByteArrayOutputStream();

            ContourPicture.write(random, List.of(ContourQuantity.values()), out);

            assertThat(ImageIO.read(new ByteArrayInputStream(out.toByteArray())).getHeight())
                    .isEqualTo(TOP + 4 * PANEL + 3 * 70 + 60);
        }

        @Test
        void aPictureOfNothingIsRefused() {
            assertThatThrownBy(() -> picture(List.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("rows of the picture are none; allowed: one or more");
        }

        /** The bar's colour for a value, the bar running from 0 to 1. */
        private static int barAt(BufferedImage image, double value) {
            int height = image.getHeight() - TOP - 60;
            int band = Math.min(39, (int) Math.floor(value / 0.025 + 1e-6));
            return image.getRGB(image.getWidth() - 110 + 40, TOP + height - 1 - (int) ((band + 0.5) / 40 * height));
        }

        private byte[] picture(List<ContourQuantity> rows) throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ContourPicture.write(grid, rows, out);
            return out.toByteArray();
        }
    }
}
