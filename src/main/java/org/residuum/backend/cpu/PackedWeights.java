package org.residuum.backend.cpu;

import java.nio.FloatBuffer;
import java.util.List;
import org.residuum.backend.cpu.onednn.Bindings;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.cpu.onednn.NativeMemory;
import org.residuum.backend.cpu.onednn.NativeObjects;
import org.residuum.backend.cpu.onednn.Packing;
import org.residuum.backend.lower.ParameterSource;
import org.residuum.backend.lower.Place;
import org.residuum.network.Parameters;
import org.residuum.network.Value;

/** The derived parameters of an inference plan, in one allocation. */
final class PackedWeights implements ParameterSource, AutoCloseable {
  private final long[] offsets;
  private final long bytes;
  private final NativeMemory memory;

  PackedWeights(List<Packing> packings, Parameters parameters) {
    this.offsets = new long[packings.size()];
    long next = 0;
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = next;
      long size = packings.get(i).bytes();
      next += (size + CpuAssembly.ALIGNMENT - 1) / CpuAssembly.ALIGNMENT * CpuAssembly.ALIGNMENT;
    }
    this.bytes = next;
    this.memory = new NativeMemory(bytes);
    try {
      for (int i = 0; i < offsets.length; i++) {
        pack(packings.get(i), packings.get(i).source().of(parameters), i);
      }
    } catch (RuntimeException | Error e) {
      memory.close();
      throw e;
    }
  }

  private void pack(Packing packing, FloatBuffer values, int index) {
    int elements = values.limit();
    try (NativeObjects objects = new NativeObjects();
        CpuAssembly once = CpuAssembly.withoutNetwork(objects);
        NativeMemory source = new NativeMemory(4L * elements)) {
      NativeMemory.floats(source.address(0), elements).put(0, values, 0, elements);
      Place from = new Place(new Place.Scratch());
      once.reorder(packing.plain(), from, packing.packed(), new Place(new Place.Derived(index)));
      try (Bindings bindings = new Bindings(once.steps(), regions(source))) {
        bindings.run();
      }
    }
  }

  private Place.Regions regions(NativeMemory scratch) {
    return new Place.Regions() {
      @Override
      public long value(Value value) {
        throw new IllegalStateException("no value is packed");
      }

      @Override
      public long scratch() {
        return scratch.address(0);
      }

      @Override
      public ParameterSource parameters() {
        return PackedWeights.this;
      }
    };
  }

  /** Bytes of the allocation. */
  long bytes() {
    return bytes;
  }

  @Override
  public long derived(int index) {
    return memory.address(offsets[index]);
  }

  @Override
  public void close() {
    memory.close();
  }
}
