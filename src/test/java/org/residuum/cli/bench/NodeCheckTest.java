package org.residuum.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.residuum.backend.Backend;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.Precision;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.initial.Initializer;
import org.residuum.network.op.Op;

final class NodeCheckTest {
  private final Network network = ResNets.cifar(8);
  private final Parameters parameters = new Initializer(1).initialize(network);

  private List<NodeCheck.Finding> findings(Backend backend) {
    List<NodeCheck.Finding> findings = new ArrayList<>();
    NodeCheck check = new NodeCheck(backend, network, parameters, 2);
    check.run(findings::add);
    assertEquals(check.nodes(), findings.size());
    return findings;
  }

  @Test
  void theCpuComputesEachNodeAsTheReferenceDoes() {
    try (Backend cpu = new CpuBackend(2)) {
      List<NodeCheck.Finding> findings = findings(cpu);
      assertTrue(findings.size() > 8, findings.toString());
      assertTrue(findings.stream().allMatch(NodeCheck.Finding::agrees), findings.toString());
      assertTrue(findings.stream().anyMatch(one -> !one.kernels().isEmpty()), findings.toString());
    }
  }

  @Test
  void onlyTheNodeWithAWrongWeightDiffers() {
    try (Backend wrong = new WrongWeight("layer2.0.conv1.weight", 1e-3f)) {
      List<String> differing =
          findings(wrong).stream()
              .filter(one -> !one.agrees())
              .map(one -> one.node().name())
              .toList();
      assertEquals(List.of("layer2.0.conv1"), differing);
    }
  }

  @Test
  void aNodeThatGivesNaNWhereTheReferenceDoesNotDiffers() {
    try (Backend wrong = new WrongWeight("linear.weight", Float.NaN)) {
      NodeCheck.Finding last = findings(wrong).get(findings(wrong).size() - 1);
      assertTrue(!last.agrees() && Double.isNaN(last.error()), last.toString());
    }
  }

  /** The reference, but for something that is added to all values of one parameter. */
  private record WrongWeight(ReferenceBackend reference, String parameter, float change)
      implements Backend {
    WrongWeight(String parameter, float change) {
      this(new ReferenceBackend(), parameter, change);
    }

    @Override
    public Plan compile(Network network, Parameters parameters, CompileOptions options) {
      Parameters changed = parameters.copy();
      FloatBuffer values = changed.get(parameter).data();
      for (int i = 0; i < values.limit(); i++) {
        values.put(i, values.get(i) + change);
      }
      return reference.compile(network, changed, options);
    }

    @Override
    public String name() {
      return "wrong";
    }

    @Override
    public Precision precision() {
      return reference.precision();
    }

    @Override
    public Optional<String> obstacle(Op op, Precision precision) {
      return reference.obstacle(op, precision);
    }

    @Override
    public String description() {
      return "the reference with a wrong weight";
    }

    @Override
    public void close() {
      reference.close();
    }
  }
}
