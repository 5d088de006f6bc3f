package org.residuum.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.cpu.Bf16Cpu;
import org.residuum.backend.cpu.CpuBackend;
import org.residuum.backend.cuda.rig.EmulatedBackend;
import org.residuum.backend.reference.ReferenceBackend;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;
import org.residuum.network.op.Input;
import org.residuum.network.op.Op;
import org.residuum.plan.Gradients;

/** What every backend refuses to compile, and what it says. */
class RefusalTest {
  private static final Network NETWORK = Networks.small();
  private static final Network LEARNING = Gradients.of(NETWORK, 0);
  private static final Parameters WEIGHTS = new Initializer(1).initialize(NETWORK);
  private static final CompileOptions OPTIONS = CompileOptions.batch(2);

  static Stream<TrainingBackend> backends() {
    return Stream.of(
        new ReferenceBackend(), new CpuBackend(), EmulatedBackend.open(Precision.FP32));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void closedBackendCompilesNothing(TrainingBackend backend) {
    backend.close();
    backend.close();
    String compile =
        assertThrows(IllegalStateException.class, () -> backend.compile(NETWORK, WEIGHTS, OPTIONS))
            .getMessage();
    String train =
        assertThrows(IllegalStateException.class, () -> backend.train(LEARNING, WEIGHTS, OPTIONS))
            .getMessage();
    assertEquals(compile, train);
    assertTrue(compile.startsWith("the " + backend.name() + " backend ("), compile);
    assertTrue(compile.endsWith(") is closed; open another"), compile);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void networkWithoutGradientsIsNotTrained(TrainingBackend backend) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> backend.train(NETWORK, WEIGHTS, OPTIONS))
            .getMessage();
    assertEquals(
        NETWORK.name()
            + " cannot be trained: none of its outputs [logits] is the gradient of a parameter;"
            + " train what Gradients.of(network, smoothing) gives",
        message);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void batchBeyondABufferIsNamedWithOneThatFits(TrainingBackend backend) {
    Network wide = ResNets.mlp(1000, 1);
    Parameters weights = new Initializer(1).initialize(wide);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> backend.compile(wide, weights, CompileOptions.batch(1_000_000)))
            .getMessage();
    assertEquals(
        "mlp1000x1 at batch 1000000: x (N, 1000) takes 4000000000 bytes, one buffer holds"
            + " 2147418111; use a batch of at most 536854",
        message);
  }

  @Test
  void referenceNamesTheValueThatNoArrayHolds() {
    Network images = ResNets.imagenet(18);
    Parameters weights = new Initializer(1).initialize(images);
    CompileOptions options = CompileOptions.batch(3500);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new ReferenceBackend().compile(images, weights, options))
            .getMessage();
    assertTrue(message.contains("(N, 64, 112, 112) has 2809856000 elements"), message);
    assertTrue(message.endsWith("use a batch of at most 2674"), message);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void feedOfNoInputIsRefused(TrainingBackend backend) {
    CompileOptions options = OPTIONS.feed("image", Feed.FLOATS);
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> backend.compile(NETWORK, WEIGHTS, options))
            .getMessage();
    assertEquals(NETWORK.name() + " has no input image, but [x]", message);
  }

  @Test
  void otherPrecisionsOfTheCpuAreRefusedWithTheReason() {
    Shape row = Shape.batch(4);
    Op op = new Input(row);
    assertTrue(EmulatedBackend.open(Precision.FP32).supports(op, Precision.BF16));
    assertEquals(
        "the CPU computes in fp32 or bf16, not in tf32",
        new CpuBackend().obstacle(op, Precision.TF32).orElseThrow());
    assertEquals(Bf16Cpu.obstacle(), new CpuBackend().obstacle(op, Precision.BF16));
    assertTrue(new CpuBackend().obstacle(NETWORK, Precision.FP32).isEmpty());
    String reason = new ReferenceBackend().obstacle(NETWORK, Precision.TF32).orElseThrow();
    assertTrue(reason.startsWith(NETWORK.name() + ", node x: the reference computes"), reason);
  }
}
