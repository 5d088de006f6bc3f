package org.residuum.backend.cuda.standin;

import java.util.LinkedHashSet;
import java.util.Set;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.cuda.CudaBackend;
import org.residuum.backend.cuda.driver.CudaDriver;
import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.driver.Gemm;
import org.residuum.backend.cuda.rig.EmulatedDriver;
import org.residuum.backend.cuda.rig.Intercepted;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.plan.Gradients;

/** The products that the plans of real networks consist of; nothing is computed to learn them. */
final class PlanGemms {
  private static final int BATCH = 2;
  private static final Runnable NOTHING = () -> {};

  private final Set<Gemm> found = new LinkedHashSet<>();

  private PlanGemms() {}

  /** Those of ResNet-20 and ResNet-50, inference and training, each once. */
  static Set<Gemm> of(Precision precision) {
    PlanGemms gemms = new PlanGemms();
    try (CudaBackend backend = new CudaBackend(gemms.driver(), precision)) {
      for (Network network : new Network[] {ResNets.cifar(20), ResNets.imagenet(50)}) {
        Parameters zeros = Parameters.allocate(network.parameters());
        try (Plan plan = backend.compile(network, zeros, CompileOptions.batch(BATCH))) {
          plan.session().close();
        }
        Network training = Gradients.of(network, 0);
        Parameters fresh = Parameters.allocate(training.parameters());
        backend.train(training, fresh, CompileOptions.batch(BATCH)).close();
      }
    }
    return gemms.found;
  }

  /** A device that does nothing. */
  private CudaDriver driver() {
    return Intercepted.of(
        CudaDriver.class,
        new EmulatedDriver(),
        call ->
            call.name().equals("createStream")
                ? Intercepted.of(CudaStream.class, (CudaStream) call.go(), this::onStream)
                : call.go());
  }

  private Object onStream(Intercepted.Call call) {
    if (call.name().equals("multiply")) {
      found.add((Gemm) call.arguments()[0]);
    }
    return call.method().getReturnType() == Runnable.class ? NOTHING : null;
  }
}
