package io.faultline.artifact;

import java.io.IOException;
import java.io.OutputStream;

/** Produces the bytes of an artifact or a checkpoint, once; the store owns and closes the stream. */
@FunctionalInterface
public interface ContentWriter {
    void writeTo(OutputStream out) throws IOException;
}
