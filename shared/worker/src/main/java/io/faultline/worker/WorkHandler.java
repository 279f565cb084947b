package io.faultline.worker;

import io.faultline.event.JobFailed;
import io.faultline.event.JobId;
import io.faultline.event.StageName;
import io.faultline.event.WorkEvent;
import io.faultline.recipe.InvalidRecipeException;
import java.util.Optional;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Handles one work record and says how it is settled: ACCEPT when its report is told or its job is cancelled, REJECT when it
 * lies on the dead-letter topic and its job has failed, RELEASE when it shall be tried again. Never throws.
 */
final class WorkHandler<E extends WorkEvent> {
    private static final Logger LOG = Logger.getLogger(WorkHandler.class);

    private final StageName stage;
    private final WorkReader<E> reader;
    private final WorkRunner<E> runner;
    private final CancelledJobs cancelledJobs;
    private final FailurePolicy policy;
    private final Facts facts;
    private final StageMetrics metrics;

    WorkHandler(
            StageName stage,
            WorkReader<E> reader,
            WorkRunner<E> runner,
            CancelledJobs cancelledJobs,
            FailurePolicy policy,
            Facts facts,
            StageMetrics metrics) {
        this.stage = stage;
        this.reader = reader;
        this.runner = runner;
        this.cancelledJobs = cancelledJobs;
        this.policy = policy;
        this.facts = facts;
        this.metrics = metrics;
    }

    AcknowledgeType handle(ConsumerRecord<byte[], byte[]> record, StopSignal stop) {
        metrics.busy(stage, true);
        try {
            Settled<E> settled = stop.interrupting(() -> settle(record, stop));
            // here no signal interrupts any more
            if (settled.abandoned() != null) {
                runner.abandon(settled.abandoned());
            }
            return settled.end();
        } finally {
            metrics.busy(stage, false);
        }
    }

    /** @param abandoned the event, if its job has failed or was cancelled; else null */
    private record Settled<E>(AcknowledgeType end, E abandoned) {}

    private Settled<E> settle(ConsumerRecord<byte[], byte[]> record, StopSignal stop) {
        E event;
        try {
            event = reader.read(record);
        } catch (UnreadableWorkException | InvalidRecipeException e) {
            return new Settled<>(afterFailure(record, e, stop), null);
        }
        AcknowledgeType end = cancelledJobs.during(
                event.jobId(), () -> stop.stop(StopSignal.Reason.CANCELLED), () -> work(event, record, stop));
        boolean cancelled =
                stop.reason().filter(StopSignal.Reason.CANCELLED::equals).isPresent();
        boolean abandoned = end == AcknowledgeType.REJECT || end == AcknowledgeType.ACCEPT && cancelled;
        return new Settled<>(end, abandoned ? event : null);
    }

    private AcknowledgeType work(E event, ConsumerRecord<byte[], byte[]> record, StopSignal stop) {
        try {
            stop.throwIfStopped();
            runner.run(event, TraceContext.of(record), stop, DeadLetter.deliveryCount(record) > 1);
            return AcknowledgeType.ACCEPT;
        } catch (Throwable failure) { // the edge: a bug of a stage, even a linkage error, must not end the worker
            return afterFailure(record, failure, stop);
        }
    }

    private AcknowledgeType afterFailure(ConsumerRecord<byte[], byte[]> record, Throwable failure, StopSignal stop) {
        if (stop.reason().isEmpty()) {
            try {
                return judge(record, failure, stop);
            } catch (StageStoppedException stoppedMeanwhile) {
                LOG.debugf("stopped while a failure was handled: %s", stoppedMeanwhile.getMessage());
            }
        }
        return afterStop(record, stop.reason().orElseThrow());
    }

    private AcknowledgeType afterStop(ConsumerRecord<byte[], byte[]> record, StopSignal.Reason reason) {
        LOG.infof("work stopped reason=%s stage=%s %s", reason, stage, origin(record));
        // the gateway knows of a cancelled or failed job: nothing is left to do or to tell
        return reason == StopSignal.Reason.CANCELLED ? AcknowledgeType.ACCEPT : AcknowledgeType.RELEASE;
    }

    private AcknowledgeType judge(ConsumerRecord<byte[], byte[]> record, Throwable failure, StopSignal stop) {
        int deliveryCount = DeadLetter.deliveryCount(record);
        Verdict verdict = policy.judge(failure, deliveryCount);
        if (verdict instanceof Verdict.GiveUp giveUp) {
            return giveUp(record, giveUp, failure, stop);
        }
        metrics.retried(stage);
        LOG.warnf(
                "work failed and is tried again: %s delivery=%d of %d stage=%s %s",
                failure, deliveryCount, policy.deliveryLimit(), stage, origin(record));
        stop.await(policy.pauseAfter(deliveryCount));
        return AcknowledgeType.RELEASE;
    }

    private AcknowledgeType giveUp(
            ConsumerRecord<byte[], byte[]> record, Verdict.GiveUp verdict, Throwable failure, StopSignal stop) {
        switch (verdict.code()) {
            case INTERNAL -> LOG.errorf(failure, "work failed by a bug stage=%s %s", stage, origin(record));
            case REJECTED, UNREADABLE, EXHAUSTED ->
                LOG.warnf(
                        "job failed code=%s: %s stage=%s %s", verdict.code(), verdict.detail(), stage, origin(record));
        }
        try {
            facts.bury(DeadLetter.of(record, verdict, failure));
            Optional<JobId> job = CloudEventHeaders.jobId(record);
            job.ifPresent(id ->
                    facts.tell(new JobFailed(id, stage, verdict.code(), verdict.detail()), TraceContext.of(record)));
            metrics.failed(stage, verdict.code());
            return AcknowledgeType.REJECT;
        } catch (FactNotToldException e) {
            LOG.errorf("a failure could not be told, the record is given back: %s %s", e.getMessage(), origin(record));
            stop.await(policy.pauseAfter(DeadLetter.deliveryCount(record)));
            return AcknowledgeType.RELEASE;
        }
    }

    private static String origin(ConsumerRecord<byte[], byte[]> record) {
        return "record=" + record.topic() + "-" + record.partition() + "@" + record.offset() + " jobId="
                + CloudEventHeaders.jobId(record).map(JobId::toString).orElse("unknown");
    }
}
