package io.faultline.gateway;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import io.faultline.testkit.ArchitectureRules;

@AnalyzeClasses(packages = "io.faultline.gateway")
class ArchitectureTest {
    @ArchTest
    static final ArchTests RULES = ArchTests.in(ArchitectureRules.class);

    @ArchTest
    static final ArchRule useCasesKnowNeitherHttpNorKafka = ArchRuleDefinition.noClasses()
            .that()
            .resideInAnyPackage("io.faultline.gateway.job..", "io.faultline.gateway.dataset..")
            .and()
            .haveSimpleNameNotEndingWith("IT")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.faultline.gateway.rest..",
                    "io.faultline.gateway.messaging..",
                    "jakarta.ws.rs..",
                    "org.apache.kafka..");
}
