package org.residuum.backend.cpu;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.residuum.backend.cpu.onednn.Bindings;
import org.residuum.backend.cpu.onednn.NativeMemory;
import org.residuum.backend.cpu.onednn.Operand;
import org.residuum.backend.lower.ParameterStore;
import org.residuum.network.Value;
import org.residuum.plan.Gradients;

/**
 * Where a session's values lie: in its arena, between the stretches of a sliced network, or with
 * the parameters. {@link #close} frees all of it but the inputs and outputs, whose buffers callers
 * hold: theirs is freed with the last of these buffers.
 */
final class SessionMemory implements AutoCloseable {
  private static final int PAGE_BYTES = 4096;

  private final CpuPlan plan;
  private final ParameterStore store;
  private final List<NativeMemory> owned = new ArrayList<>();
  private final NativeMemory arena;
  private final NativeMemory scratch;
  private final NativeMemory kept;
  private final NativeMemory borders;
  private final Map<Value, ByteBuffer> handedOut = new HashMap<>();
  private final Map<Value, Long> borderOffsets = new HashMap<>();
  private final Map<Value, String> gradientOf = new HashMap<>();

  /**
   * Memory for a plan.
   *
   * @param store the parameters of a training; null for inference
   */
  SessionMemory(CpuPlan plan, ParameterStore store) {
    this.plan = plan;
    this.store = store;
    plan.network().outputs().forEach(this::noteGradient);
    try {
      plan.network().inputs().forEach(this::handOut);
      plan.network().outputs().values().forEach(this::handOut);
      this.arena = allocate(plan.memory().arenaBytes());
      this.scratch = allocate(plan.assembly().scratchBytes());
      this.kept = allocate(plan.assembly().keptBytes());
      this.borders = allocate(placeBorders());
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private void noteGradient(String output, Value value) {
    if (Gradients.isGradient(output)) {
      gradientOf.put(value, Gradients.parameterOf(output));
    }
  }

  private NativeMemory allocate(long bytes) {
    NativeMemory memory = new NativeMemory(bytes);
    owned.add(memory);
    return memory;
  }

  private void handOut(Value value) {
    if (!isGradient(value)) {
      handedOut.computeIfAbsent(root(value), root -> direct(bytes(root)));
    }
  }

  /** The value whose bytes it shares, itself where it shares none. */
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

  /** What the stretches of a sliced network share, whole batches one behind the other. */
  private long placeBorders() {
    long bytes = 0;
    for (Value value : plan.outside()) {
      if (!isGradient(value) && !handedOut.containsKey(value)) {
        borderOffsets.put(value, bytes);
        bytes += (value.bytes(plan.batch()) + 63) / 64 * 64;
      }
    }
    return bytes;
  }

  boolean isGradient(Value value) {
    return gradientOf.containsKey(value);
  }

  /** The whole batch of an input or output. */
  FloatBuffer buffer(Value value) {
    return NativeMemory.floats(handedOut.get(root(value)), value.shape().elements(plan.batch()));
  }

  /**
   * The address of an operand.
   *
   * @param example the first that is wanted of what lies between stretches
   */
  long address(Operand operand, int example) {
    if (operand instanceof Operand.OfValue of) {
      return address(of.value(), example);
    }
    if (operand instanceof Operand.Part part) {
      return address(part.whole(), example) + part.bytes();
    }
    if (operand instanceof Operand.Packed packed) {
      return plan.weights().address(packed.offset());
    }
    if (operand instanceof Operand.Parameter parameter) {
      return Bindings.address(store.values(parameter.name()));
    }
    if (operand instanceof Operand.Temporary temporary) {
      return scratch.address(temporary.offset());
    }
    if (operand instanceof Operand.Kept of) {
      return kept.address(of.offset());
    }
    throw new IllegalStateException("no address for the operand " + operand);
  }

  private long address(Value value, int example) {
    if (isGradient(value)) {
      return Bindings.address(store.gradient(gradientOf.get(value)));
    }
    long rows = plan.outside().contains(value) ? value.bytes(example) : 0;
    ByteBuffer shared = handedOut.get(root(value));
    if (shared != null) {
      return new Pointer(shared).address() + rows;
    }
    Long border = borderOffsets.get(value);
    return border == null
        ? arena.address(plan.memory().offset(value))
        : borders.address(border + rows);
  }

  @Override
  public void close() {
    owned.forEach(NativeMemory::close);
  }
}
