package io.faultline.local;

import java.net.URI;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A gateway that is not of this machine's cluster. */
final class UrlOption {
    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Address of a gateway elsewhere, such as http://host:8080 (default: this machine's cluster).")
    private URI url;

    Optional<URI> url() {
        return Optional.ofNullable(url);
    }
}
