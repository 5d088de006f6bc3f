package org.residuum.backend.cpu;

import java.util.ArrayList;
import java.util.List;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.cpu.onednn.Bindings;
import org.residuum.backend.cpu.onednn.NativeMemory;
import org.residuum.backend.cpu.onednn.Numerics;
import org.residuum.backend.cpu.onednn.Workers;
import org.residuum.backend.lower.Learner;
import org.residuum.backend.lower.LoweredTraining;
import org.residuum.backend.lower.ParameterSource;
import org.residuum.backend.lower.ParameterStore;
import org.residuum.network.Network;
import org.residuum.network.Parameters;

/** A session with its own plan, parameters and gradients. */
final class CpuTraining extends CpuSession implements LoweredTraining {
  private final ParameterStore store;

  private CpuTraining(CpuPlan plan, ParameterStore store, Runnable whenClosed) {
    super(plan, new Trained(store), whenClosed);
    this.store = store;
  }

  /** Parameters and gradients where a store has them. */
  private record Trained(ParameterStore store) implements ParameterSource {
    @Override
    public long parameter(String name) {
      return Bindings.address(store.values(name));
    }

    @Override
    public long gradient(String name) {
      return Bindings.address(store.gradient(name));
    }
  }

  static CpuTraining open(
      Network network,
      Parameters initial,
      CompileOptions options,
      Workers workers,
      Numerics numerics) {
    CpuPlan plan = CpuPlan.forTraining(network, initial, options, workers, numerics);
    List<NativeMemory> memory = new ArrayList<>();
    Runnable release =
        () -> {
          plan.close();
          memory.forEach(NativeMemory::close);
        };
    try {
      ParameterStore store =
          new ParameterStore(network, initial, floats -> NativeMemory.floats(floats, memory));
      return new CpuTraining(plan, store, release);
    } catch (RuntimeException | Error e) {
      release.run();
      throw e;
    }
  }

  @Override
  public Learner learner() {
    return store;
  }

  @Override
  public String toString() {
    return plan().toString();
  }
}
