package io.faultline.local.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;

/** An installation whose services do nothing but serve: what starts, ties and watches them cannot tell the difference. */
public final class FakeServices {
    private static final String SOURCE = """
            package io.quarkus.bootstrap.runner;

            import com.sun.net.httpserver.HttpServer;
            import java.net.InetSocketAddress;

            public class QuarkusEntryPoint {
                public static void main(String... arguments) throws Exception {
                    HttpServer server = HttpServer.create(new InetSocketAddress(
                            System.getProperty("quarkus.http.host"), Integer.getInteger("quarkus.http.port")), 0);
                    server.createContext("/q/health/ready", exchange -> {
                        exchange.sendResponseHeaders(200, -1);
                        exchange.close();
                    });
                    server.start();
                    System.out.println("settings " + new java.util.TreeMap<>(System.getProperties()).tailMap("faultline"));
                    System.out.println("password " + System.getenv("QUARKUS_DATASOURCE_PASSWORD"));
                    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("stopped in order")));
                    Thread.currentThread().join();
                }
            }
            """;

    private FakeServices() {}

    public static Installation in(Path root) throws IOException {
        Path source = root.resolve("QuarkusEntryPoint.java");
        Files.createDirectories(root);
        Files.writeString(source, SOURCE);
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", root.toString(), "-proc:none", source.toString());
        if (failed != 0) {
            throw new IOException("the fake service does not compile");
        }
        for (Member member : Member.values()) {
            if (member.isService()) {
                Path jar = root.resolve(member.label()).resolve("target/quarkus-app/quarkus-run.jar");
                Files.createDirectories(jar.getParent());
                String name = "io/quarkus/bootstrap/runner/QuarkusEntryPoint.class";
                try (JarOutputStream output = new JarOutputStream(Files.newOutputStream(jar))) {
                    output.putNextEntry(new JarEntry(name));
                    Files.copy(root.resolve(name), output);
                }
            }
        }
        return new Installation(root);
    }
}
