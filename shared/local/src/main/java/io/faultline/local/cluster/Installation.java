package io.faultline.local.cluster;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where Faultline's built parts lie.
 *
 * @param root the repository
 */
public record Installation(Path root) {
    private static final String ROOT_PROPERTY = "faultline.root";

    public Installation {
        root = root.toAbsolutePath().normalize();
    }

    /** The installation that the launcher script, or the build, named. */
    public static Installation current() {
        String root = System.getProperty(ROOT_PROPERTY);
        if (root == null) {
            throw new ClusterException(
                    "system property " + ROOT_PROPERTY + " is not set; start Faultline with the script ./faultline");
        }
        return new Installation(Path.of(root));
    }

    /** @throws ClusterException if the service is not built */
    Path runner(Member service) {
        Path jar = root.resolve(service.label()).resolve("target/quarkus-app/quarkus-run.jar");
        if (!Files.isRegularFile(jar)) {
            throw new ClusterException(service.label() + " is not built: there is no " + jar
                    + "; build with ./mvnw -DskipTests package, or start with the script ./faultline, which builds");
        }
        return jar;
    }

    /** The jar or directory of this module's classes, which ties a service to its parent. */
    static Path ownClasses() {
        try {
            return Path.of(Installation.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new ClusterException("the place of Faultline's own classes is no path: " + e.getMessage(), e);
        }
    }
}
