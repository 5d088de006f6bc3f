package org.residuum.backend.cuda;

import org.residuum.backend.cuda.driver.CudaStream;
import org.residuum.backend.cuda.kernel.GridRule;
import org.residuum.backend.cuda.kernel.Kernel;
import org.residuum.network.ElementType;

/** Casts between fp32 and bf16 on the device. */
final class Casts {
  static final Kernel FROM_F32 =
      Kernel.of("cast_from_f32", GridRule.ELEMENTS, "x* y* n:i64", ElementType.BF16);
  static final Kernel TO_F32 =
      Kernel.of("cast_to_f32", GridRule.ELEMENTS, "x* y* n:i64", ElementType.BF16);

  private Casts() {}

  static Runnable fromF32(CudaStream stream, long from, long to, long n) {
    return cast(stream, FROM_F32, from, to, n);
  }

  static Runnable toF32(CudaStream stream, long from, long to, long n) {
    return cast(stream, TO_F32, from, to, n);
  }

  private static Runnable cast(CudaStream stream, Kernel kernel, long from, long to, long n) {
    Object[] arguments =
        kernel.arguments().pointer("x", from).pointer("y", to).number("n", n).inOrder().toArray();
    return stream.launch(
        kernel, ElementType.BF16, kernel.grid().shape(n, 1, ElementType.BF16), arguments);
  }
}
