package io.faultline.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule finds who breaks it: the offenders are compiled here, so that the product has none. */
class ArchitectureRulesTest {
    @TempDir
    Path directory;

    static Stream<Arguments> offenders() {
        return Stream.of(
                Arguments.of("classes", ArchitectureRules.namesSayWhatAClassIs, "class ImageUtils {}"),
                Arguments.of("classes", ArchitectureRules.nothingIsCalledAbstract, "class AbstractStage {}"),
                Arguments.of(
                        "test-classes",
                        ArchitectureRules.testsAwaitAConditionAndNeverSleep,
                        "class Sleeper { void rest() throws Exception { Thread.sleep(1); } }"),
                Arguments.of(
                        "classes",
                        ArchitectureRules.algorithmsKnowNoPlatform,
                        "class Reader { org.apache.kafka.clients.admin.Admin admin; }"),
                Arguments.of(
                        "classes",
                        ArchitectureRules.randomnessHasASeed,
                        "class Drawer { double draw() { return new java.util.Random().nextDouble(); } }"),
                Arguments.of(
                        "classes",
                        ArchitectureRules.randomnessHasASeed,
                        "class Drawer { double draw() { return Math.random(); } }"),
                Arguments.of(
                        "classes",
                        ArchitectureRules.fieldsAreNotOptional,
                        "class Holder { java.util.Optional<String> name; }"),
                Arguments.of("classes", ArchitectureRules.staticStateDoesNotChange, "class Counter { static int n; }"));
    }

    @ParameterizedTest
    @MethodSource("offenders")
    void theOffenderIsFound(String output, ArchRule rule, String source) throws IOException {
        List<String> details = violations(rule, output, source);

        assertThat(details).singleElement().asString().contains("io.faultline.dataset.");
    }

    @Test
    void aTestMayDrawWithoutASeed() throws IOException {
        List<String> details = violations(
                ArchitectureRules.randomnessHasASeed,
                "test-classes",
                "class Drawer { double draw() { return Math.random(); } }");

        assertThat(details).isEmpty();
    }

    private List<String> violations(ArchRule rule, String output, String source) throws IOException {
        Path file = directory.resolve("Offender.java");
        Files.writeString(file, "package io.faultline.dataset; " + source);
        Path classes = directory.resolve(output);
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-d",
                        classes.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-proc:none",
                        file.toString());
        assertThat(failed).isZero();
        return rule.evaluate(new ClassFileImporter().importPath(classes))
                .getFailureReport()
                .getDetails();
    }
}
