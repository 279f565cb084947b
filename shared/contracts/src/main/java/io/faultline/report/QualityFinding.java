package io.faultline.report;

import java.util.List;

/**
 * Something that the quality gate found.
 *
 * @param broken whether the protection cannot be used because of it; else it is a warning
 * @param code what was found, such as {@code UNIVERSAL_FILTER}
 * @param classes names of the classes that it concerns; empty if it concerns the whole
 * @param detail what was measured, what is allowed, what to do
 */
public record QualityFinding(boolean broken, String code, List<String> classes, String detail) {
    public QualityFinding {
        classes = List.copyOf(classes);
    }
}
