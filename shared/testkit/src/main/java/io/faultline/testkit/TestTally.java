package io.faultline.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/**
 * How many tests ran, over all modules: the last line of a build.
 *
 * @param run all that were started
 * @param failed by an assertion or an error
 * @param skipped that were not started
 */
public record TestTally(int run, int failed, int skipped) {
    private static final List<String> REPORTS = List.of("surefire-reports", "failsafe-reports");

    /** Prints the tally of the build below the directory that is the only argument. */
    public static void main(String[] arguments) throws IOException {
        TestTally tally = of(Path.of(arguments[0]));
        System.out.printf(
                "tests: %d passed, %d failed, %d skipped%n",
                tally.run - tally.failed - tally.skipped, tally.failed, tally.skipped);
    }

    /**
     * Adds up the reports that Surefire and Failsafe left below a directory.
     *
     * @throws IOException if a report cannot be read
     */
    public static TestTally of(Path root) throws IOException {
        TestTally sum = new TestTally(0, 0, 0);
        try (Stream<Path> files = Files.walk(root)) {
            for (Path report : files.filter(TestTally::isReport).toList()) {
                sum = sum.plus(read(report));
            }
        }
        return sum;
    }

    private TestTally plus(TestTally other) {
        return new TestTally(run + other.run, failed + other.failed, skipped + other.skipped);
    }

    private static boolean isReport(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith("TEST-")
                && name.endsWith(".xml")
                && REPORTS.contains(file.getParent().getFileName().toString());
    }

    private static TestTally read(Path report) throws IOException {
        try {
            Element suite = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(report.toFile())
                    .getDocumentElement();
            return new TestTally(
                    count(suite, "tests"), count(suite, "failures") + count(suite, "errors"), count(suite, "skipped"));
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(report + " is no test report", e);
        }
    }

    private static int count(Element suite, String attribute) {
        return Integer.parseInt(suite.getAttribute(attribute));
    }
}
