package org.residuum.backend.cpu.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.residuum.backend.lower.ParameterSource;
import org.residuum.backend.lower.Place;
import org.residuum.network.ElementType;
import org.residuum.network.Value;

class ElementsTest {
  private static final int COUNT = 1 << 16;

  @ParameterizedTest(name = "{0} is stored as {1}")
  @CsvSource({
    "1.00390625, 1", // 1 + 2⁻⁸, a tie
    "1.01171875, 1.015625", // 1 + 3 · 2⁻⁸, a tie
    "1.0039064, 1.0078125",
    "257, 256",
    "-259, -260",
    "0, 0",
    "-0.0, -0.0",
    "1e-45, 0",
    "3.4028235e38, Infinity",
    "-Infinity, -Infinity",
    "NaN, NaN"
  })
  void storedIsTheNearestOfEightBits(float value, float stored) {
    try (NativeMemory memory = new NativeMemory(2)) {
      Elements elements = Elements.at(memory.address(0), 1, ElementType.BF16);
      elements.put(0, value);
      assertEquals(stored, elements.get(0));
    }
  }

  /** Any bits, NaNs with their payloads among them. */
  @Test
  void oneDnnStoresTheSame() {
    Random random = new Random(16);
    try (NativeMemory from = new NativeMemory(4L * COUNT);
        NativeMemory to = new NativeMemory(2L * COUNT);
        NativeObjects objects = new NativeObjects();
        CpuAssembly assembly = CpuAssembly.withoutNetwork(objects)) {
      FloatBuffer values = NativeMemory.floats(from.address(0), COUNT);
      for (int i = 0; i < COUNT; i++) {
        values.put(i, Float.intBitsToFloat(random.nextInt()));
      }
      assembly.reorder(
          new Desc(objects, ElementType.F32).plain(COUNT),
          new Place(new Place.Scratch()),
          new Desc(objects, ElementType.BF16).plain(COUNT),
          new Place(new Place.Kept()));
      try (Bindings bindings = new Bindings(assembly.steps(), regions(from, to))) {
        bindings.run();
      }
      Elements stored = Elements.at(to.address(0), COUNT, ElementType.BF16);
      for (int i = 0; i < COUNT; i++) {
        assertEquals(Elements.toBfloat16(values.get(i)), stored.get(i), "of " + values.get(i));
      }
    }
  }

  private static Place.Regions regions(NativeMemory scratch, NativeMemory kept) {
    return new Place.Regions() {
      @Override
      public long value(Value value) {
        throw new IllegalStateException("no value");
      }

      @Override
      public long scratch() {
        return scratch.address(0);
      }

      @Override
      public long kept() {
        return kept.address(0);
      }

      @Override
      public ParameterSource parameters() {
        throw new IllegalStateException("no parameter");
      }
    };
  }
}
