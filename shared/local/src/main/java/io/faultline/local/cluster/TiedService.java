package io.faultline.local.cluster;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.TimeUnit;

/**
 * Main class of a service's process: runs the service, and ends it in order when standard input ends, that is, when the
 * parent dies without having stopped it.
 */
final class TiedService {
    private static final String QUARKUS = "io.quarkus.bootstrap.runner.QuarkusEntryPoint";
    private static final long SHUTDOWN_SECONDS = 20;

    private TiedService() {}

    public static void main(String... arguments) throws ReflectiveOperationException {
        Thread tie = new Thread(TiedService::endWithParent, "tie-to-parent");
        tie.setDaemon(true);
        tie.start();
        try {
            Class.forName(QUARKUS).getMethod("main", String[].class).invoke(null, (Object) arguments);
        } catch (InvocationTargetException e) {
            e.getCause().printStackTrace();
            System.exit(1);
        }
    }

    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // whatever the parent writes has no meaning
            }
        } catch (IOException e) {
            System.err.println("standard input is broken, the parent is gone: " + e.getMessage());
        }
        Thread last = new Thread(TiedService::haltLate, "halt");
        last.setDaemon(true);
        last.start();
        System.exit(0);
    }

    private static void haltLate() {
        try {
            TimeUnit.SECONDS.sleep(SHUTDOWN_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(1);
    }
}
