package io.faultline.gateway.dataset;

import io.faultline.gateway.GatewayException;

/** An upload is larger than this gateway takes. */
public final class UploadTooLargeException extends GatewayException {
    public UploadTooLargeException(long limit) {
        super(
                "the upload is larger than " + limit
                        + " bytes, this gateway's limit; send a smaller data set or have faultline.gateway.upload-limit raised");
    }
}
