package io.faultline.dataset.download;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web server on this machine that serves one file, and misbehaves as it is told, one answer after the other. */
final class FileServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Headers> requests = Collections.synchronizedList(new ArrayList<>());
    private final Deque<Answer> answers = new ArrayDeque<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private byte[] content;
    private String etag = "\"v1\"";
    private String lastModified = "";

    /** How one request is answered. */
    @FunctionalInterface
    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    FileServer(byte[] content) throws IOException {
        this.content = content;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    /** The headers of all requests so far. */
    List<Headers> requests() {
        return List.copyOf(requests);
    }

    synchronized void publish(byte[] newContent, String newEtag, String newLastModified) {
        content = newContent;
        etag = newEtag;
        lastModified = newLastModified;
    }

    /** The next request that has no answer yet gets this one; those after all of these are answered properly. */
    synchronized void next(Answer answer) {
        answers.add(answer);
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestHeaders());
        Answer answer;
        synchronized (this) {
            answer = answers.isEmpty() ? this::properly : answers.poll();
        }
        try {
            answer.to(exchange);
        } finally {
            exchange.close();
        }
    }

    /** As RFC 9110 wants it: the rest, if the version is still the same. */
    void properly(HttpExchange exchange) throws IOException {
        Headers headers = exchange.getRequestHeaders();
        String range = headers.getFirst("Range");
        String condition = headers.getFirst("If-Range");
        boolean same = condition == null || condition.equals(etag) || condition.equals(lastModified);
        if (range == null || !same) {
            send(exchange, 200, 0, content.length);
            return;
        }
        int from = Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
        if (from >= content.length) {
            exchange.getResponseHeaders().set("Content-Range", "bytes */" + content.length);
            exchange.sendResponseHeaders(416, -1);
            return;
        }
        send(exchange, 206, from, content.length);
    }

    /** The whole file, whatever was asked for. */
    void ignoringRange(HttpExchange exchange) throws IOException {
        send(exchange, 200, 0, content.length);
    }

    /** The rest of whatever version there is now, though only that of another was asked for. */
    void ignoringIfRange(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        send(exchange, 206, Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1")), content.length);
    }

    /** Promises the file, or the rest of it, and breaks the connection in the middle. */
    Answer cutAt(int to) {
        return exchange -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
            send(exchange, from == 0 ? 200 : 206, from, to);
        };
    }

    /** Sends some bytes and then nothing more, without ending. */
    Answer silentAfter(int to) {
        return exchange -> {
            send(exchange, 200, 0, to);
            exchange.getResponseBody().flush();
            try {
                closing.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    Answer status(int status) {
        return exchange -> exchange.sendResponseHeaders(status, -1);
    }

    private void send(HttpExchange exchange, int status, int from, int to) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        if (!etag.isEmpty()) {
            headers.set("ETag", etag);
        }
        if (!lastModified.isEmpty()) {
            headers.set("Last-Modified", lastModified);
        }
        if (status == 206) {
            headers.set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(status, content.length - from);
        exchange.getResponseBody().write(content, from, to - from);
        exchange.getResponseBody().flush();
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    /** A port where nobody listens. */
    static int refusedPort() {
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
