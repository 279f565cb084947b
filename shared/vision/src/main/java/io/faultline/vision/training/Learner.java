package io.faultline.vision.training;

import io.faultline.vision.network.Classifier;

/** A network in the middle of its training, as an attack on it may run it. Its weights do not move meanwhile. */
public interface Learner {
    /** K. */
    int classes();

    /** On running statistics, which stay as they are: what attacks should see. */
    Classifier settled();

    /** On the batch's own statistics, by which each call moves the running ones: a quirk of some scripts. */
    Classifier moving();
}
