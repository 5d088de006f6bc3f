package org.residuum.backend.lower;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Networks;
import org.residuum.backend.Precision;
import org.residuum.backend.TrainingBackend;
import org.residuum.backend.TrainingSession;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.rig.EmulatedBackend;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.network.Network;
import org.residuum.network.initial.Initializer;
import org.residuum.network.loss.SoftTargetCrossEntropy;
import org.residuum.plan.Gradients;

/** Targets that a loss is not defined for; a label that is no class would read another row's. */
class TargetsTest {
  private static final Network LEARNING = Gradients.of(Networks.small(), 0);

  static Stream<TrainingBackend> backends() {
    return Stream.of(
        new ReferenceBackend(), new CpuBackend(), EmulatedBackend.open(Precision.FP32));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void targetBelowZeroIsRefused(TrainingBackend backend) {
    Network learning = Gradients.of(Networks.small(), new SoftTargetCrossEntropy());
    try (TrainingSession session =
        backend.train(learning, new Initializer(1).initialize(learning), CompileOptions.batch(2))) {
      for (float target : new float[] {-0.5f, Float.NaN, Float.POSITIVE_INFINITY}) {
        session.input(Gradients.TARGETS).put(0, 3).put(5, target);
        String message = assertThrows(IllegalArgumentException.class, session::run).getMessage();
        assertTrue(message.startsWith("target " + target + " of row 1 is no share"), message);
      }
      session.input(Gradients.TARGETS).put(5, 0);
      session.run();
      assertTrue(session.output(Gradients.LOSS).get(0) > 0);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void labelThatIsNoClassIsRefused(TrainingBackend backend) {
    try (TrainingSession session =
        backend.train(LEARNING, new Initializer(1).initialize(LEARNING), CompileOptions.batch(2))) {
      for (float label : new float[] {3, -1, 0.5f, Float.NaN, 1e9f}) {
        session.input(Gradients.LABELS).put(0, 2).put(1, label);
        String message = assertThrows(IllegalArgumentException.class, session::run).getMessage();
        assertTrue(message.startsWith("label " + label), message);
        assertTrue(message.contains("of row 1 is no class"), message);
        assertTrue(message.endsWith("3 apart, numbered 0 to 2"), message);
      }
      session.input(Gradients.LABELS).put(1, 1);
      session.run();
      assertTrue(Float.isFinite(session.output(Gradients.LOSS).get(0)));
    }
  }
}
