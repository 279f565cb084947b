package io.faultline.local.cluster;

import io.faultline.backing.ClusterTopics;
import io.faultline.backing.KafkaNode;
import io.faultline.backing.PostgresNode;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The broker or the database as a supervised process. */
final class BackingProcess {
    private BackingProcess() {}

    static final class Kafka implements Supervised {
        private final ClusterHome home;
        private final int port;
        private KafkaNode node;

        Kafka(ClusterHome home, int port) {
            this.home = home;
            this.port = port;
        }

        @Override
        public Member member() {
            return Member.KAFKA;
        }

        @Override
        public void start() {
            if (node == null) {
                node = KafkaNode.start(home.data(Member.KAFKA), port, home.log(Member.KAFKA.label()), Map.of());
                ClusterTopics.declare(node.bootstrapServers());
            } else {
                node.restart();
            }
        }

        @Override
        public CompletableFuture<?> ended() {
            return node.ended();
        }

        @Override
        public long pid() {
            return node.pid();
        }

        @Override
        public void stop() {
            if (node != null) {
                node.close();
            }
        }
    }

    static final class Postgres implements Supervised {
        private final ClusterHome home;
        private final int port;
        private PostgresNode node;

        Postgres(ClusterHome home, int port) {
            this.home = home;
            this.port = port;
        }

        PostgresNode node() {
            return node;
        }

        @Override
        public Member member() {
            return Member.POSTGRES;
        }

        @Override
        public void start() {
            if (node == null) {
                node = PostgresNode.start(
                        home.data(Member.POSTGRES),
                        port,
                        home.log(Member.POSTGRES.label()),
                        PostgresNode.Durability.DISK);
            } else {
                node.restart();
            }
        }

        @Override
        public CompletableFuture<?> ended() {
            return node.ended();
        }

        @Override
        public long pid() {
            return node.pid();
        }

        @Override
        public void stop() {
            if (node != null) {
                node.close();
            }
        }
    }
}
