/** Figures on the test split, measured once at the end of a stage, in pieces that survive an interruption. */
package io.faultline.measurement;
