package io.faultline.worker;

import io.faultline.event.WorkEvent;
import java.util.List;

/**
 * A stage whose work is cut into tasks that any pod of its service takes. Nobody keeps count: a task leaves its part among the
 * stage's checkpoints, and whoever finds all parts there puts them together. A task run twice leaves the same part.
 *
 * @param <E> the work event it consumes
 * @param <T> the work event of one of its tasks
 * @param <P> what a task leaves, a record that has a JSON form; large things lie beside it as checkpoints
 * @param <R> the report it makes, a record that has a JSON form
 */
public interface ScatteredStage<E extends WorkEvent, T extends WorkEvent, P, R> extends Stage<E, R> {
    Class<T> taskType();

    /** The CloudEvent type of its tasks, which come on the stage's own topic. */
    String taskCloudEventType();

    Class<P> partType();

    /**
     * Cuts the work into tasks, at least one; a single one is run at once, by the same pod. An event that is cut again may be cut
     * into another number of tasks, but into as many only in the same way.
     */
    List<T> scatter(E event, StageContext context);

    /** The event whose work a task is a part of. */
    E whole(T task);

    /** The task's place among its siblings, from 0. */
    int place(T task);

    /** How many siblings there are, with this one. */
    int siblings(T task);

    /** Does one task; what holds for {@link Stage#run} holds here. */
    P runTask(T task, StageContext context);

    /**
     * Puts the parts together, perhaps on a pod that has made none of them.
     *
     * @param task any of the tasks, which says how the work was cut
     * @param parts in the order of the tasks
     */
    R gather(T task, List<P> parts, StageContext context);

    @Override
    default R run(E event, StageContext context) {
        List<T> tasks = scatter(event, context);
        List<P> parts = tasks.stream().map(task -> runTask(task, context)).toList();
        return gather(tasks.get(0), parts, context);
    }
}
