package io.faultline.poison.quality;

import static io.faultline.poison.quality.TestImages.flat;
import static io.faultline.poison.quality.TestImages.grey;
import static io.faultline.poison.quality.TestImages.rgb;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.faultline.dataset.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ComparisonGridTest {
    private static final ImagePair PAIR =
            new ImagePair(rgb(1, 2, 10, 20, 30, 200, 100, 0), rgb(1, 2, 15, 10, 30, 0, 250, 0));

    @Test
    void everyExampleIsThreeCellsOfKnownPixels() {
        // Given
        ClassExamples row = new ClassExamples("cat", ClassQuality.of(0, PAIR), List.of(PAIR));

        // When
        RgbImage grid = ComparisonGrid.draw(List.of(row));

        // Then: 1×2 pixels, 64 times as large, in the middle of a cell of 128
        assertThat(grid.height()).isEqualTo(ComparisonGrid.HEADER + 128 + ComparisonGrid.MARGIN);
        assertThat(grid.width()).isEqualTo(ComparisonGrid.left() + ComparisonGrid.group());
        assertCell(grid, 0, 0, new int[] {10, 20, 30}, new int[] {200, 100, 0});
        // twice |15 − 10|, |10 − 20|, 0 and |0 − 200| (cut off), |250 − 100| (cut off), 0
        assertCell(grid, 0, 1, new int[] {10, 20, 0}, new int[] {255, 255, 0});
        assertCell(grid, 0, 2, new int[] {15, 10, 30}, new int[] {0, 250, 0});
    }

    @Test
    void rowsAndExamplesFollowEachOther() {
        // Given
        ImagePair grey = new ImagePair(flat(32, 32, 100), flat(32, 32, 120));
        List<ClassExamples> rows = List.of(
                new ClassExamples("cat", ClassQuality.of(0, PAIR), List.of(PAIR)),
                new ClassExamples("dog", ClassQuality.of(1, grey), List.of(PAIR, grey)));

        // When
        RgbImage grid = ComparisonGrid.draw(rows);

        // Then
        int y = ComparisonGrid.HEADER + 128 + ComparisonGrid.MARGIN;
        int x = ComparisonGrid.left() + ComparisonGrid.group();
        assertThat(pixel(grid, y, x)).containsExactly(100, 100, 100);
        assertThat(pixel(grid, y + 127, x + 127)).containsExactly(100, 100, 100);
        assertThat(pixel(grid, y, x + 128 + ComparisonGrid.GAP)).containsExactly(40, 40, 40);
        assertThat(pixel(grid, y, x + 2 * (128 + ComparisonGrid.GAP))).containsExactly(120, 120, 120);
        // the first row has no second example
        assertThat(pixel(grid, ComparisonGrid.HEADER, x)).containsExactly(255, 255, 255);
    }

    @Test
    void aLargeImageIsReducedByArea() {
        // Given: 3 → 2, so each pixel covers one and a half: (2 · 10 + 40) / 3 and (40 + 2 · 70) / 3
        RgbImage image = grey(3, 3, 10, 40, 70, 10, 40, 70, 10, 40, 70);

        // When
        RgbImage reduced = Canvas.fit(image, 2);

        // Then
        assertThat(reduced).usingRecursiveComparison().isEqualTo(grey(2, 2, 20, 60, 20, 60));
    }

    @Test
    void aLongThinImageKeepsItsShape() {
        assertThat(Canvas.fit(flat(2, 1000, 9), 128)).usingRecursiveComparison().isEqualTo(flat(1, 128, 9));
        assertThat(Canvas.fit(flat(2, 50, 9), 128)).usingRecursiveComparison().isEqualTo(flat(4, 100, 9));
    }

    @Test
    void theLabelIsInkAndAnUnknownSignIsABox() {
        // Given
        RgbImage known = ComparisonGrid.draw(List.of(row("I")));
        RgbImage unknown = ComparisonGrid.draw(List.of(row("猫")));

        // Then: the top row of a letter twice as large; I has three pixels of ink in the middle, the box five
        int y = ComparisonGrid.HEADER;
        int x = ComparisonGrid.MARGIN;
        assertThat(pixel(known, y, x)).containsExactly(255, 255, 255);
        assertThat(pixel(known, y, x + 2)).containsExactly(0, 0, 0);
        assertThat(pixel(unknown, y, x)).containsExactly(0, 0, 0);
        assertThat(pixel(unknown, y + 2, x + 2)).containsExactly(255, 255, 255);
    }

    @Test
    void aNameLongerThanItsColumnIsCut() {
        // When
        RgbImage grid = ComparisonGrid.draw(List.of(row("a-name-longer-than-any-column")));

        // Then: the gap before the first cell stays white
        for (int y = ComparisonGrid.HEADER; y < ComparisonGrid.HEADER + 14; y++) {
            for (int x = ComparisonGrid.left() - ComparisonGrid.MARGIN; x < ComparisonGrid.left(); x++) {
                assertThat(pixel(grid, y, x)).containsExactly(255, 255, 255);
            }
        }
    }

    @Test
    void thePngHoldsThePicture() throws IOException {
        // Given
        List<ClassExamples> rows = List.of(row("cat"));
        RgbImage drawn = ComparisonGrid.draw(rows);

        // When
        BufferedImage read = ImageIO.read(new ByteArrayInputStream(ComparisonGrid.png(rows)));

        // Then
        assertThat(read.getHeight()).isEqualTo(drawn.height());
        assertThat(read.getWidth()).isEqualTo(drawn.width());
        for (int y = 0; y < drawn.height(); y++) {
            for (int x = 0; x < drawn.width(); x++) {
                int[] expected = pixel(drawn, y, x);
                assertThat(read.getRGB(x, y) & 0xFF_FFFF).isEqualTo(expected[0] << 16 | expected[1] << 8 | expected[2]);
            }
        }
    }

    @Test
    void aPictureOfNothingOrOfTooMuchIsRefused() {
        ClassExamples empty = new ClassExamples("cat", ClassQuality.none(0), List.of());
        assertThatThrownBy(() -> ComparisonGrid.draw(List.of(empty)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no example in 1 rows; expected at least one");
        assertThatThrownBy(() -> ComparisonGrid.draw(Collections.nCopies(200, row("cat"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a picture of 200 classes with 1 examples has 27223×608 pixels; allowed: 16384 each. "
                        + "Draw fewer classes per picture.");
    }

    private static ClassExamples row(String name) {
        return new ClassExamples(name, ClassQuality.of(0, PAIR), List.of(PAIR));
    }

    private static void assertCell(RgbImage grid, int example, int cell, int[] left, int[] right) {
        int x = ComparisonGrid.left() + example * ComparisonGrid.group() + cell * (128 + ComparisonGrid.GAP);
        int y = ComparisonGrid.HEADER + 32;
        assertThat(pixel(grid, y, x)).containsExactly(left);
        assertThat(pixel(grid, y + 63, x + 63)).containsExactly(left);
        assertThat(pixel(grid, y, x + 64)).containsExactly(right);
        assertThat(pixel(grid, y + 63, x + 127)).containsExactly(right);
        assertThat(pixel(grid, y - 1, x)).containsExactly(255, 255, 255);
        assertThat(pixel(grid, y + 64, x)).containsExactly(255, 255, 255);
    }

    private static int[] pixel(RgbImage image, int y, int x) {
        int place = 3 * (y * image.width() + x);
        return new int[] {
            image.pixels()[place] & 0xff, image.pixels()[place + 1] & 0xff, image.pixels()[place + 2] & 0xff
        };
    }
}
