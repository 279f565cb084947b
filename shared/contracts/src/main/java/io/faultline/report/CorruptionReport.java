package io.faultline.report;

import io.faultline.recipe.CorruptionName;
import java.util.List;

/**
 * Accuracy on corrupted test images.
 *
 * @param cells one for each corruption and severity
 * @param meanPercent over all cells
 */
public record CorruptionReport(List<Cell> cells, double meanPercent) {
    /** @param severity from 1 to 5 */
    public record Cell(CorruptionName corruption, int severity, Accuracy accuracy) {}

    public CorruptionReport {
        cells = List.copyOf(cells);
    }
}
