package io.faultline.report;

/**
 * One epoch of a training.
 *
 * @param epoch counted from 1
 * @param learningRate at the end of the epoch
 * @param loss mean over the epoch's images
 * @param trainAccuracy on the images as the objective saw them
 * @param validation clean accuracy on the held-out split
 * @param judged what the epoch was chosen or passed over by; null where it was not measured
 * @param seconds of training, without evaluation
 */
public record EpochReport(
        int epoch,
        double learningRate,
        double loss,
        Accuracy trainAccuracy,
        Accuracy validation,
        Accuracy judged,
        double seconds) {
    /** Of a training whose last epoch is kept. */
    public EpochReport(
            int epoch, double learningRate, double loss, Accuracy trainAccuracy, Accuracy validation, double seconds) {
        this(epoch, learningRate, loss, trainAccuracy, validation, null, seconds);
    }
}
