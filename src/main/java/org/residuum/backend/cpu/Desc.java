package org.residuum.backend.cpu;

import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_format_tag_any;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_clone;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_submemory;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_strides;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_with_tag;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.residuum.network.Shape;

/**
 * Descriptions of 32-bit float memory: extents in oneDNN's order (N, C, H, W), and where each
 * element lies.
 */
final class Desc {
  private Desc() {}

  /**
   * Channels-last images, row-major vectors and weights: how the backend keeps a value of that
   * shape.
   */
  static dnnl_memory_desc value(Shape shape, int batch) {
    long[] dims = dims(shape, batch);
    return strided(dims, strides(dims));
  }

  /** The distance in floats between neighbours along each axis of a value. */
  static long[] strides(long[] dims) {
    return dims.length == 4 ? channelsLast(dims) : rowMajor(dims);
  }

  /** Images as they are; vectors (N, C) as images of one pixel, for primitives that want images. */
  static dnnl_memory_desc image(Shape shape, int batch) {
    long[] dims = dims(shape, batch);
    long[] image = dims.length == 4 ? dims : new long[] {dims[0], dims[1], 1, 1};
    return strided(image, channelsLast(image));
  }

  /** All elements as one row, for pointwise primitives. */
  static dnnl_memory_desc flat(Shape shape, int batch) {
    return plain(shape.elements(batch));
  }

  static long[] dims(Shape shape, int batch) {
    int[] extents = shape.withBatch(batch).toArray();
    long[] dims = new long[extents.length];
    for (int axis = 0; axis < dims.length; axis++) {
      dims[axis] = extents[axis];
    }
    return dims;
  }

  static long[] channelsLast(long[] dims) {
    return new long[] {dims[1] * dims[2] * dims[3], 1, dims[3] * dims[1], dims[1]};
  }

  /** Row-major in the order of {@code dims}. */
  static dnnl_memory_desc plain(long... dims) {
    return strided(dims, rowMajor(dims));
  }

  static long[] rowMajor(long[] dims) {
    long[] strides = new long[dims.length];
    long stride = 1;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= dims[axis];
    }
    return strides;
  }

  /**
   * Weights (out, in/groups, kh, kw), with the groups as an axis of their own where there is more
   * than one.
   */
  static long[] weightDims(Shape weight, int groups) {
    long[] dims = dims(weight, 1);
    return groups == 1 ? dims : new long[] {groups, dims[0] / groups, dims[1], dims[2], dims[3]};
  }

  static dnnl_memory_desc strided(long[] dims, long[] strides) {
    dnnl_memory_desc desc = new dnnl_memory_desc();
    OneDnn.check(
        dnnl_memory_desc_create_with_strides(desc, dims.length, dims, dnnl_f32, strides),
        "dnnl_memory_desc_create_with_strides");
    return desc;
  }

  /** Memory whose layout the primitive chooses. */
  static dnnl_memory_desc any(long... dims) {
    dnnl_memory_desc desc = new dnnl_memory_desc();
    OneDnn.check(
        dnnl_memory_desc_create_with_tag(desc, dims.length, dims, dnnl_f32, dnnl_format_tag_any),
        "dnnl_memory_desc_create_with_tag");
    return desc;
  }

  /** A box of a larger memory. */
  static dnnl_memory_desc box(dnnl_memory_desc whole, long[] dims, long[] offsets) {
    dnnl_memory_desc desc = new dnnl_memory_desc();
    OneDnn.check(
        dnnl_memory_desc_create_submemory(desc, whole, dims, offsets),
        "dnnl_memory_desc_create_submemory");
    return desc;
  }

  /** A copy of a description that something else owns. */
  static dnnl_memory_desc copy(dnnl_memory_desc owned) {
    dnnl_memory_desc copy = new dnnl_memory_desc();
    OneDnn.check(dnnl_memory_desc_clone(copy, owned), "dnnl_memory_desc_clone");
    return copy;
  }
}
