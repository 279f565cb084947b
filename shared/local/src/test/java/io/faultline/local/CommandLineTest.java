package io.faultline.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.PoisonPreset;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {
    @TempDir
    Path directory;

    private final StringWriter output = new StringWriter();
    private final StringWriter errors = new StringWriter();

    private int run(String... arguments) {
        CommandLine command = Faultline.commandLine();
        command.setOut(new PrintWriter(output, true)).setErr(new PrintWriter(errors, true));
        return command.execute(arguments);
    }

    @Test
    void helpNamesEveryCommand() {
        assertThat(run("--help")).isZero();
        assertThat(output.toString())
                .contains("demo", "table", "up", "down", "status", "submit", "watch", "jobs", "--version");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "table", "up", "down", "status", "submit", "watch", "jobs"})
    void everyCommandHasHelp(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(output.toString()).contains("Usage: faultline " + command, "--home");
    }

    @Test
    void theVersionIsTheBuilds() {
        assertThat(run("--version")).isZero();
        assertThat(output.toString().strip()).matches("faultline \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    }

    @Test
    void aMisspeltCommandIsWrongUsage() {
        assertThat(run("dmeo")).isEqualTo(2);
        assertThat(errors.toString()).contains("dmeo");
    }

    @Test
    void aCommandWithoutAClusterSaysHowToStartOne() {
        assertThat(run("jobs", "--home", directory.toString())).isEqualTo(1);
        assertThat(errors.toString())
                .startsWith("faultline: no cluster is running in " + directory)
                .contains("./faultline up --detach");
    }

    @Test
    void statusWithoutAClusterFails() {
        assertThat(run("status", "--home", directory.toString())).isEqualTo(1);
    }

    @Test
    void downWithoutAClusterHasNothingToDo() {
        assertThat(run("down", "--home", directory.toString())).isZero();
    }

    @Test
    void aRecipeThatIsNotThereIsNamed() {
        assertThat(run("submit", "--home", directory.toString(), "absent.json")).isEqualTo(1);
        assertThat(errors.toString()).contains("recipe absent.json does not exist");
    }

    @Test
    void halfASubsetIsRefusedBeforeAnythingStarts() throws Exception {
        Files.writeString(directory.resolve("image"), "x");

        assertThat(run(
                        "demo",
                        "--home",
                        directory.resolve("home").toString(),
                        "--dataset",
                        directory.toString(),
                        "--train-per-class",
                        "5"))
                .isEqualTo(1);
        assertThat(errors.toString()).contains("needs both --train-per-class and --test-per-class");
        assertThat(directory.resolve("home")).doesNotExist();
    }

    @Test
    void classesWithoutADataSetAreRefusedBeforeAnythingStarts() {
        assertThat(run("demo", "--home", directory.resolve("home").toString(), "--first-classes", "5"))
                .isEqualTo(1);
        assertThat(errors.toString()).contains("choose among those of --dataset");
        assertThat(directory.resolve("home")).doesNotExist();
    }

    @Test
    void anUnknownPresetIsRefusedWithTheKnown() throws Exception {
        Path recipe = Files.writeString(directory.resolve("recipe.json"), "{}");

        assertThat(run("submit", "--home", directory.toString(), "--preset", "mnist", recipe.toString()))
                .isEqualTo(1);
        assertThat(errors.toString())
                .contains("preset is 'mnist'; allowed: cifar-10, cifar-100, imagenet-100, tiny-imagenet");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | {\"poison\": {\"kernelSize\": 9, \"blur\": 0.06}}",
                "{\"poison\": {\"kernelSize\": 3, \"format\": \"jpeg\"}} | {\"poison\": {\"kernelSize\": 9, \"format\": \"jpeg\", \"blur\": 0.06}}",
                "{\"poison\": null, \"dataset\": {\"source\": \"uploaded\"}} | {\"poison\": {\"kernelSize\": 9, \"blur\": 0.06}, \"dataset\": {\"source\": \"uploaded\", \"firstClasses\": 100}}",
                "{\"dataset\": {\"source\": \"uploaded\", \"classes\": [\"a\", \"b\"]}} | {\"dataset\": {\"source\": \"uploaded\", \"classes\": [\"a\", \"b\"]}, \"poison\": {\"kernelSize\": 9, \"blur\": 0.06}}",
                "{\"dataset\": {\"source\": \"synthetic\"}} | {\"dataset\": {\"source\": \"synthetic\"}, \"poison\": {\"kernelSize\": 9, \"blur\": 0.06}}"
            })
    void aPresetsValuesTakeThePlaceOfTheRecipes(String recipe, String expected) throws Exception {
        // Given
        ObjectNode tree = (ObjectNode) FaultlineJson.mapper().readTree(recipe);

        // When
        SubmitCommand.apply(PoisonPreset.named("imagenet-100"), tree);

        // Then
        assertThat(tree).isEqualTo(FaultlineJson.mapper().readTree(expected));
    }

    @Test
    void aJobIdThatIsNoneIsNamed() {
        assertThat(run("watch", "--home", directory.toString(), "seven")).isEqualTo(1);
        assertThat(errors.toString()).contains("job id is 'seven'");
    }
}
