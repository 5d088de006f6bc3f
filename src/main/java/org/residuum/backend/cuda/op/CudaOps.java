package org.residuum.backend.cuda.op;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.backend.lower.Lowering;
import org.residuum.backend.lower.OpTable;
import org.residuum.network.Node;
import org.residuum.network.Value;
import org.residuum.network.op.Op;

/** What a GPU does for each op, with the kernels that it takes. Each family enters its own. */
public final class CudaOps {
  public static final CudaOps ALL = new CudaOps();

  static {
    Convolutions.enter(ALL);
    DenseLayers.enter(ALL);
    Epilogues.enter(ALL);
    ColumnSums.enter(ALL);
    Norms.enter(ALL);
    ExampleNorms.enter(ALL);
    Activations.enter(ALL);
    Arithmetic.enter(ALL);
    Pools.enter(ALL);
    Softmaxes.enter(ALL);
    Losses.enter(ALL);
    PointwiseLosses.enter(ALL);
    Moves.enter(ALL);
    Rearrangements.enter(ALL);
  }

  private final OpTable<CudaAssembly> table = new OpTable<>("CUDA");
  private final List<Kernel> kernels = new ArrayList<>();
  private final Map<Class<? extends Op>, ValueTypes.Rule> single = new HashMap<>();

  private CudaOps() {}

  /** Adds an op, whose rules follow. */
  <O extends Op> Lowering<O, CudaAssembly> add(Class<O> op) {
    return table.add(op);
  }

  /** Adds the kernels that a family launches. */
  void add(Kernel... own) {
    kernels.addAll(List.of(own));
  }

  void add(Collection<Kernel> own) {
    kernels.addAll(own);
  }

  /** Says which values at nodes of an op are fp32 at every precision. */
  void keepSingle(Class<? extends Op> op, ValueTypes.Rule rule) {
    single.put(op, rule);
  }

  List<Value> single(Node node, Set<Value> known) {
    ValueTypes.Rule rule = single.get(node.op().getClass());
    return rule == null ? List.of() : rule.single(node, known);
  }

  public OpTable<CudaAssembly> table() {
    return table;
  }

  /** The kernels of all families. */
  public List<Kernel> kernels() {
    return List.copyOf(kernels);
  }
}
