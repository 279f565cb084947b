package io.faultline.local.cluster;

/** The processes of the cluster, in the order in which they start. */
public enum Member {
    KAFKA("kafka"),
    POSTGRES("postgres"),
    GATEWAY("gateway"),
    POISON("poison-service"),
    TRAINER("trainer-service"),
    RIFT("rift-service");

    private final String label;

    Member(String label) {
        this.label = label;
    }

    /** Its name in logs and messages; for a service, also the name of its module. */
    public String label() {
        return label;
    }

    boolean isService() {
        return this != KAFKA && this != POSTGRES;
    }

    /** Largest Java heap of a service, in MiB; tensors lie outside it. */
    int heapMebibytes() {
        return switch (this) {
            // an upload is read image by image, but a CIFAR file is read whole
            case GATEWAY -> 512;
            // images are worked on shard by shard
            case POISON -> 512;
            // a data set in memory
            case TRAINER, RIFT -> 1024;
            case KAFKA, POSTGRES -> throw new IllegalArgumentException(label + " sizes its own heap");
        };
    }
}
