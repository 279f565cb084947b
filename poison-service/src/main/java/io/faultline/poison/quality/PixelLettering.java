package io.faultline.poison.quality;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * Letters of 5×7 pixels: a picture needs no installed font (small container images have none) and is the same on every
 * machine. Small letters are drawn as capitals, and what has no letter here as an empty box.
 */
final class PixelLettering {
    static final int HEIGHT = 7;
    static final int WIDTH = 5;
    /** From one letter to the next. */
    static final int ADVANCE = WIDTH + 1;

    /** Per line a sign and its rows from the top, two hexadecimal digits each, whose lowest five bits are the pixels. */
    private static final String SIGNS = """
            A 0E11111F111111
            B 1E11111E11111E
            C 0E11101010110E
            D 1E11111111111E
            E 1F10101E10101F
            F 1F10101E101010
            G 0E11101711110F
            H 1111111F111111
            I 0E04040404040E
            J 0702020202120C
            K 11121418141211
            L 1010101010101F
            M 111B1515111111
            N 11111915131111
            O 0E11111111110E
            P 1E11111E101010
            Q 0E11111115120D
            R 1E11111E141211
            S 0F10100E01011E
            T 1F040404040404
            U 1111111111110E
            V 11111111110A04
            W 1111111515150A
            X 11110A040A1111
            Y 11110A04040404
            Z 1F01020408101F
            0 0E11131519110E
            1 040C040404040E
            2 0E11010608101F
            3 0E11010601110E
            4 02060A121F0202
            5 1F101E0101110E
            6 0608101E11110E
            7 1F010204080808
            8 0E11110E11110E
            9 0E11110F01020C
            . 00000000000C0C
            , 000000000C0408
            : 000C0C000C0C00
            - 0000001F000000
            _ 0000000000001F
            / 01010204081010
            ( 02040808080402
            ) 08040202020408
            ' 04040800000000
            + 0004041F040400
            & 0814140815120D
            × 00110A040A1100
            """;

    private static final int[] BOX = rows("1F11111111111F");
    private static final Map<Integer, int[]> LETTERS = SIGNS.lines()
            .collect(Collectors.toUnmodifiableMap(line -> line.codePointAt(0), line -> rows(line.substring(2))));

    private PixelLettering() {}

    static boolean isInk(int codePoint, int row, int column) {
        if (Character.isWhitespace(codePoint)) {
            return false;
        }
        int[] rows = LETTERS.getOrDefault(Character.toUpperCase(codePoint), BOX);
        return (rows[row] >> (WIDTH - 1 - column) & 1) == 1;
    }

    private static int[] rows(String digits) {
        int[] rows = new int[HEIGHT];
        for (int row = 0; row < HEIGHT; row++) {
            rows[row] = Integer.parseInt(digits, 2 * row, 2 * row + 2, 16);
        }
        return rows;
    }
}
