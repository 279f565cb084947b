package io.faultline.report;

import io.faultline.artifact.ArtifactRef;
import io.faultline.recipe.ControlSet;

/**
 * A control set that was made beside a protected data set.
 *
 * @param dataset its test split is the changed one; its training split is the untouched test split
 */
public record ControlReport(ControlSet control, ArtifactRef dataset) {}
