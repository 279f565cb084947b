package io.faultline.vision.network;

import java.util.Locale;
import java.util.stream.IntStream;

/** How far apart two names are, without regard to case. */
final class EditDistance {
    private EditDistance() {}

    /** Levenshtein's: characters to be put in, taken out or changed; 0 if one name is the beginning of the other. */
    static int of(String one, String other) {
        String from = one.toLowerCase(Locale.ROOT);
        String to = other.toLowerCase(Locale.ROOT);
        return from.startsWith(to) || to.startsWith(from) ? 0 : levenshtein(from, to);
    }

    private static int levenshtein(String from, String to) {
        int[] above = IntStream.rangeClosed(0, to.length()).toArray();
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int changed = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(changed, 1 + Math.min(above[j], row[j - 1]));
            }
            above = row;
        }
        return above[to.length()];
    }
}
