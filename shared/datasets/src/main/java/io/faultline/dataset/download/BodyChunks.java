package io.faultline.dataset.download;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A response's body, some buffers at a time, for the thread that asks. Unlike the client's own stream it does not wait for ever
 * for a server that has fallen silent, and no more is fetched than was asked for.
 */
final class BodyChunks implements Flow.Subscriber<List<ByteBuffer>>, AutoCloseable {
    private final Duration silence;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

    /** @param silence longest time without a byte */
    BodyChunks(Flow.Publisher<List<ByteBuffer>> body, Duration silence) {
        this.silence = silence;
        body.subscribe(this);
    }

    private sealed interface Event {
        record Bytes(List<ByteBuffer> buffers) implements Event {}

        record Failed(Throwable cause) implements Event {}

        record Ended() implements Event {}
    }

    /**
     * The next bytes; none at the end.
     *
     * @throws IOException if the connection breaks, or nothing comes for too long
     */
    List<ByteBuffer> next() throws IOException, InterruptedException {
        Event event = events.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
        if (event == null) {
            throw new HttpTimeoutException("no byte came for " + silence.toSeconds() + " s");
        }
        if (event instanceof Event.Bytes bytes) {
            subscription.join().request(1);
            return bytes.buffers();
        }
        if (event instanceof Event.Failed failed) {
            throw new IOException("the connection broke (" + failed.cause().getMessage() + ")", failed.cause());
        }
        return List.of();
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        newSubscription.request(1);
        subscription.complete(newSubscription);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        events.add(new Event.Bytes(buffers));
    }

    @Override
    public void onError(Throwable cause) {
        events.add(new Event.Failed(cause));
    }

    @Override
    public void onComplete() {
        events.add(new Event.Ended());
    }

    @Override
    public void close() {
        // where the client has not subscribed us yet, as soon as it does
        subscription.thenAccept(Flow.Subscription::cancel);
    }
}
