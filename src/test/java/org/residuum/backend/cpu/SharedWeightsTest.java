package org.residuum.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.residuum.backend.CompileOptions;
import org.residuum.backend.Plan;
import org.residuum.backend.cpu.onednn.NativeObjects;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.ResNets;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;
import org.residuum.network.initial.Initializer;

/** Plans of one network at several batch sizes. */
class SharedWeightsTest {
  private static final Network NETWORK = ResNets.cifar(8);
  private static final Parameters WEIGHTS = new Initializer(1).initialize(NETWORK);
  private static final Tensor IMAGES = images();

  private final CpuBackend backend = new CpuBackend(2);

  private static Tensor images() {
    SplittableRandom random = new SplittableRandom(2);
    Tensor images = Tensor.zeros(Shape.of(16, 3, 32, 32));
    for (int i = 0; i < images.data().limit(); i++) {
      images.data().put(i, (float) random.nextGaussian());
    }
    return images;
  }

  private List<Plan> compileAll(int... batches) {
    List<CompileOptions> options = Arrays.stream(batches).mapToObj(CompileOptions::batch).toList();
    return backend.compileAll(NETWORK, WEIGHTS, options);
  }

  @Test
  void eachComputesWhatItWouldAlone() {
    List<Plan> together = compileAll(16, 1, 4);
    for (Plan plan : together) {
      CompileOptions options = CompileOptions.batch(plan.batch());
      try (Plan alone = backend.compile(NETWORK, WEIGHTS, options)) {
        assertArrayEquals(alone.run(IMAGES).toArray(), plan.run(IMAGES).toArray());
      }
    }
    assertEquals(List.of(16, 1, 4), together.stream().map(Plan::batch).toList());
    together.forEach(Plan::close);
  }

  @Test
  void whatIsTheSameIsThereOnce() {
    try (Plan alone = compileAll(4).get(0)) {
      long before = Pointer.totalBytes();
      alone.run(IMAGES);
      assertEquals(before, Pointer.totalBytes(), "an open session's bytes are given back");
      List<Plan> twins = compileAll(4, 4, 4);
      long ofThree = Pointer.totalBytes() - before;
      twins.forEach(Plan::close);
      assertEquals(before, Pointer.totalBytes());
      List<Plan> one = compileAll(4);
      assertEquals(ofThree, Pointer.totalBytes() - before);
      one.forEach(Plan::close);
    }
  }

  @Test
  void lastOneClosedFreesThem() {
    long objects = NativeObjects.live();
    long bytes = Pointer.totalBytes();
    List<Plan> plans = compileAll(1, 16, 2);
    float[] expected = plans.get(2).run(IMAGES).toArray();
    plans.get(0).close();
    plans.get(1).close();
    plans.get(1).close();
    assertArrayEquals(expected, plans.get(2).run(IMAGES).toArray());
    assertTrue(plans.get(2).toString().contains("weights "));
    assertTrue(Pointer.totalBytes() > bytes);
    plans.get(2).close();
    assertEquals(bytes, Pointer.totalBytes());
    assertEquals(objects, NativeObjects.live());
  }

  @Test
  void refusalsLeaveNothing() {
    long bytes = Pointer.totalBytes();
    long objects = NativeObjects.live();
    assertEquals(
        NETWORK.name() + " is to be compiled for no batch size; name one at least", refusal());
    assertTrue(
        refusal(CompileOptions.batch(1), CompileOptions.batch(1).unoptimized())
            .startsWith("plans that optimize and plans that do not share nothing"));
    assertTrue(
        refusal(CompileOptions.batch(1), CompileOptions.batch(1 << 20)).contains("batch 1048576"));
    assertEquals(bytes, Pointer.totalBytes());
    assertEquals(objects, NativeObjects.live());
  }

  private String refusal(CompileOptions... options) {
    return assertThrows(
            IllegalArgumentException.class,
            () -> backend.compileAll(NETWORK, WEIGHTS, List.of(options)))
        .getMessage();
  }
}
