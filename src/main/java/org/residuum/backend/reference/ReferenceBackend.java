package org.residuum.backend.reference;

import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.TrainingSession;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.plan.BatchNormFolding;
import org.residuum.plan.Passes;

/**
 * Plain Java loops in double precision, images as (N, C, H, W): the definition of every operation,
 * short and slow.
 */
public final class ReferenceBackend implements Backend {
  @Override
  public String name() {
    return "reference";
  }

  @Override
  public String description() {
    return "plain Java loops in double precision, one thread";
  }

  @Override
  public Plan compile(Network network, Parameters parameters, CompileOptions options) {
    BatchNormFolding.Folded form =
        options.optimize()
            ? Passes.inference(network, parameters)
            : new BatchNormFolding.Folded(network, parameters);
    return new ReferencePlan(form.network(), form.parameters(), options.batch());
  }

  @Override
  public TrainingSession train(Network network, Parameters parameters, CompileOptions options) {
    Network form = options.optimize() ? Passes.training(network) : network;
    return new ReferenceTraining(form, parameters, options.batch());
  }
}
