package io.faultline.gateway.rest;

import io.faultline.event.JobId;
import io.faultline.gateway.job.JobFeed;
import io.faultline.gateway.job.JobView;
import io.faultline.gateway.job.Jobs;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Streams of server-sent events, one for each caller that follows a job. */
@ApplicationScoped
class JobStreams {
    /** Events that a slow caller may be behind; one further behind is cut off and may come again. */
    private static final int LONGEST_QUEUE = 1024;

    private final Jobs jobs;
    private final JobFeed feed;
    private final Set<Stream> open = ConcurrentHashMap.newKeySet();

    JobStreams(Jobs jobs, JobFeed feed) {
        this.jobs = jobs;
        this.feed = feed;
    }

    /** @throws io.faultline.gateway.job.JobNotFoundException if there is no such job */
    Multi<OutboundSseEvent> follow(JobId job, Sse sse) {
        JobView first = jobs.get(job);
        return Multi.createFrom()
                .emitter(
                        emitter -> {
                            Stream stream = new Stream(emitter, sse);
                            open.add(stream);
                            Runnable unfollow = feed.follow(job, stream::tell);
                            emitter.onTermination(() -> {
                                unfollow.run();
                                open.remove(stream);
                            });
                            stream.tell(first);
                        },
                        LONGEST_QUEUE);
    }

    /** What another gateway heard, or what happened between the first look and the following. */
    @Scheduled(
            every = "2S",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP,
            skipExecutionIf = Scheduled.ApplicationNotRunning.class)
    void lookAgain() {
        List<JobId> followed = feed.followed();
        if (!followed.isEmpty()) {
            jobs.all(followed).forEach(feed::publish);
        }
    }

    /** Keeps idle connections open, and finds those that are gone. */
    @Scheduled(every = "${faultline.gateway.stream-heartbeat:15S}")
    void heartbeat() {
        open.forEach(Stream::heartbeat);
    }

    /** One caller's stream; safe for use by many threads. */
    private static final class Stream {
        private final MultiEmitter<? super OutboundSseEvent> emitter;
        private final Sse sse;
        private final JobNews news = new JobNews();

        Stream(MultiEmitter<? super OutboundSseEvent> emitter, Sse sse) {
            this.emitter = emitter;
            this.sse = sse;
        }

        synchronized void tell(JobView view) {
            news.of(view).ifPresent(item -> {
                emitter.emit(sse.newEventBuilder()
                        .name(item.name())
                        .mediaType(MediaType.APPLICATION_JSON_TYPE)
                        .data(item.data())
                        .build());
                if (item.last()) {
                    emitter.complete();
                }
            });
        }

        synchronized void heartbeat() {
            emitter.emit(sse.newEventBuilder().comment("still here").build());
        }
    }
}
