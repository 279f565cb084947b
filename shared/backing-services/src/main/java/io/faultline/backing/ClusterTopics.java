package io.faultline.backing;

import io.faultline.event.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicExistsException;

/** The cluster's topics and share groups on a broker. Declaring them again changes nothing. */
public final class ClusterTopics {
    /** "Any free worker takes the next record" holds only while every member of the group has every partition. */
    private static final int WORK_PARTITIONS = 1;

    private static final int FACT_PARTITIONS = 3;
    private static final short ONE_NODE = 1;
    private static final long PATIENCE_SECONDS = 60;
    private static final Map<String, String> KEEP_FOR_EVER = Map.of(TopicConfig.RETENTION_MS_CONFIG, "-1");

    private ClusterTopics() {}

    /**
     * Declares the work topics, the fact topics and the dead-letter topic of each, and the share group of each work topic
     * from the topic's first record on.
     *
     * @throws BackingServiceException if the broker does not answer or refuses
     */
    public static void declare(String bootstrapServers) {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            createMissing(admin, topics());
            for (String topic : Topics.WORK) {
                declareShareGroup(admin, Topics.shareGroup(topic), new TopicPartition(topic, 0));
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new BackingServiceException(
                    "the topics cannot be declared on " + bootstrapServers + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackingServiceException("interrupted while the topics were declared", e);
        }
    }

    private static List<NewTopic> topics() {
        List<NewTopic> topics = new ArrayList<>();
        for (String topic : Topics.WORK) {
            topics.add(new NewTopic(topic, WORK_PARTITIONS, ONE_NODE).configs(KEEP_FOR_EVER));
        }
        for (String topic : Topics.FACTS) {
            NewTopic fact = new NewTopic(topic, FACT_PARTITIONS, ONE_NODE);
            topics.add(
                    Topics.COMPACTED.contains(topic)
                            ? fact.configs(
                                    Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT))
                            : fact);
        }
        Stream.of(Topics.WORK, Topics.FACTS)
                .flatMap(Collection::stream)
                .map(topic -> new NewTopic(Topics.deadLetter(topic), 1, ONE_NODE).configs(KEEP_FOR_EVER))
                .forEach(topics::add);
        return topics;
    }

    private static void createMissing(Admin admin, List<NewTopic> wanted)
            throws ExecutionException, InterruptedException, TimeoutException {
        Set<String> existing = answer(admin.listTopics().names());
        List<NewTopic> missing = wanted.stream()
                .filter(topic -> !existing.contains(topic.name()))
                .toList();
        for (KafkaFuture<Void> created : admin.createTopics(missing).values().values()) {
            try {
                answer(created);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) { // another process was faster
                    throw e;
                }
            }
        }
    }

    /**
     * By default a share group sees only records sent after its first member joined. Its state, written before, lets it start
     * at the first record and makes its lag readable; an existing group keeps its place.
     */
    private static void declareShareGroup(Admin admin, String group, TopicPartition partition)
            throws ExecutionException, InterruptedException, TimeoutException {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.GROUP, group);
        AlterConfigOp fromTheStart =
                new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
        answer(admin.incrementalAlterConfigs(Map.of(resource, List.of(fromTheStart)))
                .all());
        if (!hasState(admin, group, partition)) {
            answer(admin.alterShareGroupOffsets(group, Map.of(partition, 0L)).all());
        }
    }

    private static boolean hasState(Admin admin, String group, TopicPartition partition)
            throws ExecutionException, InterruptedException, TimeoutException {
        try {
            return answer(admin.listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                                    .partitionsToOffsetInfo(group))
                            .get(partition)
                    != null;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return false;
            }
            throw e;
        }
    }

    private static <T> T answer(KafkaFuture<T> future)
            throws ExecutionException, InterruptedException, TimeoutException {
        return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
