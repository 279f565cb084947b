package io.faultline.gateway;

import io.faultline.testkit.KafkaTestResource;
import io.faultline.testkit.PostgresTestResource;
import io.faultline.testkit.StoreTestResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A test of the whole gateway on a real broker, a real database and an empty store. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@QuarkusTest
@WithTestResource(KafkaTestResource.class)
@WithTestResource(PostgresTestResource.class)
@WithTestResource(StoreTestResource.class)
public @interface WholeGateway {}
