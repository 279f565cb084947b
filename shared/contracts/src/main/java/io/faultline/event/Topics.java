package io.faultline.event;

import java.util.List;

/**
 * The topics of the cluster. The work topics hand out work, one partition each, through share groups; the others carry facts
 * to ordinary consumer groups.
 */
public final class Topics {
    /**
     * What the first stage works on: jobs, and the shards that their data sets are cut into. One topic for all, told apart by the
     * events' types: with several, a share group would give each partition to some of its members only.
     */
    public static final String JOB_SUBMITTED = "job-submitted";

    public static final String DATASET_READY = "dataset-ready";
    public static final String MODEL_READY = "model-ready";

    public static final String JOB_PROGRESS = "job-progress";
    public static final String JOB_RESULTS = "job-results";
    public static final String JOB_FAILED = "job-failed";
    public static final String JOB_CANCELLED = "job-cancelled";

    /** Topics that hand out work. */
    public static final List<String> WORK = List.of(JOB_SUBMITTED, DATASET_READY, MODEL_READY);
    /** Topics that carry facts. */
    public static final List<String> FACTS = List.of(JOB_PROGRESS, JOB_RESULTS, JOB_FAILED, JOB_CANCELLED);
    /** The fact topics of which only the newest record of a job is kept. */
    public static final List<String> COMPACTED = List.of(JOB_RESULTS);

    private static final String DEAD_LETTER_SUFFIX = "-dead-letter";
    private static final String SHARE_GROUP_SUFFIX = "-workers";

    private Topics() {}

    /** Where records of a topic end that cannot be read or keep failing. */
    public static String deadLetter(String topic) {
        return topic + DEAD_LETTER_SUFFIX;
    }

    /** The share group through which a work topic is handed out. */
    public static String shareGroup(String topic) {
        return topic + SHARE_GROUP_SUFFIX;
    }
}
