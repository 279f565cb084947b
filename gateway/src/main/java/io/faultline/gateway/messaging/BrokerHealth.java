package io.faultline.gateway.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Shows the way to the broker. Always up: jobs are accepted without a broker, and delivered when it is back. */
@Readiness
@ApplicationScoped
class BrokerHealth implements HealthCheck {
    private final OutboxRelay relay;

    BrokerHealth(OutboxRelay relay) {
        this.relay = relay;
    }

    @Override
    public HealthCheckResponse call() {
        String trouble = relay.trouble();
        return HealthCheckResponse.named("Outbox to broker")
                .up()
                .withData("delivers", trouble == null)
                .withData("trouble", trouble == null ? "none" : trouble)
                .build();
    }
}
