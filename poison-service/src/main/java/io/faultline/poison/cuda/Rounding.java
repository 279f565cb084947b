package io.faultline.poison.cuda;

/** How a pixel value between two of the 256 levels becomes one of them. */
public enum Rounding {
    /** To the nearest level, ties to the even one, as PyTorch's {@code round}. */
    NEAREST,
    /** To the level below, as the authors' {@code astype(uint8)}; darkens an image by half a level on average. */
    TRUNCATE
}
