package io.faultline.gateway.rest;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What an address takes, for the header Allow, which a 405 must have (RFC 9110, Sec. 15.5.6) and the framework leaves out. */
final class AllowedMethods {
    private static final Set<Class<?>> RESOURCES = Set.of(
            JobResource.class,
            DatasetResource.class,
            CheckpointResource.class,
            CorruptionSetResource.class,
            ArtifactResource.class);

    private AllowedMethods() {}

    /** Comma-separated; empty for an address that no resource has. */
    static String of(String path) {
        Set<String> allowed = new TreeSet<>();
        for (Class<?> resource : RESOURCES) {
            for (Method method : resource.getDeclaredMethods()) {
                if (path.matches(pattern(resource, method))) {
                    httpMethods(method).forEach(allowed::add);
                }
            }
        }
        return String.join(", ", allowed);
    }

    private static Stream<String> httpMethods(Method method) {
        return Stream.of(method.getAnnotations())
                .map(Annotation::annotationType)
                .filter(type -> type.isAnnotationPresent(HttpMethod.class))
                .map(type -> type.getAnnotation(HttpMethod.class).value());
    }

    private static String pattern(Class<?> resource, Method method) {
        Path own = method.getAnnotation(Path.class);
        String template = resource.getAnnotation(Path.class).value() + (own == null ? "" : own.value());
        return template.replaceAll("\\{[^}]*}", "[^/]+") + "/?";
    }
}
