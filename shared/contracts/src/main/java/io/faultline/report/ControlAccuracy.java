package io.faultline.report;

import io.faultline.recipe.ControlSet;

/** What a trained network gets right of a control set. */
public record ControlAccuracy(ControlSet control, Accuracy accuracy) {}
