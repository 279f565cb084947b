package io.faultline.local;

import io.faultline.event.JobId;
import io.faultline.local.client.GatewayClient;
import io.faultline.local.client.GatewayException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Jobs that only this process waits for: cancelled when it ends before they do, so that none is found running later. */
final class UnfinishedJobs {
    private final GatewayClient client;
    private final Set<JobId> jobs = ConcurrentHashMap.newKeySet();

    UnfinishedJobs(GatewayClient client) {
        this.client = client;
    }

    void add(JobId job) {
        jobs.add(job);
    }

    void remove(JobId job) {
        jobs.remove(job);
    }

    void cancel() {
        for (JobId job : jobs) {
            try {
                client.cancel(job);
                System.err.println("Cancelled job " + job + ".");
            } catch (GatewayException e) {
                System.err.println("Job " + job + " was not cancelled: " + e.getMessage());
            }
        }
        jobs.clear();
    }
}
