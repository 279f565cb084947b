package io.faultline.worker;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Down when the loop's thread is gone, or neither polls nor renews: only a new process helps. */
@Liveness
@ApplicationScoped
class WorkerLiveness implements HealthCheck {
    private final Worker worker;

    WorkerLiveness(Worker worker) {
        this.worker = worker;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("work loop")
                .status(worker.alive())
                .withData("last sign of life", worker.lastSign())
                .build();
    }
}
