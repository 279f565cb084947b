package io.faultline.rift.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.faultline.artifact.ArtifactKind;
import io.faultline.artifact.ArtifactRef;
import io.faultline.json.FaultlineJson;
import io.faultline.recipe.ModulePath;
import io.faultline.recipe.Recipe;
import io.faultline.report.DatasetReport;
import io.faultline.report.InterpolationPoint;
import io.faultline.report.PairedDifference;
import io.faultline.report.RefinementChange;
import io.faultline.report.RefinementFigures;
import io.faultline.report.RiftReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefinementDocumentTest {
    private static final RefinementDocument DOCUMENT = new RefinementDocument();
    private static final ArtifactRef JSON = SampleRefinement.artifact(ArtifactKind.REPORT, "9a", 65_432);

    @Test
    void saysWhatWasGainedFirst() {
        // When
        ReadPage page = page(SampleRefinement.inFull());

        // Then
        assertThat(page.text("//*[@id='verdict-title']"))
                .isEqualTo(
                        "Clean accuracy rose by 1.98 points, and robust accuracy held (−0.12 points, within noise).");
        assertThat(page.texts("//h:main/h:section[1]/h:ul/h:li/h:span[4]"))
                .containsExactly("a gain beyond noise", "within noise", "within noise", "a gain beyond noise");
    }

    @Test
    void comparesBeforeWithAfter() {
        // When
        ReadPage page = page(SampleRefinement.inFull());

        // Then
        assertThat(page.rows("Test split, measured once before and once after the refinement"))
                .containsExactly(
                        "Clean unchanged test images | 81.46 % 8,146 of 10,000 | 83.44 % 8,344 of 10,000 | +1.98 ± 0.21"
                                + " | a gain beyond noise | 10,000",
                        "Robust PGD-10 (L∞, ε = 8/255, steps of 2/255, worst of 3 starts) | 53.63 % 5,363 of 10,000"
                                + " | 53.51 % 5,351 of 10,000 | −0.12 ± 0.13 | within noise | 10,000",
                        "AutoAttack standard version (L∞, ε = 8/255) | 49.02 % 4,902 of 10,000 | 48.90 % 4,890 of 10,000"
                                + " | −0.12 ± 0.12 | within noise | 10,000",
                        "Corrupted mean over 75 sets of corrupted test images | 64.90 % | 66.58 % | +1.68 ± 0.14"
                                + " | a gain beyond noise | 10,000 each");
        assertThat(page.rows("Test images still labelled right after each attack of AutoAttack"))
                .contains("after apgd-ce | 51.12 % (5,112 of 10,000) | 51.00 % (5,100 of 10,000)");
        assertThat(page.rows(
                        "Accuracy on corrupted test images, mean over the severities, and its change at each severity"))
                .hasSize(15)
                // 6 · (58 + 4 · 3) of 10,000 images in the mean, 24 more at each severity
                .startsWith("gaussian noise | 71.20 % | 75.40 % | +4.20 | +3.72 | +3.96 | +4.20 | +4.44 | +4.68");
    }

    @Test
    void tellsCriticalityInThreeDigitsAndMarksWhatWasRefined() {
        // When
        ReadPage page = page(SampleRefinement.inFull());

        // Then
        List<String> rows = page.rows("Criticality of every module");
        assertThat(rows).hasSize(21);
        assertThat(rows.get(0))
                .isEqualTo("1 | layer2.1.conv2 (refined) | 0.0900 | −2.86 | 36,864 | 1.21 → 1.24 → 1.26 → 1.28 → 1.29 →"
                        + " 1.29 → 1.29 → 1.30 → 1.30 → 1.30 → 1.30");
        assertThat(rows.get(20)).startsWith("21 | layer4.1.conv1 | 12.9 | −52.86 | 774,144 | ");
        assertThat(page.texts("//s:svg[@aria-labelledby='criticality-picture criticality-desc']"
                        + "/s:text[@class='name strong']"))
                .containsExactly("layer2.1.conv2");
        assertThat(page.texts("//s:svg[s:polyline[@class='curve robust']]/s:text[@class='name strong']"))
                .containsExactly("layer2.1.conv2");
        assertThat(page.texts("//s:svg[starts-with(@aria-labelledby, 'loss-')]/s:title"))
                .hasSize(21);
    }

    @Test
    void tellsEveryPlaceOfThePathAndEveryEpoch() {
        // When
        ReadPage page = page(SampleRefinement.inFull());

        // Then
        List<String> path = page.rows("Accuracy on the held-out split by α, and its change from α = 0 in points");
        assertThat(path).hasSize(13);
        assertThat(path.get(0))
                .isEqualTo("0 | 81.80 % (4,090 of 5,000) | 0.00 ± 0.00 | 53.60 % (2,680 of 5,000) | 0.00 ± 0.00");
        assertThat(path.get(8)).startsWith("0.65 (chosen) | 83.28 % (4,164 of 5,000) | +1.48 ± 0.15 | ");
        assertThat(page.rows("Epochs of fine-tuning"))
                .hasSize(10)
                .contains("7 (chosen) | 0.457 | 83.90 % (4,195 of 5,000)");
    }

    @Test
    void tellsEveryParameterAndWhereItComesFrom() {
        // When
        ReadPage page = page(SampleRefinement.inFull());

        // Then
        assertThat(page.rows("Parameters of rift"))
                .contains(
                        "criticality.procedure | maximum",
                        "criticality.radius | 0.1",
                        "criticality.examples | not set",
                        "choice.rule | lowest",
                        "choice.modules | none",
                        "fineTuning.sgd.learningRate | 0.001",
                        "interpolation.alphas | 0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0",
                        "evaluation.autoAttack.epsilon | 8/255");
        assertThat(page.rows("Parameters of training")).contains("objective | at", "evaluationAttack.stepSize | 2/255");
        assertThat(page.rows("Artifacts, named by the SHA-256 of their bytes"))
                .containsExactly(
                        "refined network | checkpoint/refined | 44.77 MB | sha256:" + "c3".repeat(32),
                        "trained network | checkpoint/trained | 44.77 MB | sha256:" + "a2".repeat(32),
                        "data set | dataset/clean | 184.00 MB | sha256:" + "d1".repeat(32),
                        "criticality of every module | criticality | 9.1 kB | sha256:" + "e4".repeat(32),
                        "adversarial examples | adversarial-examples | 15.40 MB | sha256:" + "f5".repeat(32),
                        "this report as JSON | report | 65.4 kB | sha256:" + "9a".repeat(32));
        assertThat(page.texts("//h:section[@aria-labelledby='provenance-title']//h:dd"))
                .containsExactly(
                        "1",
                        "-4611686018427",
                        "0.1.0",
                        "DJL 0.35.1, PyTorch 2.7.1",
                        "17.0.16+8 (Eclipse Adoptium)",
                        "Linux 6.8.0, amd64",
                        "gpu0 (NVIDIA H200)",
                        "1 h 2 min 5 s, of all its tasks together");
    }

    @Test
    void isOneFileThatAsksForNothing() {
        // When
        ReadPage page = page(SampleRefinement.inFull());

        // Then
        assertThat(page.texts("//@src | //@href | //h:link | //h:img | //h:iframe"))
                .isEmpty();
        assertThat(page.texts("//h:script/@type")).containsExactly("application/json");
        assertThat(page.texts("//h:style").toString()).doesNotContain("url(", "@import");
        assertThat(page.texts("//@*[starts-with(name(), 'on')]")).isEmpty();
        assertThat(page.texts("//h:table[not(h:caption)]")).isEmpty();
        assertThat(page.texts("//s:svg[not(@role='img') or not(s:title) or not(s:desc)]"))
                .isEmpty();
        List<String> ids = page.texts("//@id");
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(page.texts("//@aria-labelledby"))
                .allSatisfy(names -> assertThat(ids).contains(names.split(" ")));
    }

    @Test
    void holdsItselfAsJson() {
        // Given
        Refinement refinement = SampleRefinement.inFull();

        // When
        ReadPage page = page(refinement);

        // Then
        JsonNode inside = FaultlineJson.read(
                page.text("//h:script[@id='rift-report']").getBytes(StandardCharsets.UTF_8), JsonNode.class);
        assertThat(inside).isEqualTo(FaultlineJson.read(RefinementDocument.json(refinement), JsonNode.class));
        assertThat(FaultlineJson.mapper().convertValue(inside, Refinement.class))
                .isEqualTo(refinement);
    }

    @Test
    void equalRefinementsGiveEqualBytes() {
        assertThat(new RefinementDocument().html(SampleRefinement.inFull(), JSON))
                .isEqualTo(DOCUMENT.html(SampleRefinement.inFull(), JSON));
        assertThat(RefinementDocument.json(SampleRefinement.inFull()))
                .isEqualTo(RefinementDocument.json(SampleRefinement.inFull()));
    }

    @Test
    void namesOfUsersAreTextAndNeverMarkup() {
        // Given
        String hostile =
                "</title></script><script>alert(1)</script><img src=x onerror=\"alert('2')\"> & \u0000 {page.json}";
        Refinement sample = SampleRefinement.inFull();
        DatasetReport dataset = SampleRefinement.dataset(List.of(hostile, "b"));

        // When
        ReadPage page = page(new Refinement(
                sample.jobId(),
                SampleRefinement.recipe(hostile, ""),
                dataset,
                sample.training(),
                sample.report(),
                Map.of(),
                sample.platform()));

        // Then
        String shown = hostile.replace('\u0000', '\uFFFD');
        assertThat(page.text("//h:h1")).isEqualTo(shown);
        assertThat(page.text("//h:title")).isEqualTo(shown + " – RiFT report");
        assertThat(page.text("//h:dl[1]/h:div[3]/h:dd")).isEqualTo(shown + ", b");
        assertThat(page.texts("//h:script")).hasSize(1);
        assertThat(page.texts("//h:img")).isEmpty();
    }

    @Test
    void showsBrokenLawsAndNotesBeforeAllElse() {
        // Given
        RiftReport sound = SampleRefinement.report();
        RiftReport report = new RiftReport(
                sound.checkpoint(),
                sound.criticality(),
                sound.examples(),
                null,
                null,
                sound.ranking(),
                sound.modules(),
                sound.moduleReason(),
                sound.epochs(),
                sound.chosenEpoch(),
                sound.path(),
                sound.alpha(),
                sound.alphaReason(),
                sound.before(),
                sound.after(),
                sound.change(),
                sound.device(),
                sound.deviceSeconds(),
                List.of("The network is not robust at all: RiFT's premise fails."),
                List.of("more images are right under attack than without"));

        // When
        ReadPage page = page(SampleRefinement.of("x", SampleRefinement.recipe("x", ""), report));

        // Then
        assertThat(page.texts("//h:main/h:section/h:h2").subList(0, 3))
                .containsExactly(
                        "SUSPECT: do not rely on these figures",
                        "Clean accuracy rose by 1.98 points, and robust accuracy held (−0.12 points, within noise).",
                        "What to know before reading on");
        assertThat(page.texts("//h:main/h:section[h:h2/@id='suspect-title']//h:li"))
                .containsExactly("more images are right under attack than without");
        assertThat(page.texts("//h:main/h:section[h:h2/@id='notes-title']//h:li"))
                .containsExactly("The network is not robust at all: RiFT's premise fails.");
    }

    @Test
    void aSoundResultIsNotSuspect() {
        assertThat(page(SampleRefinement.inFull()).texts("//*[@id='suspect-title'] | //*[@id='notes-title']"))
                .isEmpty();
    }

    @Nested
    class WhatWasNotMeasured {
        private final RefinementFigures before = SampleRefinement.figures(8_146, 5_363);
        private final RefinementFigures after = SampleRefinement.figures(8_344, 5_351);

        @ParameterizedTest(name = "{0}")
        @CsvSource(delimiter = '|', textBlock = """
                all  | conv1, layer1.0.conv1, linear | conv1, layer1.0.conv1, linear.
                last | linear                        | linear.
                none |                               | No weight was fine-tuned; the batch norms' running statistics alone moved.
                """)
        void isLeftOut(String rule, String modules, String said) {
            // Given
            List<ModulePath> refined = modules == null
                    ? List.of()
                    : List.of(modules.split(", ")).stream().map(ModulePath::new).toList();
            Recipe recipe = SampleRefinement.recipe(
                    "x", "\"choice\": {\"rule\": \"" + rule + "\"}, \"fineTuning\": {\"batchNorm\": \"moving\"},");

            // When
            ReadPage page = page(SampleRefinement.of(
                    "x",
                    recipe,
                    SampleRefinement.report(List.of(), refined, SampleRefinement.path(), 0.65, before, after)));

            // Then
            assertThat(page.text("//h:section[@aria-labelledby='criticality-title']/h:p"))
                    .isEqualTo("Not measured: the modules were chosen by a rule that does not ask for it.");
            assertThat(page.text("//h:dl[@class='steps']/h:div[1]/h:dd")).startsWith(said);
            assertThat(page.texts("//h:details/h:summary"))
                    .doesNotContain("AutoAttack, attack by attack", "Corruption by corruption");
            assertThat(page.rows("Test split, measured once before and once after the refinement"))
                    .hasSize(2);
            assertThat(page.rows("Artifacts, named by the SHA-256 of their bytes"))
                    .hasSize(4);
        }

        @Test
        void neitherPathNorEpochsAreDrawnWhereThereAreNone() {
            // Given
            RiftReport full = SampleRefinement.report();
            RiftReport report = new RiftReport(
                    full.checkpoint(),
                    null,
                    null,
                    null,
                    null,
                    List.of(),
                    List.of(new ModulePath("linear")),
                    full.moduleReason(),
                    List.of(),
                    0,
                    List.of(),
                    1,
                    "given",
                    before,
                    after,
                    new RefinementChange(
                            new PairedDifference(1.98, 0.21), new PairedDifference(-0.12, 0.13), null, null),
                    "cpu",
                    0,
                    List.of(),
                    List.of());

            // When
            ReadPage page = page(SampleRefinement.of("x", SampleRefinement.recipe("x", ""), report));

            // Then
            assertThat(page.texts("//s:svg")).isEmpty();
        }
    }

    @Test
    void aRecipeWithoutRefinementIsRefused() {
        Refinement sample = SampleRefinement.inFull();
        Recipe without = FaultlineJson.readRecipe(
                "{\"name\": \"plain\", \"dataset\": {\"source\": \"synthetic\"}, \"training\": {}}"
                        .getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> new Refinement(
                        sample.jobId(),
                        without,
                        sample.dataset(),
                        sample.training(),
                        sample.report(),
                        Map.of(),
                        sample.platform()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("recipe 'plain' has no rift; a refinement is reported with the recipe that asked for it");
    }

    @Nested
    class Curves {
        /** Clean 80 % and 84 %, robust 50 % and 49 %, of 1,000 images. */
        private final List<InterpolationPoint> path = List.of(
                SampleRefinement.point(0, 800, 0, 500, 0, 1_000),
                SampleRefinement.point(0.5, 840, 40, 490, -10, 1_000));

        @Test
        void placesLieWhereTheirFiguresSay() throws IOException {
            // When
            ReadPage picture =
                    ReadPage.of(new InterpolationCurves(path, 0.5, 0.1).drawn().getValue());

            // Then: α from x = 44 to 388, so 0.5 is at 216
            assertThat(picture.text("//s:line[@class='chosen-line']/@x1")).isEqualTo("216");
            // errors at 0.5: √20 of 1,000 images for robust and 1.5 times that for clean, both sides twice: 84 ± 1.34
            // and 49 ± 0.89.
            // the clean axis holds 80 to 85.34 in steps of 2: 80 to 86 from y = 164 up to 44, so 80 is at 164 and 84 at
            // 84
            assertThat(picture.text("//s:polyline[@class='curve clean']/@points"))
                    .isEqualTo("44,164 216,84");
            // the robust axis holds 48.11 to 50 in steps of 0.5: 48 to 50 from 326 up to 206, so 50 is at 206 and 49 at
            // 266
            assertThat(picture.text("//s:polyline[@class='curve robust']/@points"))
                    .isEqualTo("44,206 216,266");
            // the tolerance: 49.9 % is at 212
            assertThat(picture.text("//s:line[@class='limit']/@y1")).isEqualTo("212");
            assertThat(picture.text("//s:text[contains(@class, 'limit-label')]"))
                    .isEqualTo("lowest allowed: 49.90 %");
            // the bar of 49 ± 0.894: 60 units of the picture are one point
            assertThat(picture.text("//s:line[@class='error robust'][1]/@y1")).isEqualTo("319.67");
            assertThat(picture.text("//s:line[@class='error robust'][1]/@y2")).isEqualTo("212.33");
        }

        @Test
        void equalFiguresHaveAnAxisToo() throws IOException {
            // When
            ReadPage picture =
                    ReadPage.of(new InterpolationCurves(List.of(SampleRefinement.point(0, 0, 0, 0, 0, 10)), 0, 0)
                            .drawn()
                            .getValue());

            // Then: of one value, in the middle of its axis
            assertThat(picture.text("//s:polyline[@class='curve clean']/@points"))
                    .isEqualTo("44,104");
        }
    }

    @ParameterizedTest(name = "{0} ± {1} is {2}")
    @CsvSource({
        "0.2, 0.1, GAIN",
        "0.19, 0.1, NOISE",
        "-0.2, 0.1, LOSS",
        "-0.19, 0.1, NOISE",
        "0, 0, UNCHANGED",
        "0, 0.1, NOISE",
        "1, 0, GAIN"
    })
    void aDifferenceIsReadAgainstItsError(double points, double error, Reading reading) {
        assertThat(Reading.of(new PairedDifference(points, error))).isEqualTo(reading);
    }

    @ParameterizedTest(name = "{4}")
    @CsvSource(delimiter = '|', textBlock = """
            0.5 |  1    | 0.1 | -1 | 0.1 | Clean accuracy rose by 1.00 points, but robust accuracy fell by 1.00 points.         | BAD
            0.5 |  1    | 0.1 | 0  | 0   | Clean accuracy rose by 1.00 points, and robust accuracy is the same.                 | GOOD
            0.5 |  0.1  | 0.1 | 0  | 0.1 | Clean accuracy changed by +0.10 points, within noise; robust accuracy held (0.00 points, within noise). | MIXED
            0.5 | -1    | 0.1 | 1  | 0.1 | Clean accuracy fell by 1.00 points, but robust accuracy rose by 1.00 points.         | BAD
            0   |  0    | 0   | 0  | 0   | Nothing was gained: the trained network stays as it is.                              | MIXED
            """)
    void theVerdictSaysGainAndPrice(
            double alpha,
            double clean,
            double cleanError,
            double robust,
            double robustError,
            String headline,
            Verdict.Tone tone) {
        RefinementFigures figures = SampleRefinement.figures(1, 1);
        RiftReport sample = SampleRefinement.report(List.of(), List.of(), List.of(), alpha, figures, figures);

        assertThat(Verdict.of(new RiftReport(
                        sample.checkpoint(),
                        null,
                        null,
                        null,
                        null,
                        List.of(),
                        List.of(),
                        "",
                        List.of(),
                        0,
                        List.of(),
                        alpha,
                        "",
                        figures,
                        figures,
                        new RefinementChange(
                                new PairedDifference(clean, cleanError),
                                new PairedDifference(robust, robustError),
                                null,
                                null),
                        "cpu",
                        0,
                        List.of(),
                        List.of())))
                .isEqualTo(new Verdict(headline, tone));
    }

    private static ReadPage page(Refinement refinement) {
        try {
            return ReadPage.of(new String(DOCUMENT.html(refinement, JSON), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError("the page is not well-formed: " + e.getMessage(), e);
        }
    }
}
