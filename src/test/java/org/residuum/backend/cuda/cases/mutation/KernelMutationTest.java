package org.residuum.backend.cuda.cases.mutation;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.residuum.backend.cuda.cases.Kernels.kernel;

import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.residuum.backend.cuda.KernelTable;
import org.residuum.network.ElementType;

/** A kernel with one wrong index, one wrong predicate or one missing barrier fails its cases. */
public class KernelMutationTest {
  private static final long SEED = 20160318L;

  public static Stream<KernelMutation> changedByHand() {
    return Stream.of(
        new KernelMutation(
            kernel("relu_forward"),
            ElementType.F32,
            "cuts the positive half of lane 1",
            "setp\\.lt\\.f32",
            1,
            "setp.gt.f32"),
        new KernelMutation(
            kernel("bias_relu_forward"),
            ElementType.F32,
            "wraps the channel one late",
            "setp\\.lt\\.s32(\\s+%p\\d+, %r\\d+, %r\\d+;\\s+selp\\.b32)",
            0,
            "setp.le.s32$1"),
        KernelMutation.withoutBarrier(kernel("bias_backward"), ElementType.F32, 0),
        new KernelMutation(
            kernel("batch_norm_statistics_finish"),
            ElementType.F32,
            "merges over 16 lanes twice, never over 8",
            "mov\\.u32(\\s+%r\\d+), 8;",
            0,
            "mov.u32$1, 16;"),
        new KernelMutation(
            kernel("max_pool_backward"),
            ElementType.F32,
            "lets an equal earlier value not win",
            "setp\\.lt\\.f32",
            0,
            "setp.le.f32"),
        new KernelMutation(
            kernel("im2col"),
            ElementType.F32,
            "takes one row below the picture for one within",
            "setp\\.lt\\.s32(\\s+%p\\d+, %r\\d+, %r\\d+;\\s+setp\\.lt)",
            0,
            "setp.le.s32$1"),
        new KernelMutation(
            kernel("im2col"),
            ElementType.F32,
            "reads the first group's channels for every group",
            "(cvt\\.u32\\.u64\\s+(%r\\d+), %rd\\d+;\\s+mul\\.lo\\.s32\\s+%r\\d+, %r\\d+, )\\2;",
            1,
            "$10;"),
        new KernelMutation(
            kernel("col2im"),
            ElementType.F32,
            "takes the positions between two strides",
            "setp\\.eq\\.s32(\\s+%p\\d+, %r\\d+, )0;",
            0,
            "setp.ge.s32$10;"),
        new KernelMutation(
            kernel("strided_gather"),
            ElementType.F32,
            "computes the index in 31 bits",
            "(add\\.s64[^;]*;\\s+mul\\.lo\\.s64\\s+)(%rd\\d+)([^;]*;)(\\s+cvt\\.s64)",
            0,
            "$1$2$3 and.b64 $2, $2, 2147483647;$4"),
        new KernelMutation(
            kernel("cross_entropy_backward"),
            ElementType.F32,
            "shuffles over 16 lanes twice, never over 8",
            "mov\\.u32(\\s+%r\\d+), 8;",
            0,
            "mov.u32$1, 16;"),
        new KernelMutation(
            kernel("sgd_momentum"),
            ElementType.F32,
            "looks the decay up at half the segment size",
            "shr\\.u64(\\s+%rd\\d+, %rd\\d+), 2;",
            0,
            "shr.u64$1, 1;"),
        KernelMutation.withoutBarrier(kernel("transpose"), ElementType.BF16, 1),
        new KernelMutation(
            kernel("strided_copy"),
            ElementType.F32,
            "takes every second element for neighbours",
            "setp\\.ne\\.s64(\\s+%p\\d+, %rd\\d+, )1;",
            0,
            "setp.ne.s64$12;"),
        new KernelMutation(
            kernel("cast_from_f32"),
            ElementType.BF16,
            "swaps two neighbours",
            "bf16x2\\.f32 (%r\\d+), (%f\\d+), (%f\\d+);",
            1,
            "bf16x2.f32 $1, $3, $2;"),
        new KernelMutation(
            kernel("images_to_nhwc"),
            ElementType.BF16,
            "mirrors the wrong pictures",
            "setp\\.eq\\.s32",
            0,
            "setp.ne.s32"));
  }

  static Stream<KernelMutation> everyBarrier() {
    return KernelTable.all().stream()
        .flatMap(
            kernel ->
                kernel.storages().stream()
                    .sorted()
                    .flatMap(
                        storage -> {
                          String text = KernelMutation.text(kernel, storage).group();
                          long barriers = KernelMutation.BARRIER.matcher(text).results().count();
                          return IntStream.range(0, (int) barriers)
                              .mapToObj(i -> KernelMutation.withoutBarrier(kernel, storage, i));
                        }));
  }

  @ParameterizedTest
  @MethodSource("changedByHand")
  void changedKernelFailsACase(KernelMutation mutation) {
    expectCaught(mutation);
  }

  @ParameterizedTest
  @MethodSource("everyBarrier")
  void noBarrierCanBeMissing(KernelMutation mutation) {
    expectCaught(mutation);
  }

  private static void expectCaught(KernelMutation mutation) {
    Optional<String> caught = mutation.caught(SEED);
    caught.ifPresent(by -> System.out.println(mutation + " | " + by));
    assertTrue(caught.isPresent(), () -> mutation + ": all its cases pass");
  }
}
