package io.faultline.rift.document;

import io.quarkus.qute.EvalContext;
import io.quarkus.qute.Results;
import io.quarkus.qute.ValueResolver;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Lets a template name the parts of a record, and nothing else of an object. */
final class RecordValues implements ValueResolver {
    @Override
    public boolean appliesTo(EvalContext context) {
        return context.getBase() instanceof Record && context.getParams().isEmpty();
    }

    @Override
    public CompletionStage<Object> resolve(EvalContext context) {
        return Arrays.stream(context.getBase().getClass().getRecordComponents())
                .filter(component -> component.getName().equals(context.getName()))
                .findFirst()
                .map(component -> CompletableFuture.completedStage(value(component, context.getBase())))
                .orElseGet(() -> Results.notFound(context));
    }

    private static Object value(RecordComponent component, Object holder) {
        try {
            return component.getAccessor().invoke(holder);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the template cannot read " + component, e);
        }
    }
}
