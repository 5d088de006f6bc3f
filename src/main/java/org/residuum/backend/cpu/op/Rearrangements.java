package org.residuum.backend.cpu.op;

import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.residuum.backend.cpu.onednn.Assembly;
import org.residuum.backend.cpu.onednn.Desc;
import org.residuum.backend.cpu.onednn.Operand;
import org.residuum.network.Shape;
import org.residuum.network.op.Gather;

/** Joins, transpositions and selections along any axis, as imported networks have them. */
public final class Rearrangements {
  private final Assembly assembly;

  public Rearrangements(Assembly assembly) {
    this.assembly = assembly;
  }

  public void concat(int axis, List<Shape> parts, Shape y) {
    long[] offsets = new long[y.rank()];
    for (int i = 0; i < parts.size(); i++) {
      Shape part = parts.get(i);
      dnnl_memory_desc whole = assembly.desc().value(y, assembly.batch());
      dnnl_memory_desc box = assembly.desc().box(whole, Desc.dims(part, assembly.batch()), offsets);
      dnnl_memory_desc from = assembly.desc().value(part, assembly.batch());
      assembly.reorder(from, assembly.input(i), box, assembly.output(0));
      offsets[axis] += part.extent(axis);
    }
  }

  /** x seen in the order of y's axes is copied to y. */
  public void transpose(List<Integer> permutation, Shape x, Shape y) {
    long[] strides = Desc.strides(Desc.dims(x, assembly.batch()));
    long[] moved = permutation.stream().mapToLong(axis -> strides[axis]).toArray();
    dnnl_memory_desc view = assembly.desc().strided(Desc.dims(y, assembly.batch()), moved);
    dnnl_memory_desc to = assembly.desc().value(y, assembly.batch());
    assembly.reorder(view, assembly.input(0), to, assembly.output(0));
  }

  public void gather(Gather op, Shape x, Shape y) {
    long[] dims = Desc.dims(y, assembly.batch());
    int[] sources = sources(op, dims, Desc.strides(Desc.dims(x, assembly.batch())));
    long elements = y.elements(assembly.batch());
    Operand from = assembly.input(0);
    Operand to = assembly.output(0);
    assembly.add(
        memory -> {
          FloatBuffer source = memory.floats(from, x.elements(assembly.batch()));
          FloatBuffer target = memory.floats(to, elements);
          return () -> {
            for (int i = 0; i < sources.length; i++) {
              target.put(i, sources[i] == Gather.FILL ? op.fill() : source.get(sources[i]));
            }
          };
        });
  }

  /** For each float of y, where it lies in x. */
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
