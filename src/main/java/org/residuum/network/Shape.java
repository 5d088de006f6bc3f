package org.residuum.network;

import java.util.Arrays;
import java.util.Objects;

/**
 * The extents of a tensor, outermost first. The first extent may be the free batch size {@code N};
 * images are {@code (N, C, H, W)}, vectors {@code (N, F)}, weights as PyTorch keeps them, {@code
 * (out, in, kh, kw)}.
 */
public final class Shape {
  /** Marks the batch size that a plan fixes when it is compiled. */
  public static final int N = -1;

  private final int[] extents;

  private Shape(int[] extents) {
    this.extents = extents;
  }

  /** A shape of fixed extents; the first may be {@link #N}. */
  public static Shape of(int... extents) {
    long elements = 1;
    for (int axis = 0; axis < extents.length; axis++) {
      int extent = extents[axis];
      if (extent < 0 && !(axis == 0 && extent == N)) {
        throw new IllegalArgumentException(
            "shape "
                + Arrays.toString(extents)
                + ": extent "
                + extent
                + " on axis "
                + axis
                + " is negative; only axis 0 may be the batch size N");
      }
      elements *= Math.abs(extent);
      if (elements > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "shape "
                + Arrays.toString(extents)
                + " has over 2^31 elements"
                + (extents[0] == N ? " an example" : ""));
      }
    }
    return new Shape(extents.clone());
  }

  /** A batched shape: {@code (N, extents...)}. */
  public static Shape batch(int... extents) {
    int[] all = new int[extents.length + 1];
    all[0] = N;
    System.arraycopy(extents, 0, all, 1, extents.length);
    return of(all);
  }

  public int rank() {
    return extents.length;
  }

  /** The extent of an axis, {@link #N} for a free batch size. */
  public int extent(int axis) {
    Objects.checkIndex(axis, extents.length);
    return extents[axis];
  }

  public boolean isBatched() {
    return extents.length > 0 && extents[0] == N;
  }

  /** Elements of one example where the batch size is free, else of the whole tensor. */
  public int elements() {
    int elements = 1;
    for (int extent : extents) {
      elements *= Math.abs(extent);
    }
    return elements;
  }

  /** Elements once the batch size is known. */
  public long elements(int batch) {
    return isBatched() ? (long) batch * elements() : elements();
  }

  /** The same shape with its free batch size set to {@code batch}. */
  public Shape withBatch(int batch) {
    if (!isBatched()) {
      return this;
    }
    int[] fixed = extents.clone();
    fixed[0] = batch;
    return of(fixed);
  }

  public int[] toArray() {
    return extents.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(extents, shape.extents);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(extents);
  }

  /** For example {@code (N, 64, 56, 56)}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("(");
    for (int axis = 0; axis < extents.length; axis++) {
      text.append(axis == 0 ? "" : ", ")
          .append(extents[axis] == N ? "N" : String.valueOf(extents[axis]));
    }
    return text.append(')').toString();
  }
}
