package io.faultline.gateway.dataset;

import io.faultline.gateway.GatewayException;
import java.io.IOException;

/** The caller's connection ended before the upload did. */
public final class UploadBrokenOffException extends GatewayException {
    public UploadBrokenOffException(long bytes, IOException cause) {
        super("the upload broke off after " + bytes + " bytes; nothing of it was kept, send it again", cause);
    }
}
