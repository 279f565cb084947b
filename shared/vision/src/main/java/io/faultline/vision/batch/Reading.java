package io.faultline.vision.batch;

/** How to read a countermeasure of which paper or idea and the authors' script part. */
enum Reading {
    /** What makes sense: the image keeps its size, nothing is cut off. */
    SOUND,
    /** What the authors' script does, for comparing numbers with theirs. */
    SCRIPT
}
