package io.faultline.testkit;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callConstructor;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethod;
import static com.tngtech.archunit.lang.conditions.ArchConditions.haveSimpleNameStartingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What the build checks about packages, names and habits. A module takes them all in:
 *
 * <pre>{@code
 * @AnalyzeClasses(packages = "io.faultline.gateway")
 * class ArchitectureTest {
 *     @ArchTest
 *     static final ArchTests RULES = ArchTests.in(ArchitectureRules.class);
 * }
 * }</pre>
 */
public final class ArchitectureRules {
    private static final String[] ALGORITHMS = {
        "io.faultline.artifact..",
        "io.faultline.checkpoint..",
        "io.faultline.dataset..",
        "io.faultline.event..",
        "io.faultline.job..",
        "io.faultline.recipe..",
        "io.faultline.report..",
        "io.faultline.vision..",
        "io.faultline.poison.cuda..",
        "io.faultline.poison.key..",
        "io.faultline.poison.theory..",
        "io.faultline.poison.quality..",
        "io.faultline.poison.audit..",
        "io.faultline.trainer.probe..",
        "io.faultline.rift.criticality..",
        "io.faultline.rift.finetuning..",
        "io.faultline.rift.interpolation.."
    };

    private static final DescribedPredicate<JavaClass> TESTS =
            describe("tests", type -> location(type).contains("/test-classes/"));
    private static final DescribedPredicate<JavaClass> PRODUCT =
            DescribedPredicate.not(TESTS).as("the product's classes");
    private static final DescribedPredicate<JavaField> PRODUCT_FIELDS =
            describe("of the product", field -> PRODUCT.test(field.getOwner()));

    @ArchTest
    public static final ArchRule namesSayWhatAClassIs = noClasses()
            .should()
            .haveNameMatching(".*(Utils|Util|Helper|Manager|Impl|Dto)")
            .because("such a name says no concept, only that the code had to go somewhere")
            .allowEmptyShould(true);

    @ArchTest
    public static final ArchRule nothingIsCalledAbstract = noClasses()
            .should(haveSimpleNameStartingWith("Abstract"))
            .because("behaviour is added by wrapping, not by inheriting")
            .allowEmptyShould(true);

    @ArchTest
    public static final ArchRule testsAwaitAConditionAndNeverSleep = noClasses()
            .that(TESTS)
            .should(callMethod(Thread.class, "sleep", long.class))
            .because("a test that sleeps is slow where the machine is fast and wrong where it is slow")
            .allowEmptyShould(true);

    @ArchTest
    public static final ArchRule algorithmsKnowNoPlatform = noClasses()
            .that(PRODUCT)
            .and()
            .resideInAnyPackage(ALGORITHMS)
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                    "jakarta..", "io.quarkus..", "io.smallrye..", "org.apache.kafka..", "org.hibernate.."))
            .because("messaging → use case → algorithm: imports never point back")
            .allowEmptyShould(true);

    @ArchTest
    public static final ArchRule algorithmsKnowNoMessaging = noClasses()
            .that()
            .resideInAnyPackage(ALGORITHMS)
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.faultline..messaging..", "io.faultline.worker.."))
            .because("messaging → use case → algorithm: imports never point back")
            .allowEmptyShould(true);

    @ArchTest
    public static final ArchRule randomnessHasASeed = noClasses()
            .that(PRODUCT)
            .should(callConstructor(Random.class)
                    .or(callMethod(Math.class, "random"))
                    .or(callMethod(ThreadLocalRandom.class, "current")))
            .because("a stage is a pure function: its randomness comes from the recipe's seed")
            .allowEmptyShould(true);

    @ArchTest
    public static final ArchRule dependenciesComeThroughTheConstructor = noFields()
            .that(PRODUCT_FIELDS)
            .should()
            .beAnnotatedWith("jakarta.inject.Inject")
            .orShould()
            .beAnnotatedWith("org.eclipse.microprofile.config.inject.ConfigProperty")
            .orShould()
            .beAnnotatedWith("org.eclipse.microprofile.reactive.messaging.Channel")
            .because("a class says in its constructor what it needs")
            .allowEmptyShould(true);

    @ArchTest
    public static final ArchRule fieldsAreNotOptional = noFields()
            .that(PRODUCT_FIELDS)
            .should()
            .haveRawType(Optional.class)
            .because("Optional is for results")
            .allowEmptyShould(true);

    @ArchTest
    public static final ArchRule staticStateDoesNotChange = fields().that(PRODUCT_FIELDS)
            .and()
            .areStatic()
            .and()
            .doNotHaveModifier(JavaModifier.SYNTHETIC)
            .should()
            .beFinal()
            .because("static mutable state couples what should be apart")
            .allowEmptyShould(true);

    private ArchitectureRules() {}

    private static String location(JavaClass type) {
        return type.getSource().map(source -> source.getUri().toString()).orElse("");
    }
}
