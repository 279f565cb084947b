package io.faultline.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestTallyTest {
    @TempDir
    Path root;

    @Test
    void reportsOfAllModulesAreAddedUp() throws IOException {
        // Given
        report("a/target/surefire-reports/TEST-A.xml", "<testsuite tests='5' failures='1' errors='1' skipped='1'/>");
        report("b/target/failsafe-reports/TEST-B.xml", "<testsuite tests='3' failures='0' errors='0' skipped='0'/>");
        report("b/target/failsafe-reports/failsafe-summary.xml", "<failsafe-summary/>");
        report("b/target/other/TEST-C.xml", "<testsuite tests='7' failures='0' errors='0' skipped='0'/>");

        // When
        TestTally tally = TestTally.of(root);

        // Then
        assertThat(tally).isEqualTo(new TestTally(8, 2, 1));
    }

    @Test
    void aBrokenReportIsNamed() throws IOException {
        report("a/target/surefire-reports/TEST-A.xml", "<testsuite");

        assertThatThrownBy(() -> TestTally.of(root))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("TEST-A.xml");
    }

    private void report(String path, String xml) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, xml);
    }
}
