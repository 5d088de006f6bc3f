package org.residuum.backend.reference;

import java.util.List;
import java.util.Optional;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.lower.LoweringBackend;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.Parameters;
import org.residuum.network.Value;

/**
 * Plain Java loops in double precision, images as (N, C, H, W): the definition of every operation,
 * short and slow.
 */
public final class ReferenceBackend extends LoweringBackend {
  private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public String description() {
    return "plain Java loops in double precision, one thread";
  }

  @Override
  public Precision precision() {
    return Precision.FP32;
  }

  @Override
  protected Optional<String> obstacle(Precision precision) {
    return precision == Precision.FP32
        ? Optional.empty()
        : Optional.of("the reference computes in double precision, not in " + precision);
  }

  @Override
  protected List<Plan> plans(Network network, Parameters parameters, List<CompileOptions> options) {
    options.forEach(each -> requireArrays(network, each.batch()));
    return each(options, one -> new ReferencePlan(network, parameters, one));
  }

  @Override
  protected TrainingSession training(
      Network network, Parameters parameters, CompileOptions options) {
    requireArrays(network, options.batch());
    return new ReferenceTraining(network, parameters, options);
  }

  /** Each value is one array. */
  private static void requireArrays(Network network, int batch) {
    for (Node node : network.nodes()) {
      for (Value value : node.outputs()) {
        long elements = value.shape().elements(batch);
        if (elements > MAX_ELEMENTS) {
          throw new IllegalArgumentException(
              network.name()
                  + " at batch "
                  + batch
                  + ": "
                  + value.name()
                  + " "
                  + value.shape()
                  + " has "
                  + elements
                  + " elements, an array holds "
                  + MAX_ELEMENTS
                  + "; use a batch of at most "
                  + MAX_ELEMENTS / value.shape().elements());
        }
      }
    }
  }
}
