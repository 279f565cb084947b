package io.faultline.poison.theory;

/** Told how far a contour grid is, on the thread that computes it; whatever it throws ends the computation. */
@FunctionalInterface
public interface ContourProgress {
    void pointsDone(int done, int total);
}
