package io.faultline.rift;

import io.faultline.report.ModuleCriticality;

/**
 * What a task leaves.
 *
 * @param criticality null where the recipe's choice asks for none
 * @param seconds that it took whoever measured it
 */
record MeasuredModule(ModuleCriticality criticality, double seconds) {}
