package org.residuum.backend.cuda.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.residuum.network.op.Activation;

class ArgumentsTest {
  private static final Kernel KERNEL =
      Kernel.of("scale", GridRule.ELEMENTS, "x* y* rows:i64 channels:i32 factor:f32");

  private static Arguments complete() {
    return KERNEL
        .arguments()
        .number("factor", 0.5f)
        .number("channels", 3)
        .number("rows", 7)
        .pointer("y", 200L);
  }

  @Test
  void valuesTakeTheOrderAndTheTypesOfTheKernel() {
    assertEquals(List.of(100L, 200L, 7L, 3, 0.5f), complete().pointer("x", 100L).inOrder());
  }

  @Test
  void whatIsMissingIsNamed() {
    String message = refusal(() -> complete().inOrder());
    assertEquals("a launch of scale got no x", message);
  }

  @Test
  void unknownRepeatedAndMistypedArgumentsAreRefused() {
    assertEquals(
        "a launch of scale has no parameter z", refusal(() -> complete().pointer("z", 1L)));
    assertEquals("a launch of scale got y twice", refusal(() -> complete().pointer("y", 1L)));
    assertTrue(refusal(() -> complete().number("x", 1)).contains("takes x as POINTER"));
    assertTrue(refusal(() -> complete().number("rows", 1f)).contains("not as FLOAT32"));
    assertThrows(ArithmeticException.class, () -> KERNEL.arguments().number("channels", 1L << 40));
  }

  private static String refusal(Runnable launch) {
    return assertThrows(IllegalStateException.class, launch::run).getMessage();
  }

  @Test
  void variantsTakeTheArgumentsOfWhatTheyFuse() {
    KernelVariants variants =
        new KernelVariants("base", "_tail", GridRule.ELEMENTS, "x* r*?residual y*?activation")
            .with(false, true);
    assertEquals("base_tail[x]", described(variants, false, Activation.NONE));
    assertEquals("base_relu_tail[x, y]", described(variants, false, Activation.RELU));
    assertEquals("base_residual_tail[x, r]", described(variants, true, Activation.SIGMOID));
    assertEquals("base_residual_relu_tail[x, r, y]", described(variants, true, Activation.RELU));
  }

  private static String described(KernelVariants variants, boolean residual, Activation fused) {
    Kernel kernel = variants.of(residual, fused);
    return kernel.name() + kernel.parameters().stream().map(Argument::name).toList();
  }
}
