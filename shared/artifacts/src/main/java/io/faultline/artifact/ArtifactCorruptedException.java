package io.faultline.artifact;

/** The stored bytes no longer have the digest they are named by. */
public final class ArtifactCorruptedException extends ArtifactException {
    private final transient ArtifactId id;

    public ArtifactCorruptedException(ArtifactId id, ArtifactId found) {
        super("artifact " + id + " is damaged: its bytes now have digest " + found
                + "; delete it and run the stage that made it again");
        this.id = id;
    }

    public ArtifactId id() {
        return id;
    }
}
