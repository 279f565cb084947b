package io.faultline.checkpoint;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import io.faultline.testkit.ArchitectureRules;

@AnalyzeClasses(packages = "io.faultline.checkpoint")
class ArchitectureTest {
    @ArchTest
    static final ArchTests RULES = ArchTests.in(ArchitectureRules.class);
}
