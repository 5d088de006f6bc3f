package org.residuum.backend.cpu.op;

import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.javacpp.Pointer;
import org.residuum.backend.cpu.onednn.CpuAssembly;
import org.residuum.backend.cpu.onednn.Desc;
import org.residuum.backend.cpu.onednn.NativeMemory;
import org.residuum.backend.lower.OpTable;
import org.residuum.backend.lower.Place;
import org.residuum.network.Shape;
import org.residuum.network.op.Concat;
import org.residuum.network.op.Gather;
import org.residuum.network.op.PadChannels;
import org.residuum.network.op.Reshape;
import org.residuum.network.op.SliceChannels;
import org.residuum.network.op.Transpose;

/** Operations that only move elements: reorders between views of the memory. */
final class Moves {
  private final CpuAssembly assembly;
  private final Shape x;
  private final Shape y;

  private Moves(CpuAssembly assembly) {
    this.assembly = assembly;
    this.x = assembly.x();
    this.y = assembly.y();
  }

  static void enter(OpTable<CpuAssembly> ops) {
    ops.add(Reshape.class)
        .forward((assembly, node, op) -> new Moves(assembly).reshape())
        .inPlace(
            (node, op, free) -> {
              Shape x = node.inputs().get(0).shape();
              return keepsPlace(x, node.output().shape()) ? node.inputs().get(0) : null;
            });
    ops.add(PadChannels.class)
        .forward((assembly, node, op) -> new Moves(assembly).padChannels(op.before()));
    ops.add(SliceChannels.class)
        .forward((assembly, node, op) -> new Moves(assembly).sliceChannels(op.from()));
    ops.add(Concat.class)
        .forward((assembly, node, op) -> new Moves(assembly).concat(op, node.inputShapes()));
    ops.add(Transpose.class)
        .forward((assembly, node, op) -> new Moves(assembly).transpose(op.permutation()));
    ops.add(Gather.class).forward((assembly, node, op) -> new Moves(assembly).gather(op));
  }

  /** Whether a reshape keeps the elements where they are although images lie channels-last. */
  private static boolean keepsPlace(Shape from, Shape to) {
    return inRowMajor(from) && inRowMajor(to) || from.equals(to);
  }

  private static boolean inRowMajor(Shape shape) {
    return shape.rank() != 4 || shape.extent(1) == 1 || shape.extent(2) * shape.extent(3) == 1;
  }

  /**
   * Elements in logical order (N, C, H, W) on both sides; through row-major order where both sides
   * are images.
   */
  private void reshape() {
    if (keepsPlace(x, y)) {
      return;
    }
    Place middle = assembly.input(0);
    if (!inRowMajor(x)) {
      middle =
          inRowMajor(y)
              ? assembly.output(0)
              : assembly.scratch(assembly.computing().bytes() * assembly.elements(x));
      assembly.reorder(assembly.desc(x), assembly.input(0), rowMajor(x), middle);
    }
    if (!inRowMajor(y)) {
      assembly.reorder(rowMajor(y), middle, assembly.desc(y), assembly.output(0));
    }
  }

  private dnnl_memory_desc rowMajor(Shape shape) {
    return assembly.operands().plain(assembly.dims(shape));
  }

  /** x between channels of zeros, which y's own memory still has from the start. */
  private void padChannels(int before) {
    if (assembly.isInArena(assembly.node().output())) {
      zeroOutput(assembly);
    }
    assembly.reorder(
        assembly.desc(x), assembly.input(0), channels(y, x, before), assembly.output(0));
  }

  private void sliceChannels(int from) {
    assembly.reorder(channels(x, y, from), assembly.input(0), assembly.desc(y), assembly.output(0));
  }

  /** The channels of {@code whole} that {@code part} covers, from {@code first} on. */
  private dnnl_memory_desc channels(Shape whole, Shape part, int first) {
    long[] corner = {0, first, 0, 0};
    return assembly.desc().box(assembly.desc(whole), assembly.dims(part), corner);
  }

  /** Appends a step that fills the first output with zeros. */
  static void zeroOutput(CpuAssembly assembly) {
    long bytes = assembly.computing().bytes() * assembly.elements(assembly.y());
    Place target = assembly.output(0);
    assembly.add(
        memory -> {
          Pointer start = NativeMemory.at(memory.address(target));
          return () -> Pointer.memset(start, 0, bytes);
        });
  }

  private void concat(Concat op, List<Shape> parts) {
    long[] offsets = new long[y.rank()];
    for (int i = 0; i < parts.size(); i++) {
      Shape part = parts.get(i);
      dnnl_memory_desc box = assembly.desc().box(assembly.desc(y), assembly.dims(part), offsets);
      assembly.reorder(assembly.desc(part), assembly.input(i), box, assembly.output(0));
      offsets[op.axis()] += part.extent(op.axis());
    }
  }

  /** x seen in the order of y's axes is copied to y. */
  private void transpose(List<Integer> permutation) {
    long[] strides = Desc.strides(assembly.dims(x));
    long[] moved = permutation.stream().mapToLong(axis -> strides[axis]).toArray();
    dnnl_memory_desc view = assembly.operands().strided(assembly.dims(y), moved);
    assembly.reorder(view, assembly.input(0), assembly.desc(y), assembly.output(0));
  }

  private void gather(Gather op) {
    int[] sources = sources(op, assembly.dims(y), Desc.strides(assembly.dims(x)));
    long elementsX = assembly.elements(x);
    long elementsY = assembly.elements(y);
    Place from = assembly.input(0);
    Place to = assembly.output(0);
    assembly.add(
        memory -> {
          FloatBuffer source = memory.floats(from, elementsX);
          FloatBuffer target = memory.floats(to, elementsY);
          return () -> {
            for (int i = 0; i < sources.length; i++) {
              target.put(i, sources[i] == Gather.FILL ? op.fill() : source.get(sources[i]));
            }
          };
        });
  }

  /** For each float of y, its index in x. */
  private static int[] sources(Gather op, long[] dims, long[] sourceStrides) {
    long[] strides = Desc.strides(dims);
    int elements = 1;
    for (long dim : dims) {
      elements = Math.multiplyExact(elements, (int) dim);
    }
    int[] sources = new int[elements];
    for (int i = 0; i < elements; i++) {
      long rest = i;
      long target = 0;
      long source = 0;
      boolean filled = false;
      for (int axis = dims.length - 1; axis >= 0; axis--) {
        int at = (int) (rest % dims[axis]);
        rest /= dims[axis];
        target += at * strides[axis];
        int picked = axis == op.axis() ? op.indices().get(at) : at;
        filled |= picked == Gather.FILL;
        source += picked * sourceStrides[axis];
      }
      sources[(int) target] = filled ? Gather.FILL : (int) source;
    }
    return sources;
  }
}
