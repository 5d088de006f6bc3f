package org.residuum.backend.cpu.onednn;

import java.util.function.ToIntFunction;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.residuum.network.ElementType;
import org.residuum.network.Shape;

/**
 * Descriptions of memory of one element type: extents in oneDNN's order (N, C, H, W), and where
 * each element lies.
 */
public final class Desc {
  private final NativeObjects objects;
  private final int type;

  /**
   * Descriptions.
   *
   * @param objects what they end with
   */
  public Desc(NativeObjects objects, ElementType type) {
    this.objects = objects;
    this.type = number(type);
  }

  /** oneDNN's number for a type. */
  private static int number(ElementType type) {
    return switch (type) {
      case F32 -> dnnl.dnnl_f32;
      case BF16 -> dnnl.dnnl_bf16;
      case F16 -> dnnl.dnnl_f16;
      case I8 -> dnnl.dnnl_s8;
      case U8 -> dnnl.dnnl_u8;
      case I32 -> dnnl.dnnl_s32;
    };
  }

  /**
   * Channels-last images, row-major vectors and weights: how the backend keeps a value of that
   * shape.
   */
  public dnnl_memory_desc value(Shape shape, int batch) {
    long[] dims = dims(shape, batch);
    return strided(dims, strides(dims));
  }

  /** The distance in elements between neighbours along each axis of a value. */
  public static long[] strides(long[] dims) {
    return dims.length == 4 ? channelsLast(dims) : rowMajor(dims);
  }

  /**
   * Images as they are; vectors (N, C) as images of one pixel, for primitives that require images.
   */
  public dnnl_memory_desc image(Shape shape, int batch) {
    long[] dims = dims(shape, batch);
    long[] image = dims.length == 4 ? dims : new long[] {dims[0], dims[1], 1, 1};
    return strided(image, channelsLast(image));
  }

  /** All elements as one row, for pointwise primitives. */
  public dnnl_memory_desc flat(Shape shape, int batch) {
    return plain(shape.elements(batch));
  }

  public static long[] dims(Shape shape, int batch) {
    int[] extents = shape.withBatch(batch).toArray();
    long[] dims = new long[extents.length];
    for (int axis = 0; axis < dims.length; axis++) {
      dims[axis] = extents[axis];
    }
    return dims;
  }

  public static long[] channelsLast(long[] dims) {
    return new long[] {dims[1] * dims[2] * dims[3], 1, dims[3] * dims[1], dims[1]};
  }

  /** Row-major in the order of {@code dims}. */
  public dnnl_memory_desc plain(long... dims) {
    return strided(dims, rowMajor(dims));
  }

  public static long[] rowMajor(long[] dims) {
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
  public static long[] weightDims(Shape weight, int groups) {
    long[] dims = dims(weight, 1);
    return groups == 1 ? dims : new long[] {groups, dims[0] / groups, dims[1], dims[2], dims[3]};
  }

  public dnnl_memory_desc strided(long[] dims, long[] strides) {
    return create(
        "dnnl_memory_desc_create_with_strides",
        desc -> dnnl.dnnl_memory_desc_create_with_strides(desc, dims.length, dims, type, strides));
  }

  /** Memory whose layout the primitive chooses. */
  public dnnl_memory_desc any(long... dims) {
    return create(
        "dnnl_memory_desc_create_with_tag",
        desc ->
            dnnl.dnnl_memory_desc_create_with_tag(
                desc, dims.length, dims, type, dnnl.dnnl_format_tag_any));
  }

  /** A box of a larger memory. */
  public dnnl_memory_desc box(dnnl_memory_desc whole, long[] dims, long[] offsets) {
    return create(
        "dnnl_memory_desc_create_submemory",
        desc -> dnnl.dnnl_memory_desc_create_submemory(desc, whole, dims, offsets));
  }

  /** A copy of a description that another object owns. */
  dnnl_memory_desc copy(dnnl_memory_desc owned) {
    return create("dnnl_memory_desc_clone", desc -> dnnl.dnnl_memory_desc_clone(desc, owned));
  }

  private dnnl_memory_desc create(String call, ToIntFunction<dnnl_memory_desc> create) {
    return objects.create(new dnnl_memory_desc(), call, create, dnnl::dnnl_memory_desc_destroy);
  }
}
