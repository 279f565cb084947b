package io.faultline.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.faultline.artifact.ArtifactId;
import io.faultline.recipe.Architecture;
import io.faultline.recipe.AttackRecipe;
import io.faultline.recipe.InvalidRecipeException;
import io.faultline.recipe.Objective;
import io.faultline.recipe.Ratio;
import io.faultline.recipe.Recipe;
import io.faultline.recipe.ScheduleRecipe;
import io.faultline.recipe.Seed;
import io.faultline.recipe.Split;
import io.faultline.recipe.SyntheticDatasetRecipe;
import io.faultline.recipe.ThreatModel;
import io.faultline.recipe.UploadedDatasetRecipe;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeReadingTest {
    private static final String DATASET = "\"dataset\": {\"source\": \"synthetic\"}";

    @Nested
    class Defaults {
        @Test
        void shortestRecipeOnlyReadsADataSet() {
            // When
            Recipe recipe = read("{" + DATASET + "}");

            // Then
            assertThat(recipe)
                    .isEqualTo(new Recipe(
                            "unnamed", new SyntheticDatasetRecipe(500, 100, Seed.of(0)), null, null, null, Seed.of(0)));
        }

        @Test
        void emptyPoisonIsThePapersCifarSetting() {
            // When
            Recipe recipe = read("{" + DATASET + ", \"poison\": {}}");

            // Then
            assertThat(recipe.poison().kernelSize()).isEqualTo(3);
            assertThat(recipe.poison().blur()).isEqualTo(0.3);
            assertThat(recipe.poison().fraction()).isEqualTo(1.0);
            assertThat(recipe.poison().numpySeed()).isNull();
        }

        @Test
        void emptyTrainingIsErmOfAResNet18() {
            // When
            var training = read("{" + DATASET + ", \"training\": {}}").training();

            // Then
            assertThat(training.architecture()).isEqualTo(Architecture.RESNET18);
            assertThat(training.objective()).isEqualTo(Objective.ERM);
            assertThat(training.width()).isEqualTo(64);
            assertThat(training.epochs()).isEqualTo(30);
            assertThat(training.batchSize()).isEqualTo(128);
            assertThat(training.attack()).isEqualTo(AttackRecipe.PGD_10);
            assertThat(training.evaluationAttack()).isEqualTo(AttackRecipe.PGD_10);
            assertThat(training.sgd().learningRate()).isEqualTo(0.1);
            assertThat(training.sgd().momentum()).isEqualTo(0.9);
            assertThat(training.sgd().weightDecay()).isEqualTo(5e-4);
            assertThat(training.sgd().clipNorm()).isNull();
            assertThat(training.schedule()).isEqualTo(new ScheduleRecipe.Cosine());
            assertThat(training.augmentation().cropPadding()).isEqualTo(4);
            assertThat(training.augmentation().horizontalFlip()).isTrue();
            assertThat(training.validationFraction()).isEqualTo(0.1);
        }

        @Test
        void emptyAttackIsPgd10At8Of255() {
            // When
            AttackRecipe attack = read("{" + DATASET + ", \"training\": {\"attack\": {}}}")
                    .training()
                    .attack();

            // Then
            assertThat(attack)
                    .isEqualTo(new AttackRecipe(ThreatModel.LINF, Ratio.of(8, 255), Ratio.of(2, 255), 10, 1, true));
        }

        @Test
        void adversarialTrainingIsMeasuredUnderItsOwnAttack() {
            // When
            var training = read("{" + DATASET + ", \"training\": {\"objective\": \"at\", \"attack\": {\"steps\": 7}}}")
                    .training();

            // Then
            assertThat(training.evaluationAttack().steps()).isEqualTo(7);
        }

        @Test
        void stepOfAnL2AttackIsAFifthOfItsRadius() {
            // When
            AttackRecipe attack = read("{" + DATASET
                            + ", \"training\": {\"attack\": {\"threatModel\": \"l2\", \"epsilon\": \"128/255\"}}}")
                    .training()
                    .attack();

            // Then
            assertThat(attack.stepSize()).isEqualTo(Ratio.of(128, 1275));
        }

        @Test
        void emptyRiftIsThePapersSetting() {
            // When
            var rift = read("{" + DATASET + ", \"training\": {}, \"rift\": {}}").rift();

            // Then
            assertThat(rift.criticality().radius()).isEqualTo(0.1);
            assertThat(rift.criticality().rounds()).isEqualTo(10);
            assertThat(rift.criticality().ascentRate()).isEqualTo(1.0);
            assertThat(rift.criticality().split()).isEqualTo(Split.HELD_OUT);
            assertThat(rift.criticality().examples()).isNull();
            assertThat(rift.fineTuning().epochs()).isEqualTo(10);
            assertThat(rift.fineTuning().sgd().learningRate()).isEqualTo(0.001);
            assertThat(rift.interpolation().alphas())
                    .containsExactly(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0);
            assertThat(rift.interpolation().tolerance()).isEqualTo(0.1);
        }

        @Test
        void nullIsAsGoodAsLeftOut() {
            assertThat(read("{" + DATASET + ", \"name\": null, \"poison\": null, \"training\": {\"width\": null}}"))
                    .isEqualTo(read("{" + DATASET + ", \"training\": {}}"));
        }
    }

    @Nested
    class Values {
        @ParameterizedTest
        @CsvSource({
            "'\"8/255\"', 8, 255",
            "'\" 8 / 255 \"', 8, 255",
            "'\"0.5\"', 5, 10",
            "0.5, 5, 10",
            "1, 1, 1",
            "'\"1\"', 1, 1",
            "0, 0, 1",
            "0.03137, 3137, 100000"
        })
        void radiusIsAnExactFraction(String json, long numerator, long denominator) {
            assertThat(read("{" + DATASET + ", \"training\": {\"attack\": {\"epsilon\": " + json + "}}}")
                            .training()
                            .attack()
                            .epsilon())
                    .isEqualTo(Ratio.of(numerator, denominator));
        }

        @Test
        void uploadedDataSetIsNamedByItsDigest() {
            // Given
            String id = "sha256:" + "ab".repeat(32);

            // When
            Recipe recipe = read("{\"dataset\": {\"source\": \"uploaded\", \"artifact\": \"" + id
                    + "\", \"subset\": {\"trainPerClass\": 100, \"testPerClass\": 20, \"seed\": 5}}}");

            // Then
            UploadedDatasetRecipe dataset = (UploadedDatasetRecipe) recipe.dataset();
            assertThat(dataset.artifact()).isEqualTo(ArtifactId.parse(id));
            assertThat(dataset.subset().trainPerClass()).isEqualTo(100);
            assertThat(dataset.subset().seed()).isEqualTo(Seed.of(5));
        }

        @Test
        void classesOfAnUploadAreListedOrCounted() {
            // Given
            String upload = "{\"dataset\": {\"source\": \"uploaded\", \"artifact\": \"sha256:" + "ab".repeat(32) + "\"";

            // When
            Recipe listed = read(upload + ", \"classes\": [\"n02\", \"n01\"]}}");
            Recipe counted = read(upload + ", \"firstClasses\": 100}}");
            Recipe whole = read(upload + "}}");

            // Then
            assertThat(((UploadedDatasetRecipe) listed.dataset()).classes()).containsExactly("n02", "n01");
            assertThat(((UploadedDatasetRecipe) counted.dataset()).firstClasses())
                    .isEqualTo(100);
            assertThat(((UploadedDatasetRecipe) whole.dataset()).choice().isAll())
                    .isTrue();
        }

        @Test
        void scheduleIsToldByItsKind() {
            assertThat(read("{" + DATASET
                                    + ", \"training\": {\"schedule\": {\"kind\": \"step\", \"milestones\": [5, 9]}}}")
                            .training()
                            .schedule())
                    .isEqualTo(new ScheduleRecipe.Step(List.of(5, 9), 0.1));
            assertThat(read("{" + DATASET + ", \"training\": {\"schedule\": {\"kind\": \"cosine\"}}}")
                            .training()
                            .schedule())
                    .isEqualTo(new ScheduleRecipe.Cosine());
        }

        @Test
        void everySeedOf64BitsIsReadExactly() {
            assertThat(read("{" + DATASET + ", \"seed\": -9223372036854775808}").seed())
                    .isEqualTo(Seed.of(Long.MIN_VALUE));
            assertThat(read("{" + DATASET + ", \"seed\": 9007199254740993}").seed())
                    .isEqualTo(Seed.of(9007199254740993L));
        }

        @Test
        void wholeNumberIsANumber() {
            assertThat(read("{" + DATASET + ", \"poison\": {\"blur\": 1}}")
                            .poison()
                            .blur())
                    .isEqualTo(1.0);
        }
    }

    @Nested
    class Refusals {
        @ParameterizedTest(name = "{0}: {1}")
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "training.architecture | 'resnet99' | resnet18, resnet34, resnet50, wrn28-10, wrn34-10, vgg16-bn, densenet121, mobilenet-v2, efficientnet-v2-s, deit-tiny, deit-small | {D, \"training\": {\"architecture\": \"resnet99\"}}",
                    "training.architecture | '18' | resnet18, resnet34, resnet50, wrn28-10, wrn34-10, vgg16-bn, densenet121, mobilenet-v2, efficientnet-v2-s, deit-tiny, deit-small | {D, \"training\": {\"architecture\": 18}}",
                    "training.objective | 'free' | erm, at, trades, mart, score, dat | {D, \"training\": {\"objective\": \"free\"}}",
                    "training.attack.threatModel | 'l1' | linf, l2 | {D, \"training\": {\"attack\": {\"threatModel\": \"l1\"}}}",
                    "training.attack.epsilon | 300 | a fraction from 0 to 1 of the pixel range [0, 1]; eight levels are \"8/255\" | {D, \"training\": {\"attack\": {\"epsilon\": 300}}}",
                    "training.attack.epsilon | 300/255 | a fraction from 0 to 1 of the pixel range [0, 1]; eight levels are \"8/255\" | {D, \"training\": {\"attack\": {\"epsilon\": \"300/255\"}}}",
                    "training.attack.epsilon | -1/255 | a fraction from 0 to 1 of the pixel range [0, 1]; eight levels are \"8/255\" | {D, \"training\": {\"attack\": {\"epsilon\": \"-1/255\"}}}",
                    "training.attack.epsilon | 'much' | a fraction such as \"8/255\" or a decimal number | {D, \"training\": {\"attack\": {\"epsilon\": \"much\"}}}",
                    "training.attack.epsilon | 8/0 | a denominator above zero | {D, \"training\": {\"attack\": {\"epsilon\": \"8/0\"}}}",
                    "training.attack.epsilon | 'true' | a fraction such as \"8/255\" or a decimal number | {D, \"training\": {\"attack\": {\"epsilon\": true}}}",
                    "training.attack.epsilon | '{levels=8}' | a fraction such as \"8/255\" or a decimal number | {D, \"training\": {\"attack\": {\"epsilon\": {\"levels\": 8}}}}",
                    "training.evaluationAttack.stepSize | 2 | a fraction from 0 to 1 of the pixel range [0, 1]; eight levels are \"8/255\" | {D, \"training\": {\"evaluationAttack\": {\"stepSize\": 2}}}",
                    "training.attack.epsilon | 101 | a fraction from 0 to 100 of the pixel range [0, 1]; eight levels are \"8/255\" | {D, \"training\": {\"attack\": {\"threatModel\": \"l2\", \"epsilon\": 101}}}",
                    "training.attack.steps | -1 | a whole number from 0 to 10000 | {D, \"training\": {\"attack\": {\"steps\": -1}}}",
                    "training.epochs | 0 | a whole number from 1 to 10000 | {D, \"training\": {\"epochs\": 0}}",
                    "training.epochs | 1.5 | a whole number from -2147483648 to 2147483647 | {D, \"training\": {\"epochs\": 1.5}}",
                    "training.epochs | 99999999999 | a whole number from -2147483648 to 2147483647 | {D, \"training\": {\"epochs\": 99999999999}}",
                    "training.epochs | '10' | a whole number from -2147483648 to 2147483647 | {D, \"training\": {\"epochs\": \"10\"}}",
                    "training.epochs | '' | a whole number from -2147483648 to 2147483647 | {D, \"training\": {\"epochs\": \"\"}}",
                    "training.epochs | [3] | a whole number from -2147483648 to 2147483647 | {D, \"training\": {\"epochs\": [3]}}",
                    "training.sgd.learningRate | 'fast' | a number | {D, \"training\": {\"sgd\": {\"learningRate\": \"fast\"}}}",
                    "training.sgd.clipNorm | 0.0 | a number above zero, or nothing for no limit | {D, \"training\": {\"sgd\": {\"clipNorm\": 0}}}",
                    "training.augmentation.horizontalFlip | 'yes' | true or false | {D, \"training\": {\"augmentation\": {\"horizontalFlip\": \"yes\"}}}",
                    "training.augmentation.horizontalFlip | 1 | true or false | {D, \"training\": {\"augmentation\": {\"horizontalFlip\": 1}}}",
                    "training.loss.beta | 6.0 | nothing, unless objective is trades, mart or score | {D, \"training\": {\"loss\": {\"beta\": 6}}}",
                    "training.loss.labelSmoothing | 1.0 | a number from 0.0 to 0.99 | {D, \"training\": {\"loss\": {\"labelSmoothing\": 1}}}",
                    "training.loss.weightPerturbation | given for erm | at, trades, mart or score | {D, \"training\": {\"loss\": {\"weightPerturbation\": {}}}}",
                    "training.loss.deconvolution | given for at | dat | {D, \"training\": {\"objective\": \"at\", \"loss\": {\"deconvolution\": {}}}}",
                    "training.loss.deconvolution.size | 4 | an odd number from 1 to 31 | {D, \"training\": {\"objective\": \"dat\", \"loss\": {\"deconvolution\": {\"size\": 4}}}}",
                    "training.loss.weightPerturbation.radius | -1.0 | a number from 0.0 to 1.0 | {D, \"training\": {\"objective\": \"at\", \"loss\": {\"weightPerturbation\": {\"radius\": -1}}}}",
                    "training.adamW | given together with sgd | one of the two | {D, \"training\": {\"sgd\": {}, \"adamW\": {}}}",
                    "training.adamW.beta2 | 1.0 | a number from 0.0 to 0.999999 | {D, \"training\": {\"adamW\": {\"beta2\": 1}}}",
                    "training.adamW.clipNorm | 0.0 | a number above zero, or nothing for no limit | {D, \"training\": {\"adamW\": {\"clipNorm\": 0}}}",
                    "training.sgd.nesterov | true without momentum | a momentum above zero beside it | {D, \"training\": {\"sgd\": {\"momentum\": 0, \"nesterov\": true}}}",
                    "training.accumulation | 0 | a whole number from 1 to 65536 | {D, \"training\": {\"accumulation\": 0}}",
                    "training.averaging | 1.0 | a number from 0.0 to 0.999999 | {D, \"training\": {\"averaging\": 1}}",
                    "training.selection.by | 'best' | last, held-out, held-out-robust, test, test-robust | {D, \"training\": {\"selection\": {\"by\": \"best\"}}}",
                    "training.selection.patience | 3 | nothing, unless by is other than last | {D, \"training\": {\"selection\": {\"patience\": 3}}}",
                    "training.start.checkpoint | missing | the id that POST /api/v1/checkpoints answered | {D, \"training\": {\"start\": {}}}",
                    "training.epochs | 0 | a whole number from 1 to 10000 | {D, \"training\": {\"epochs\": 0}}",
                    "training.device | 'tpu' | any, cpu, gpu | {D, \"training\": {\"device\": \"tpu\"}}",
                    "training.evaluation.autoAttack.epsilon | 2 | a fraction from 0 to 1 of the pixel range [0, 1]; eight levels are \"8/255\" | {D, \"training\": {\"evaluation\": {\"autoAttack\": {\"epsilon\": 2}}}}",
                    "training.evaluation.corruptions.severities | [1, 6] | different whole numbers from 1 to 5 | {D, \"training\": {\"evaluation\": {\"corruptions\": {\"severities\": [1, 6]}}}}",
                    "training.evaluation.corruptions.corruptions | [fog, fog] | different names of corruptions, or nothing for the standard fifteen | {D, \"training\": {\"evaluation\": {\"corruptions\": {\"corruptions\": [\"fog\", \"fog\"]}}}}",
                    "training.evaluation.corruptions.published | sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff | a published set together with all classes of its own uploaded data set: source \"uploaded\" without classes and firstClasses; leave published out to have the test images corrupted here | {D, \"training\": {\"evaluation\": {\"corruptions\": {\"published\": \"sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\"}}}}",
                    "training.evaluation.corruptions.published | sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff | a published set together with all classes of its own uploaded data set: source \"uploaded\" without classes and firstClasses; leave published out to have the test images corrupted here | {\"dataset\": {\"source\": \"uploaded\", \"artifact\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \"classes\": [\"b\", \"a\"]}, \"training\": {\"evaluation\": {\"corruptions\": {\"published\": \"sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\"}}}}",
                    "rift.evaluation.corruptions.published | sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff | a published set together with all classes of its own uploaded data set: source \"uploaded\" without classes and firstClasses; leave published out to have the test images corrupted here | {\"dataset\": {\"source\": \"uploaded\", \"artifact\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \"firstClasses\": 2}, \"training\": {}, \"rift\": {\"evaluation\": {\"corruptions\": {\"published\": \"sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\"}}}}",
                    "training.evaluation.certification.radii | [1.0, 0.5] | 1 to 1000 ascending numbers from 0 | {D, \"training\": {\"evaluation\": {\"certification\": {\"radii\": [1, 0.5]}}}}",
                    "training.schedule.warmupEpochs | -1 | a whole number from 0 to 9999 | {D, \"training\": {\"schedule\": {\"kind\": \"cosine\", \"warmupEpochs\": -1}}}",
                    "training.schedule.warmupEpochs | 30 | a whole number below the number of epochs, 30 | {D, \"training\": {\"schedule\": {\"kind\": \"cosine\", \"warmupEpochs\": 30}}}",
                    "training.schedule.rise | 2.0 | a number from 0.001 to 0.999 | {D, \"training\": {\"schedule\": {\"kind\": \"one-cycle\", \"rise\": 2}}}",
                    "training.augmentation.cutmix | given together with mixup | one of the two | {D, \"training\": {\"augmentation\": {\"mixup\": {}, \"cutmix\": {}}}}",
                    "training.augmentation.noise.sigma | missing | a number from 0 to 2 | {D, \"training\": {\"augmentation\": {\"noise\": {}}}}",
                    "training.augmentation.blur.size | 2 | an odd number from 1 to 15 | {D, \"training\": {\"augmentation\": {\"blur\": {\"size\": 2}}}}",
                    "training.augmentation.frequencies.percent | 0 | a whole number from 1 to 100 | {D, \"training\": {\"augmentation\": {\"frequencies\": {\"percent\": 0}}}}",
                    "training.augmentation.warping.form | 'paper' | sound, script | {D, \"training\": {\"augmentation\": {\"warping\": {\"form\": \"paper\"}}}}",
                    "training.augmentation.cropBorder | 'wrap' | zero, reflect | {D, \"training\": {\"augmentation\": {\"cropBorder\": \"wrap\"}}}",
                    "training.schedule.kind | missing | constant, step, cosine, one-cycle | {D, \"training\": {\"schedule\": {}}}",
                    "training.schedule.kind | 'linear' | constant, step, cosine, one-cycle | {D, \"training\": {\"schedule\": {\"kind\": \"linear\"}}}",
                    "training.schedule | 'cosine' | an object whose field kind is one of constant, step, cosine, one-cycle | {D, \"training\": {\"schedule\": \"cosine\"}}",
                    "training.schedule.milestones | [9, 5] | ascending epochs from 1 | {D, \"training\": {\"schedule\": {\"kind\": \"step\", \"milestones\": [9, 5]}}}",
                    "training.schedule.milestones | [9, null] | ascending epochs from 1 | {D, \"training\": {\"schedule\": {\"kind\": \"step\", \"milestones\": [9, null]}}}",
                    "training.schedule.milestones[1] | 'x' | a whole number from -2147483648 to 2147483647 | {D, \"training\": {\"schedule\": {\"kind\": \"step\", \"milestones\": [9, \"x\"]}}}",
                    "training.normalization.mean | [0.5, 0.5] | three numbers from 0 to 1 | {D, \"training\": {\"normalization\": {\"mean\": [0.5, 0.5], \"deviation\": [1, 1, 1]}}}",
                    "training.normalization.mean | [0.5, null, 0.5] | three numbers from 0 to 1 | {D, \"training\": {\"normalization\": {\"mean\": [0.5, null, 0.5], \"deviation\": [1, 1, 1]}}}",
                    "training.normalization.deviation | missing | three numbers above 0 and at most 1 | {D, \"training\": {\"normalization\": {\"mean\": [0.5, 0.5, 0.5]}}}",
                    "training.validationFraction | 0.0 | a number from 0.01 to 0.5 | {D, \"training\": {\"validationFraction\": 0}}",
                    "training | 7 | an object | {D, \"training\": 7}",
                    "training | [] | an object | {D, \"training\": []}",
                    "poison.kernelSize | 4 | an odd number from 1 to 63, and no larger than the images | {D, \"poison\": {\"kernelSize\": 4}}",
                    "poison.kernelSize | 65 | an odd number from 1 to 63, and no larger than the images | {D, \"poison\": {\"kernelSize\": 65}}",
                    "poison.fraction | 1.5 | a number from 0.0 to 1.0 | {D, \"poison\": {\"fraction\": 1.5}}",
                    "poison.fraction | -0.1 | a number from 0.0 to 1.0 | {D, \"poison\": {\"fraction\": -0.1}}",
                    "poison.fraction | NaN | a number from 0.0 to 1.0 | {D, \"poison\": {\"fraction\": \"NaN\"}}",
                    "poison.blur | 2.0 | a number from 0.0 to 1.0 | {D, \"poison\": {\"blur\": 2}}",
                    "gaussianMixture | given together with a data set or a stage on it | gaussianMixture alone, with a name and a seed; submit the other as a job of its own | {D, \"gaussianMixture\": {}}",
                    "gaussianMixture.dimension | 0 | a whole number from 1 to 4096 | {\"gaussianMixture\": {\"dimension\": 0}}",
                    "poison.filters | 'own' | class-wise, universal | {D, \"poison\": {\"filters\": \"own\"}}",
                    "poison.classes | empty | names of classes, or nothing for all of them | {D, \"poison\": {\"classes\": []}}",
                    "poison.jpegQuality | 101 | a whole number from 1 to 100 | {D, \"poison\": {\"format\": \"jpeg\", \"jpegQuality\": 101}}",
                    "poison.jpegQuality | 90 | nothing, unless format is jpeg | {D, \"poison\": {\"jpegQuality\": 90}}",
                    "poison.numpySeed | 4294967296 | a whole number from 0 to 4294967295 | {D, \"poison\": {\"numpySeed\": 4294967296}}",
                    "rift | given without training | rift together with training | {D, \"rift\": {}}",
                    "rift.criticality.split | test | training or held-out, or procedure \"authors\" with it; a module chosen on the test split flatters the result | {D, \"training\": {}, \"rift\": {\"criticality\": {\"split\": \"test\"}}}",
                    "rift.criticality.procedure | 'paper' | maximum, printed, authors | {D, \"training\": {}, \"rift\": {\"criticality\": {\"procedure\": \"paper\"}}}",
                    "rift.choice.modules | [] | the exact names of one or more modules, such as layer2.1.conv2, with rule \"named\", and none with another | {D, \"training\": {}, \"rift\": {\"choice\": {\"rule\": \"named\"}}}",
                    "rift.choice.count | 2 | nothing, unless rule is lowest or highest | {D, \"training\": {}, \"rift\": {\"choice\": {\"rule\": \"all\", \"count\": 2}}}",
                    "rift.choice.count | 0 | a whole number from 1 to 10000 | {D, \"training\": {}, \"rift\": {\"choice\": {\"count\": 0}}}",
                    "rift.choice.middleLayers | true | false, unless rule is lowest or highest | {D, \"training\": {}, \"rift\": {\"choice\": {\"rule\": \"last\", \"middleLayers\": true}}}",
                    "rift.choice.rule | none | none only with fineTuning.batchNorm \"moving\"; else nothing would change | {D, \"training\": {}, \"rift\": {\"choice\": {\"rule\": \"none\"}}}",
                    "rift.fineTuning.batchNorm | 'training' | frozen, moving | {D, \"training\": {}, \"rift\": {\"fineTuning\": {\"batchNorm\": \"training\"}}}",
                    "rift.interpolation.alpha | 1.5 | a number from 0.0 to 1.0 | {D, \"training\": {}, \"rift\": {\"interpolation\": {\"alpha\": 1.5}}}",
                    "rift.interpolation.refinements | 11 | a whole number from 0 to 10 | {D, \"training\": {}, \"rift\": {\"interpolation\": {\"refinements\": 11}}}",
                    "rift.chosenOn | training | held-out, or test, which marks the result as flattered by the choice | {D, \"training\": {}, \"rift\": {\"chosenOn\": \"training\"}}",
                    "rift.testRestarts | 0 | a whole number from 1 to 1000 | {D, \"training\": {}, \"rift\": {\"testRestarts\": 0}}",
                    "rift.criticality.split | 'validation' | training, held-out, test | {D, \"training\": {}, \"rift\": {\"criticality\": {\"split\": \"validation\"}}}",
                    "rift.criticality.split | 0 | training, held-out, test | {D, \"training\": {}, \"rift\": {\"criticality\": {\"split\": 0}}}",
                    "rift.criticality.radius | 0.0 | a number from 1.0E-6 to 10.0 | {D, \"training\": {}, \"rift\": {\"criticality\": {\"radius\": 0}}}",
                    "rift.interpolation.alphas | [0.1, 1.0] | at most 1001 ascending numbers from 0 to 1, the first of them 0 | {D, \"training\": {}, \"rift\": {\"interpolation\": {\"alphas\": [0.1, 1]}}}",
                    "rift.interpolation.alphas | [0.0, null] | at most 1001 ascending numbers from 0 to 1, the first of them 0 | {D, \"training\": {}, \"rift\": {\"interpolation\": {\"alphas\": [0, null]}}}",
                    "rift.interpolation.alphas | 0.5 | a list | {D, \"training\": {}, \"rift\": {\"interpolation\": {\"alphas\": 0.5}}}",
                    "dataset | missing | an object with source \"synthetic\" or \"uploaded\" | {}",
                    "dataset | missing | an object with source \"synthetic\" or \"uploaded\" | {\"dataset\": null}",
                    "dataset.source | missing | synthetic, uploaded | {\"dataset\": {}}",
                    "dataset.source | 's3' | synthetic, uploaded | {\"dataset\": {\"source\": \"s3\"}}",
                    "dataset | 'cifar10' | an object whose field source is one of synthetic, uploaded | {\"dataset\": \"cifar10\"}",
                    "dataset.artifact | missing | the id that POST /api/v1/datasets answered | {\"dataset\": {\"source\": \"uploaded\"}}",
                    "dataset.artifact | 'abc' | sha256: and 64 lower-case hexadecimal digits | {\"dataset\": {\"source\": \"uploaded\", \"artifact\": \"abc\"}}",
                    "dataset.trainPerClass | 1 | a whole number from 2 to 100000 | {\"dataset\": {\"source\": \"synthetic\", \"trainPerClass\": 1}}",
                    "dataset.subset.testPerClass | missing | a number of images | {\"dataset\": {\"source\": \"uploaded\", \"artifact\": \"A\", \"subset\": {\"trainPerClass\": 5}}}",
                    "dataset.classes | 'cat' twice | each class once | {\"dataset\": {\"source\": \"uploaded\", \"artifact\": \"A\", \"classes\": [\"cat\", \"dog\", \"cat\"]}}",
                    "dataset.classes | [cat] | names of at least 2 classes, or nothing for all of them | {\"dataset\": {\"source\": \"uploaded\", \"artifact\": \"A\", \"classes\": [\"cat\"]}}",
                    "dataset.classes | [] | names of at least 2 classes, or nothing for all of them | {\"dataset\": {\"source\": \"uploaded\", \"artifact\": \"A\", \"classes\": []}}",
                    "dataset.classes | [cat, null] | names of classes | {\"dataset\": {\"source\": \"uploaded\", \"artifact\": \"A\", \"classes\": [\"cat\", null]}}",
                    "dataset.classes | a list with ' ' | names of 1 to 255 characters | {\"dataset\": {\"source\": \"uploaded\", \"artifact\": \"A\", \"classes\": [\"cat\", \" \"]}}",
                    "dataset.firstClasses | 1 | a whole number from 2 to 100000 | {\"dataset\": {\"source\": \"uploaded\", \"artifact\": \"A\", \"firstClasses\": 1}}",
                    "dataset.firstClasses | 2 together with classes | one of the two, or none for all classes | {\"dataset\": {\"source\": \"uploaded\", \"artifact\": \"A\", \"firstClasses\": 2, \"classes\": [\"cat\", \"dog\"]}}",
                    "dataset.classes[1] | 7 | a text | {\"dataset\": {\"source\": \"uploaded\", \"artifact\": \"A\", \"classes\": [\"cat\", 7]}}",
                    "seed | 1.5 | a whole number from -9223372036854775808 to 9223372036854775807 | {D, \"seed\": 1.5}",
                    "seed | 'lucky' | a whole number from -9223372036854775808 to 9223372036854775807 | {D, \"seed\": \"lucky\"}",
                    "seed | 9223372036854775808 | a whole number from -9223372036854775808 to 9223372036854775807 | {D, \"seed\": 9223372036854775808}",
                    "name | ' ' | 1 to 200 characters | {D, \"name\": \" \"}",
                    "name | 5 | a text | {D, \"name\": 5}",
                    "recipe | [] | a JSON object | []",
                    "recipe | null | a JSON object | null",
                    "recipe | 'demo' | a JSON object | \"demo\"",
                })
        void refusalNamesFieldValueAndWhatIsAllowed(String field, String value, String allowed, String json) {
            // When
            InvalidRecipeException refusal =
                    refusal(json.replace("{D", "{" + DATASET).replace("\"A\"", "\"sha256:" + "ab".repeat(32) + "\""));

            // Then
            assertThat(refusal.field()).isEqualTo(field);
            assertThat(refusal.value()).isEqualTo(value);
            assertThat(refusal.allowed()).isEqualTo(allowed);
            assertThat(refusal).hasMessage(field + " is " + value + "; allowed: " + allowed);
        }

        @ParameterizedTest(name = "{0}")
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "epoch | dataset, gaussianMixture, name, poison, rift, seed, training | {D, \"epoch\": 3}",
                    "poison.kernel | blur, classes, colour, controls, filters, format, fraction, jpegQuality, kernelSize, keyId, leakAudit, numpySeed, rounding, selection | {D, \"poison\": {\"kernel\": 3}}",
                    "training.attack.eps | epsilon, randomStart, restarts, stepSize, steps, threatModel | {D, \"training\": {\"attack\": {\"eps\": 3}}}",
                    "dataset.perClass | seed, testPerClass, trainPerClass | {\"dataset\": {\"source\": \"synthetic\", \"perClass\": 3}}",
                    "training.schedule.gamma | warmupEpochs | {D, \"training\": {\"schedule\": {\"kind\": \"cosine\", \"gamma\": 0.1}}}",
                })
        void unknownFieldIsRefusedWithTheKnownOnes(String field, String known, String json) {
            // When
            InvalidRecipeException refusal = refusal(json.replace("{D", "{" + DATASET));

            // Then
            assertThat(refusal.field()).isEqualTo(field);
            assertThat(refusal.value()).isEqualTo("an unknown field");
            assertThat(refusal.allowed()).isEqualTo(known);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"{", "{\"dataset\": }", "not json", "{} {}", "{\"dataset\": {\"source\": \"synthetic\"}} x"})
        void whatIsNoJsonIsRefusedWithThePlaceOfTheFault(String json) {
            // When
            InvalidRecipeException refusal = refusal(json);

            // Then
            assertThat(refusal.field()).isEqualTo("recipe");
            assertThat(refusal.value()).startsWith("not JSON (").contains("line 1, column ");
        }

        @Test
        void emptyBodyIsRefused() {
            assertThat(refusal("")).hasMessage("recipe is empty; allowed: a JSON object");
            assertThat(refusal("  \n")).hasMessage("recipe is empty; allowed: a JSON object");
        }

        @Test
        void bytesThatAreNoTextAreRefused() {
            // When
            InvalidRecipeException refusal = catchThrowableOfType(
                    InvalidRecipeException.class,
                    () -> FaultlineJson.readRecipe(
                            new byte[] {'{', '"', (byte) 0xC3, (byte) 0x28, '"', ':', '1', '}'}));

            // Then
            assertThat(refusal.value()).startsWith("not JSON (");
        }

        @Test
        void fieldGivenTwiceIsRefused() {
            assertThat(refusal("{" + DATASET + ", \"training\": {\"epochs\": 1, \"epochs\": 2}}"))
                    .hasMessageContainingAll("recipe is not JSON", "Duplicate", "epochs");
        }

        @Test
        void hostileDepthIsRefused() {
            assertThat(refusal("[".repeat(100_000)).value()).startsWith("not JSON (");
        }

        @Test
        void longValueIsCutInTheMessage() {
            // When
            InvalidRecipeException refusal =
                    refusal("{" + DATASET + ", \"training\": {\"epochs\": \"" + "9".repeat(5000) + "\"}}");

            // Then
            assertThat(refusal.value()).hasSizeLessThan(130).startsWith("'999").endsWith("…'");
        }
    }

    private static Recipe read(String json) {
        return FaultlineJson.readRecipe(json.getBytes(StandardCharsets.UTF_8));
    }

    private static InvalidRecipeException refusal(String json) {
        InvalidRecipeException refusal = catchThrowableOfType(InvalidRecipeException.class, () -> read(json));
        assertThat(refusal)
                .as("refusal of " + json.substring(0, Math.min(json.length(), 200)))
                .isNotNull();
        return refusal;
    }
}
