package io.faultline.local;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "Stops the cluster and waits until nothing of it runs. Its data stays.")
final class DownCommand implements Callable<Integer> {
    @Mixin
    private HomeOption home;

    @Override
    public Integer call() {
        System.out.println(
                DetachedCluster.stop(home.home())
                        ? "Faultline has stopped."
                        : "No cluster is running in " + home.home().directory() + ".");
        return 0;
    }
}
