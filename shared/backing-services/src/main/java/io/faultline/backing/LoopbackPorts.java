package io.faultline.backing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.Set;

/** Ports of the loopback interface. */
public final class LoopbackPorts {
    public static final String HOST = "127.0.0.1";

    private static final int LARGEST_PORT = 65_535;

    // far fewer than the system has to give
    private static final int REMEMBERED = 512;

    /** Ports that were given to someone who may not listen there yet: the system would give them again. */
    private static final Set<Integer> GIVEN = new LinkedHashSet<>();

    private LoopbackPorts() {}

    /** A port that is free at this moment, and was not given to another caller in this process of late. */
    public static int free() {
        synchronized (GIVEN) {
            int port = anyFree();
            while (!GIVEN.add(port)) {
                port = anyFree();
            }
            if (GIVEN.size() > REMEMBERED) {
                GIVEN.remove(GIVEN.iterator().next());
            }
            return port;
        }
    }

    private static int anyFree() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new BackingServiceException("no free port on " + HOST + ": " + e.getMessage(), e);
        }
    }

    /**
     * Makes sure that a service can listen there.
     *
     * @param port 0 for any free one
     * @param service for the message
     * @param remedy how to choose another port, as a clause
     * @return the port, or a free one for 0
     * @throws BackingServiceException if the port is taken or out of range
     */
    public static int claim(int port, String service, String remedy) {
        if (port < 0 || port > LARGEST_PORT) {
            throw new BackingServiceException(
                    "port of " + service + " is " + port + "; allowed: 0 (any free one) to " + LARGEST_PORT);
        }
        if (port == 0) {
            return free();
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(HOST), port), 1);
            return port;
        } catch (IOException e) {
            throw new BackingServiceException(
                    "port " + port + " of " + HOST + " is taken (" + e.getMessage() + "), so " + service
                            + " cannot listen there; end what uses it, or " + remedy,
                    e);
        }
    }
}
