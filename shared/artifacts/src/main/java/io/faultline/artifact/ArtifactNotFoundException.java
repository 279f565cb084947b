package io.faultline.artifact;

/** No artifact has this id. Asking again does not help. */
public final class ArtifactNotFoundException extends ArtifactException {
    private final transient ArtifactId id;

    public ArtifactNotFoundException(ArtifactId id) {
        super("no artifact " + id + "; it was never stored here, or it was deleted");
        this.id = id;
    }

    public ArtifactId id() {
        return id;
    }
}
