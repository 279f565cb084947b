package io.faultline.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The name of a file inside a data set: relative, levels parted by {@code /}. Nothing is ever written to where such a name
 * points; a name that points outside is refused all the same, since whoever unpacks the archive by other means would be hit.
 */
final class EntryName {
    private static final int LONGEST = 1024;
    private static final Pattern DRIVE = Pattern.compile("[A-Za-z]:.*");

    private EntryName() {}

    /**
     * The name without empty and {@code .} levels; empty for the root.
     *
     * @throws InvalidDatasetException for an absolute name, one with {@code ..}, a backslash or a control character
     */
    static String checked(String raw) {
        if (raw.length() > LONGEST) {
            throw refused(raw.substring(0, 60) + "…", "has " + raw.length() + " characters", "at most " + LONGEST);
        }
        if (raw.chars().anyMatch(Character::isISOControl)) {
            throw refused(raw, "has a control character", "names of printable characters");
        }
        if (raw.startsWith("/") || DRIVE.matcher(raw).matches()) {
            throw refused(raw, "is an absolute name", "names relative to the archive's root");
        }
        if (raw.indexOf('\\') >= 0) {
            throw refused(raw, "has a backslash", "names whose levels are parted by /");
        }
        List<String> levels = new ArrayList<>();
        for (String level : raw.split("/")) {
            if (level.equals("..")) {
                throw refused(raw, "leads out of the archive through ..", "names below the archive's root");
            }
            if (!level.isEmpty() && !level.equals(".")) {
                levels.add(level);
            }
        }
        return String.join("/", levels);
    }

    /** Whether a file is what an operating system leaves behind: hidden files, resource forks, thumbnails. */
    static boolean isDebris(String name) {
        for (String level : name.split("/")) {
            if (level.startsWith(".") || level.equals("__MACOSX")) {
                return true;
            }
        }
        String last = last(name);
        return last.equalsIgnoreCase("Thumbs.db") || last.equalsIgnoreCase("desktop.ini");
    }

    /** The last level. */
    static String last(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    /** All but the last level; empty for a name of one level. */
    static String parent(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }

    static String join(String parent, String child) {
        return parent.isEmpty() ? child : parent + "/" + child;
    }

    /** A name for a message: control characters made visible. */
    static String shown(String raw) {
        StringBuilder text = new StringBuilder();
        raw.chars().forEach(c -> {
            if (Character.isISOControl(c)) {
                text.append(String.format("\\u%04x", c));
            } else {
                text.append((char) c);
            }
        });
        return text.toString();
    }

    private static InvalidDatasetException refused(String raw, String found, String allowed) {
        return new InvalidDatasetException(
                "the entry '" + shown(raw) + "' " + found + "; allowed: " + allowed + ". Pack the archive again.");
    }
}
