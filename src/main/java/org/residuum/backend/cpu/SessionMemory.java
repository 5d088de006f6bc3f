package org.residuum.backend.cpu;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.cpu.onednn.NativeMemory;
import org.residuum.backend.lower.ParameterSource;
import org.residuum.backend.lower.Place;
import org.residuum.network.Value;

/**
 * The memory of a session's values: its arena, the values outside it, and the gradients stored with
 * the parameters. {@link #close} frees everything except the inputs and outputs: callers hold their
 * buffers, and the memory is freed with the last of them.
 */
final class SessionMemory implements AutoCloseable {
  private static final int PAGE_BYTES = 4096;

  private final CpuPlan plan;
  private final ParameterSource parameters;
  private final List<NativeMemory> owned = new ArrayList<>();
  private final NativeMemory arena;
  private final NativeMemory scratch;
  private final NativeMemory kept;
  private final NativeMemory external;
  private final Map<Value, ByteBuffer> handedOut = new HashMap<>();
  private final Map<Value, Long> externalOffsets = new HashMap<>();

  /** Memory for a plan whose steps read these parameters. */
  SessionMemory(CpuPlan plan, ParameterSource parameters) {
    this.plan = plan;
    this.parameters = parameters;
    try {
      plan.network().inputs().forEach(this::handOut);
      plan.network().outputs().values().forEach(this::handOut);
      this.arena = allocate(plan.memory().arenaBytes());
      this.scratch = allocate(plan.program().scratchBytes());
      this.kept = allocate(plan.program().keptBytes());
      this.external = allocate(placeExternal());
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private NativeMemory allocate(long bytes) {
    NativeMemory memory = new NativeMemory(bytes);
    owned.add(memory);
    return memory;
  }

  private void handOut(Value value) {
    if (plan.program().gradientOf(value) == null) {
      handedOut.computeIfAbsent(root(value), root -> direct(bytes(root)));
    }
  }

  /** The value whose bytes it shares, or itself. */
  private Value root(Value value) {
    return plan.memory().holds(value) ? plan.memory().slot(value).value() : value;
  }

  private long bytes(Value root) {
    return plan.memory().holds(root) ? plan.memory().slot(root).bytes() : root.bytes(plan.batch());
  }

  private static ByteBuffer direct(long bytes) {
    long pages = (bytes + PAGE_BYTES - 1) / PAGE_BYTES + 1;
    if (pages * PAGE_BYTES > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          bytes + " bytes of an input or output do not fit into one buffer; use a smaller batch");
    }
    return ByteBuffer.allocateDirect((int) pages * PAGE_BYTES).alignedSlice(PAGE_BYTES);
  }

  /** Whole batches one after the other. */
  private long placeExternal() {
    long bytes = 0;
    for (Value value : plan.external()) {
      if (plan.program().gradientOf(value) == null && !handedOut.containsKey(value)) {
        externalOffsets.put(value, bytes);
        bytes +=
            (value.bytes(plan.batch()) + CpuAssembly.ALIGNMENT - 1)
                / CpuAssembly.ALIGNMENT
                * CpuAssembly.ALIGNMENT;
      }
    }
    return bytes;
  }

  /** The whole batch of an input or output. */
  FloatBuffer buffer(Value value) {
    return NativeMemory.floats(handedOut.get(root(value)), value.shape().elements(plan.batch()));
  }

  /** The regions for a slice that begins with that example. */
  Place.Regions from(int example) {
    return new Place.Regions() {
      @Override
      public long value(Value value) {
        return address(value, example);
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
        return parameters;
      }
    };
  }

  private long address(Value value, int example) {
    String parameter = plan.program().gradientOf(value);
    if (parameter != null) {
      return parameters.gradient(parameter);
    }
    long rows = plan.external().contains(value) ? value.bytes(example) : 0;
    ByteBuffer shared = handedOut.get(root(value));
    if (shared != null) {
      return new Pointer(shared).address() + rows;
    }
    Long offset = externalOffsets.get(value);
    return offset == null
        ? arena.address(plan.memory().offset(value))
        : external.address(offset + rows);
  }

  @Override
  public void close() {
    owned.forEach(NativeMemory::close);
  }
}
