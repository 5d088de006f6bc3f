package org.residuum.format.pytorch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import org.residuum.format.FormatException;
import org.residuum.format.file.Extents;
import org.residuum.format.file.FloatType;
import org.residuum.format.file.MappedFile;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;

/**
 * Finds a tensor's elements: a view of the file where they are 32-bit floats in row-major order, a
 * copy where they are not. Equal views are loaded once.
 */
final class TensorLoader {
  /** 8-bit floats grow by 4; a stride of 0 could repeat one element without end. */
  private static final int MOST_GROWTH = 4;

  private static final long FREE_BYTES = 16 << 20;

  private final MappedFile file;
  private final Storages storages;
  private final Map<TensorRef, Tensor> loaded = new HashMap<>();
  private long copiesLeft;

  TensorLoader(MappedFile file, Storages storages) {
    this.file = file;
    this.storages = storages;
    copiesLeft = MOST_GROWTH * file.size() + FREE_BYTES;
  }

  Tensor load(String name, TensorRef ref) throws IOException {
    Tensor tensor = loaded.get(ref);
    if (tensor == null) {
      tensor = read(name, ref);
      loaded.put(ref, tensor);
    }
    return tensor;
  }

  private Tensor read(String name, TensorRef ref) throws IOException {
    long[] extents = ref.extents().stream().mapToLong(Long::longValue).toArray();
    Shape shape = Extents.shape(file.path(), name, extents);
    ByteBuffer bytes = part(name, ref, span(name, ref));
    FloatType type = ref.element().floats;
    boolean contiguous = isContiguous(ref);
    if (!contiguous || type != FloatType.F32) {
      charge(name, ref, shape.elements());
    }
    FloatBuffer values = contiguous ? type.decode(bytes) : new StridedCopy(ref, bytes).toRowMajor();
    return new Tensor(shape, type.type(), values);
  }

  /** The elements from the first to the last that the tensor uses. */
  private ByteBuffer part(String name, TensorRef ref, long span) throws IOException {
    ByteBuffer whole = storages.bytes(ref.storage());
    StorageRef storage = ref.storage();
    int size = ref.element().bytes;
    long storageBytes = storage.length() * storage.element().bytes;
    if (ref.offset() > storageBytes / size || span > storageBytes / size - ref.offset()) {
      throw error(
          name,
          ref.describe()
              + " at offset "
              + ref.offset()
              + " with strides "
              + ref.strides()
              + " reaches beyond its storage of "
              + storage.length()
              + " elements");
    }
    long start = storage.base() * storage.element().bytes + ref.offset() * size;
    return whole.slice((int) start, (int) (span * size)).order(whole.order());
  }

  private long span(String name, TensorRef ref) throws IOException {
    try {
      long last = 0;
      for (int axis = 0; axis < ref.extents().size(); axis++) {
        if (ref.extents().get(axis) == 0) {
          return 0;
        }
        long steps = ref.extents().get(axis) - 1;
        last = Math.addExact(last, Math.multiplyExact(steps, ref.strides().get(axis)));
      }
      return Math.addExact(last, 1);
    } catch (ArithmeticException e) {
      throw error(name, ref.describe() + " with strides " + ref.strides() + " overflows");
    }
  }

  private static boolean isContiguous(TensorRef ref) {
    if (ref.extents().contains(0L)) {
      return true;
    }
    long expected = 1;
    for (int axis = ref.extents().size() - 1; axis >= 0; axis--) {
      long extent = ref.extents().get(axis);
      if (extent > 1 && ref.strides().get(axis) != expected) {
        return false;
      }
      expected *= extent;
    }
    return true;
  }

  private void charge(String name, TensorRef ref, long elements) throws IOException {
    copiesLeft -= elements * Float.BYTES;
    if (copiesLeft < 0) {
      throw error(
          name,
          ref.describe()
              + " with strides "
              + ref.strides()
              + ": the tensors unfold to over "
              + MOST_GROWTH
              + " times the file; save them with .contiguous()");
    }
  }

  private FormatException error(String name, String problem) {
    return new FormatException(file.path(), "tensor " + FormatException.quote(name), problem);
  }
}
